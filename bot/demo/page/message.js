// One message -> one element.

import { askToOpen, webAddress, zoom } from "/page/dialogs.js";
import { el, icon, initials, tint } from "/page/dom.js";
import { formatted } from "/page/entities.js";
import { keyboard } from "/page/keyboard.js";
import { isAuthor } from "/page/rights.js";
import { countOf, dateFormat } from "/page/words.js";

// A photo in a bubble is no larger than this; a click shows the whole of it.
const PHOTO_WIDTH_PX = 440;
const PHOTO_HEIGHT_PX = 400;
// A longer text is cut in the line about its pin.
const QUOTED_LENGTH = 36;
// The invented views of a post: half of the subscribers have seen it after this time.
const HALF_SEEN_SECONDS = 600;

/** The members of a view: state, chat, person, words, language, say(text), press(message id, data), start(parameter),
 * quote("reply" or "edit", message), share(query). */
export function messageElement(message, view) {
  const service = serviceLine(message, view.words);
  if (service) return el("div", { class: "service", "data-id": message.message_id }, el("span", { dir: "auto" }, service));

  const channel = view.chat.type === "channel";
  const own = !channel && isAuthor(view.chat, view.person, message);
  const item = el("article", { class: `message ${own ? "out" : "in"}${channel ? " post" : ""}`, "data-id": message.message_id });
  item.dataset.sender = (message.from ?? message.sender_chat)?.id ?? 0;
  const bubble = el("div", { class: "bubble" });
  if (!own && view.chat.type !== "private" && !channel) {
    const bot = view.state.isFromBot(message);
    const name = senderName(message);
    item.append(el("span", { class: `avatar ${bot ? "bot" : tint(message.from?.id ?? 0)}`, "aria-hidden": "true" }, bot ? icon("horn") : initials(name)));
    bubble.append(el("span", { class: `sender ${tint(message.from?.id ?? 0)}`, dir: "auto" }, name));
  }
  if (message.via_bot) bubble.append(el("span", { class: "via" }, `${view.words.via} @${message.via_bot.username}`));
  const answered = message.reply_to_message;
  if (answered && !answered.forum_topic_created) bubble.append(replyQuote(answered, view)); // a topic's first message is no quote
  bubble.append(...content(message, view));
  const menu = { type: "button", class: "more", "aria-label": view.words.messageMenu, title: view.words.messageMenu };
  bubble.append(el("button", menu, icon("dots")));
  item.append(bubble);
  const keys = keyboard(message, view);
  if (keys) item.append(keys);
  item.classList.toggle("with-keys", keys !== null);
  return item;
}

/** Return one line about a message, for the list of chats. */
export function summary(message, words) {
  const text = message.text ?? message.caption;
  if (text) return text.replace(/\s+/gu, " ").trim();
  if (message.photo) return words.photo;
  if (message.document) return message.document.file_name ?? words.document;
  return serviceLine(message, words) ?? words.unsupported;
}

/** Return the name of a message's sender; a post of a channel has the channel's. */
export function senderName(message) {
  if (message.sender_chat) return message.sender_chat.title;
  return message.from ? [message.from.first_name, message.from.last_name].filter(Boolean).join(" ") : "";
}

function content(message, view) {
  const body = el("div", { class: "body", dir: "auto" });
  const parts = [];
  if (message.photo) parts.push(photo(message, view.words));
  if (message.document) parts.push(documentCard(message.document, view.words));
  const text = message.text ?? message.caption ?? "";
  const entities = message.text === undefined ? message.caption_entities : message.entities;
  const card = message.text === undefined ? null : preview(message, view);
  const above = message.link_preview_options?.show_above_text;
  if (card && above) body.append(card);
  if (text) body.append(formatted(text, entities, view));
  if (card && !above) body.append(card);
  if (!text && !parts.length) body.append(view.words.unsupported);
  body.append(meta(message, view));
  const reaction = view.chat.reactions?.[message.message_id];
  if (reaction) body.append(el("div", { class: "reaction", title: view.state.bot.first_name }, reaction));
  body.classList.toggle("bare", !text && parts.length > 0); // the time is shown on the photo, or beside the file
  return [...parts, body];
}

function meta(message, view) {
  const { words, language } = view;
  const at = new Date(message.date * 1000);
  const clock = dateFormat(language, { hour: "2-digit", minute: "2-digit", hourCycle: "h23" });
  const full = dateFormat(language, { dateStyle: "full", timeStyle: "medium" });
  return el(
    "span",
    { class: "meta" },
    view.chat.type === "channel" && el("span", { class: "views", title: words.views }, icon("eye"), views(message, view.chat)),
    message.edit_date && el("span", { class: "edited" }, words.edited),
    el("time", { datetime: at.toISOString(), title: full.format(at) }, clock.format(at)),
    view.chat.type !== "channel" && isAuthor(view.chat, view.person, message) && icon("read"),
  );
}

/** Return how many subscribers have seen a post: more with its age, as on Telegram. */
function views(message, chat) {
  const age = Math.max(0, Date.now() / 1000 - message.date);
  const seen = Math.max(1, Math.round(chat.size * (1 - 0.5 ** (age / HALF_SEEN_SECONDS))));
  return seen < 1000 ? String(seen) : `${(seen / 1000).toFixed(1)}K`;
}

function photo(message, words) {
  const size = message.photo.reduce((best, one) => (one.width > best.width ? one : best));
  const source = `/file/demo/${encodeURIComponent(size.file_id)}`;
  const alt = message.caption ? summary(message, words) : words.photo;
  const image = el("img", { src: source, alt });
  const ratio = Math.min(Math.max(size.width / size.height, 0.5), 3);
  image.style.aspectRatio = ratio; // its space is reserved before it is loaded
  const button = el("button", { type: "button", class: "photo", onclick: () => zoom(source, alt, words) }, image);
  button.style.width = `${Math.min(PHOTO_WIDTH_PX, PHOTO_HEIGHT_PX * ratio)}px`;
  return button;
}

function documentCard(file, words) {
  const name = file.file_name ?? words.document;
  const attributes = { class: "file", href: `/file/demo/${encodeURIComponent(file.file_id)}`, download: name };
  return el(
    "a",
    { ...attributes, title: words.save },
    el("span", { class: "file-icon" }, icon("save")),
    el("span", { class: "file-name" }, el("bdi", {}, name), el("small", {}, fileSize(file.file_size ?? 0))),
  );
}

function fileSize(bytes) {
  const units = ["B", "KB", "MB", "GB"];
  const power = Math.min(units.length - 1, Math.floor(Math.log2(Math.max(bytes, 1)) / 10));
  return `${(bytes / 1024 ** power).toFixed(power ? 1 : 0)} ${units[power]}`;
}

/** Make a card for the link that Telegram would preview: the chosen one, else the first of the text. Nothing is fetched. */
function preview(message, view) {
  const options = message.link_preview_options ?? {};
  if (options.is_disabled) return null;
  const first = (message.entities ?? []).find((entity) => entity.type === "url" || entity.type === "text_link");
  const shown = first && (first.url ?? message.text.slice(first.offset, first.offset + first.length));
  const address = webAddress(options.url ?? shown ?? "");
  const linked = (message.entities ?? []).find((entity) => entity.type === "text_link" && entity.url === options.url);
  const title = linked && message.text.slice(linked.offset, linked.offset + linked.length);
  if (!address) return null;
  const ask = (event) => {
    event.preventDefault();
    askToOpen(address.href, view);
  };
  return el(
    "a",
    { class: "preview", href: address.href, target: "_blank", rel: "noopener noreferrer", onclick: ask },
    el("b", {}, view.state.sites[address.host] ?? address.hostname.replace(/^www\./u, "")),
    el("span", {}, title || slug(address)),
  );
}

/** Return an address's path in words: /2026/01/uranium-output-rises -> Uranium output rises. */
function slug(address) {
  const last = address.pathname.split("/").filter(Boolean).at(-1) ?? "";
  let words = last;
  try {
    words = decodeURIComponent(last);
  } catch {
    // a stray percent sign: shown as it is
  }
  words = words.replace(/\.\w{1,5}$/u, "").replace(/[-_+]+/gu, " ").trim();
  return words.charAt(0).toUpperCase() + words.slice(1);
}

function replyQuote(message, view) {
  const name = senderName(message);
  return el(
    "div",
    { class: `reply ${tint(message.from?.id ?? 0)}` },
    el("b", {}, el("bdi", {}, name)),
    el("span", { dir: "auto" }, summary(message, view.words)),
  );
}

/** Return the line about something that happened in a chat, null for an ordinary message. */
export function serviceLine(message, words) {
  const names = (users) => users.map((user) => user.first_name).join(", ");
  const who = senderName(message);
  if (message.new_chat_members) return words.joined(names(message.new_chat_members));
  if (message.left_chat_member) return words.left(names([message.left_chat_member]));
  if (message.migrate_to_chat_id || message.migrate_from_chat_id) return words.migrated;
  if (message.new_chat_title) return words.renamed(message.new_chat_title);
  if (message.pinned_message) return words.pinnedBy(who, shortened(summary(message.pinned_message, words)));
  if (message.chat_shared) return words.shared(message.chat_shared.title ?? "");
  if (message.forum_topic_created) return words.topicCreated(message.forum_topic_created.name);
  if (message.forum_topic_edited) return words.topicRenamed(message.forum_topic_edited.name ?? "");
  if (message.forum_topic_closed) return words.topicClosed;
  if (message.forum_topic_reopened) return words.topicOpened;
  if (message.general_forum_topic_hidden) return words.generalHidden;
  if (message.general_forum_topic_unhidden) return words.generalShown;
  return null;
}

function shortened(text) {
  return text.length > QUOTED_LENGTH ? `${text.slice(0, QUOTED_LENGTH).trimEnd()}…` : text;
}

/** Return "3 members" or "3 subscribers", for the header of a group or a channel. */
export function memberCount(chat, view) {
  return countOf(chat.size, chat.type === "channel" ? view.words.subscribers : view.words.members, view.language);
}

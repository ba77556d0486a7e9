// The left column: the people to choose from, and one row for each chat of the chosen one, the latest on top.

import { el, icon, initials, tint } from "/page/dom.js";
import { senderName, serviceLine, summary } from "/page/message.js";
import { roleIn } from "/page/rights.js";
import { lastMessage } from "/page/state.js";
import { dateFormat } from "/page/words.js";

const rows = new Map(); // chat id -> row
const accounts = new Map(); // person id -> button

/** Update the people. `choose(person)` is called for a pressed one. */
export function drawPeople(list, state, { words }, choose) {
  for (const [id, button] of accounts) {
    if (state.people.has(id)) continue;
    button.remove();
    accounts.delete(id);
  }
  for (const person of state.people.values()) {
    const button = accounts.get(person.id) ?? el("button", { type: "button", class: "account", onclick: () => choose(person.id) });
    if (!button.isConnected) list.append(button);
    accounts.set(person.id, button);
    button.setAttribute("aria-pressed", String(state.me === person.id));
    const chat = state.chats.get(person.id);
    const unread = chat && state.me !== person.id ? state.unread(chat).length : 0;
    button.replaceChildren(
      el("span", { class: `avatar ${tint(person.id)}`, "aria-hidden": "true" }, initials(person.first_name)),
      el("bdi", {}, person.first_name),
      unread ? el("span", { class: "badge", "aria-label": words.unread(unread) }, String(unread)) : "",
    );
  }
}

/** Write under the people who the chosen one is. */
export function drawMe(line, state, words) {
  const person = state.people.get(state.me);
  line.textContent = person ? [words.youAre(person.first_name), words.roles[person.role]].filter(Boolean).join(": ") : "";
}

/** Update the rows of the chosen person's chats. Rows that stay keep their element, and with it the focus. */
export function drawList(list, state, view) {
  const chats = state.chatsOf(state.me);
  const shown = new Set(chats.map((chat) => chat.id));
  for (const [id, row] of rows) {
    if (shown.has(id)) continue;
    row.remove();
    rows.delete(id);
  }
  chats.forEach((chat, place) => {
    const row = rows.get(chat.id) ?? el("li");
    rows.set(chat.id, row);
    const link = row.firstChild ?? row.appendChild(el("a", { class: "row", href: `#${chat.id}` }));
    link.replaceChildren(...cells(chat, state, view));
    if (state.open === chat.id) link.setAttribute("aria-current", "page");
    else link.removeAttribute("aria-current");
    if (list.children[place] !== row) list.insertBefore(row, list.children[place] ?? null);
  });
}

/** Return the number of unread messages of all chats. */
export function unreadInAll(state) {
  return [...state.chats.values()].reduce((sum, chat) => sum + state.unread(chat).length, 0);
}

/** Make the round picture of a chat: that of the bot, or one for the kind of chat. */
export function chatAvatar(chat) {
  const one = chat.type === "private";
  const name = one ? "horn" : chat.type === "channel" ? "channel" : chat.forum ? "topics" : "group";
  return el("span", { class: `avatar ${one ? "bot" : tint(chat.id)}`, "aria-hidden": "true" }, icon(name));
}

function cells(chat, state, { words, language }) {
  const message = lastMessage(chat);
  const one = chat.type === "private";
  const role = roleIn(chat, state.people.get(state.me));
  const unread = state.unread(chat).length;
  return [
    chatAvatar(chat),
    el(
      "span",
      { class: "name" },
      el("bdi", {}, one ? state.bot.first_name : chat.title),
      one && chat.blocked && icon("block"),
    ),
    el("span", { class: "when" }, message ? when(message.date, language) : ""),
    el(
      "span",
      { class: "marks" },
      el("span", { class: "last-message" }, ...lastLine(chat, message, state, words)),
      !one && el("span", { class: "tag" }, words.statuses[role]),
      unread > 0 && el("span", { class: "badge", "aria-label": words.unread(unread) }, String(unread)),
    ),
  ];
}

function lastLine(chat, message, state, words) {
  if (chat.typing) return [el("span", { class: "typing" }, words.typing, dots())];
  if (!message) return [words.noMessages];
  const text = el("bdi", {}, summary(message, words));
  if (state.isFromBot(message) || chat.type === "channel" || serviceLine(message, words)) return [text];
  const who = message.from?.id === state.speaker(chat)?.id ? words.you : senderName(message);
  return [el("b", {}, el("bdi", {}, who), ": "), text];
}

/** Make the three dots of a typing person. */
export function dots() {
  return el("span", { class: "dots", "aria-hidden": "true" }, el("i"), el("i"), el("i"));
}

/** Return the hour for today, the weekday for this week, else the date. */
function when(seconds, language) {
  const at = new Date(seconds * 1000);
  const days = (Date.now() - at.getTime()) / 86_400_000;
  let options = { day: "2-digit", month: "2-digit", year: "2-digit" };
  if (at.toDateString() === new Date().toDateString()) {
    options = { hour: "2-digit", minute: "2-digit", hourCycle: "h23" };
  } else if (days >= 0 && days < 6) options = { weekday: "short" };
  return dateFormat(language, options).format(at);
}

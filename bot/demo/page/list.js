// The left column: one row for each chat, the latest on top.

import { el, icon, initials, tint } from "/page/dom.js";
import { senderName, summary } from "/page/message.js";
import { lastMessage } from "/page/state.js";
import { dateFormat } from "/page/words.js";

const rows = new Map(); // chat id -> row

/** Update the rows. Rows that stay keep their element, and with it the focus. */
export function drawList(list, state, view) {
  const chats = state.byRecency();
  for (const [id, row] of rows) {
    if (state.chats.has(id)) continue;
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

function cells(chat, state, { words, language }) {
  const message = lastMessage(chat);
  const person = chat.type === "private" ? state.people.get(chat.id) : null;
  const unread = state.unread(chat).length;
  return [
    el("span", { class: `avatar ${tint(chat.id)}`, "aria-hidden": "true" }, person ? initials(chat.title) : icon("group")),
    el(
      "span",
      { class: "name" },
      el("bdi", {}, chat.title),
      person?.language_code && el("span", { class: "tag" }, person.language_code),
      chat.blocked && icon("block"),
    ),
    el("span", { class: "when" }, message ? when(message.date, language) : ""),
    el("span", { class: "last-message" }, ...lastLine(chat, message, state, words)),
    unread ? el("span", { class: "badge", "aria-label": words.unread(unread) }, String(unread)) : el("span"),
  ];
}

function lastLine(chat, message, state, words) {
  if (chat.typing) return [el("span", { class: "typing" }, words.typing, dots())];
  if (!message) return [words.roles[state.people.get(chat.id)?.role] ?? words.noMessages];
  const text = el("bdi", {}, summary(message, words));
  if (state.isFromBot(message)) return [text];
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

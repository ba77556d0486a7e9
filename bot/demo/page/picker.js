// Telegram's picker of chats: a key of the bot's keyboard offers the chats that fit; a chosen one is confirmed.

import { dialog } from "/page/dialogs.js";
import { el } from "/page/dom.js";
import { chatAvatar } from "/page/list.js";
import { SHOWN_RIGHTS } from "/page/rights.js";

/** Show the chats with these ids; pick(chat) is called for the confirmed one. `request` is the key's request_chat. */
export function offerChats(ids, request, { state, words }, pick) {
  const chats = ids.map((id) => state.chats.get(id)).filter(Boolean);
  const row = (chat, close) =>
    el("button", { type: "button", class: "chat-choice", onclick: () => (close(), confirm(chat, request, words, pick)) }, chatAvatar(chat), el("bdi", {}, chat.title));
  dialog((close) => [
    el("h2", {}, request.chat_is_channel ? words.chooseChannel : words.chooseGroup),
    chats.length ? el("div", { class: "chat-choices" }, ...chats.map((chat) => row(chat, close))) : el("p", {}, words.noChatFits),
    el("div", { class: "choices" }, el("button", { type: "button", class: "plain", onclick: close }, words.cancel)),
  ]);
}

function confirm(chat, request, words, pick) {
  const asked = SHOWN_RIGHTS.filter((right) => request.bot_administrator_rights?.[right]).map((right) => words.rights[right]);
  dialog((close) => [
    el("div", { class: "picked" }, chatAvatar(chat), el("h2", {}, el("bdi", {}, chat.title))),
    el("p", {}, words.shareChat),
    asked.length > 0 && el("p", { class: "hint" }, `${words.asksForRights} ${asked.join(", ")}.`),
    el(
      "div",
      { class: "choices" },
      el("button", { type: "button", class: "plain", onclick: close }, words.cancel),
      el("button", { type: "button", class: "plain", autofocus: true, onclick: () => (close(), pick(chat)) }, words.choose),
    ),
  ]);
}

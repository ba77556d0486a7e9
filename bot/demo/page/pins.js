// The bar of pinned messages above a chat: the newest first, a click goes to it and then shows the one before.

import { el, icon } from "/page/dom.js";
import { summary } from "/page/message.js";
import { mayPin } from "/page/rights.js";
import { isShown } from "/page/state.js";

let shownFor = "";
let back = 0; // how many messages before the newest is shown

/** Show the pinned messages of the open chat; go(message id) and unpin(message id) are called for its buttons. */
export function drawPins(root, { chat, person, words }, { go, unpin }) {
  const messages = (chat?.pinned ?? []).map((id) => chat.messages.get(id)).filter((one) => one && isShown(chat, one));
  root.hidden = !messages.length;
  if (root.hidden) return;
  const now = JSON.stringify([chat.id, chat.thread, messages.map((one) => one.message_id)]);
  if (now !== shownFor) [shownFor, back] = [now, 0];
  const message = messages[messages.length - 1 - back];
  const many = messages.length > 1 ? ` ${messages.length - back}/${messages.length}` : "";
  const jump = () => {
    go(message.message_id);
    back = (back + 1) % messages.length;
  };
  const close = { type: "button", class: "round", "aria-label": words.unpin, title: words.unpin };
  root.replaceChildren(
    el("button", { type: "button", class: "pinned", onclick: jump }, el("b", {}, words.pinned + many), el("span", { dir: "auto" }, summary(message, words))),
    mayPin(chat, person) ? el("button", { ...close, onclick: () => unpin(message.message_id) }, icon("close")) : "",
  );
}

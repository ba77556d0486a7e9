// What can be done with a message: a double click replies; a right click, a long press or the button beside it opens a menu.

import { copy } from "/page/dialogs.js";
import { el } from "/page/dom.js";
import { isAuthor, mayDelete, mayPin, silence } from "/page/rights.js";

const LONG_PRESS_MS = 450;
// A finger that moves further scrolls.
const STILL_PX = 8;
const EDGE_PX = 8;

let opened = null;

/** Watch the messages under `root`. `view()` returns the view of the open chat, with quote(kind, message), pin(message id),
 * unpin(message id) and remove(message id). */
export function watchMessages(root, view) {
  let press = null; // of a finger: the timer, and where it began
  const lift = () => clearTimeout(press?.timer);

  root.addEventListener("dblclick", (event) => {
    const message = messageAt(event.target, view());
    if (!message || silence(view().chat, view().person)) return;
    getSelection().removeAllRanges(); // of the word under the pointer
    view().quote("reply", message);
  });
  root.addEventListener("contextmenu", (event) => {
    const message = event.target.closest("a") ? null : messageOf(event.target, view());
    if (!message || String(getSelection())) return; // the browser's own menu copies a selection or a link
    event.preventDefault();
    open(message, view(), event.clientX, event.clientY);
  });
  root.addEventListener("click", (event) => {
    const button = event.target.closest(".more");
    if (!button) return;
    const { left, bottom } = button.getBoundingClientRect();
    open(messageOf(button, view()), view(), left, bottom);
    opened?.querySelector("button").focus();
  });
  root.addEventListener("pointerdown", (event) => {
    lift();
    const message = event.pointerType === "touch" ? messageAt(event.target, view()) : null;
    if (!message) return;
    const { clientX: x, clientY: y } = event;
    press = { x, y, timer: setTimeout(() => open(message, view(), x, y), LONG_PRESS_MS) };
  });
  root.addEventListener("pointermove", (event) => {
    if (press && Math.hypot(event.clientX - press.x, event.clientY - press.y) > STILL_PX) lift();
  });
  for (const name of ["pointerup", "pointercancel"]) root.addEventListener(name, lift);
  root.addEventListener("scroll", close, { passive: true });
  document.addEventListener("pointerdown", (event) => opened?.contains(event.target) || close());
  document.addEventListener("keydown", (event) => event.key === "Escape" && close());
}

/** Return the message under a target, null on a link or button of its own. */
function messageAt(target, view) {
  return target.closest("a, button, .pre, code, .spoiler") ? null : messageOf(target, view);
}

function messageOf(target, view) {
  const id = target.closest(".message")?.dataset.id;
  return (id && view.chat?.messages.get(Number(id))) || null;
}

function open(message, view, x, y) {
  close();
  const { chat, words, person } = view;
  const text = message.text ?? message.caption;
  const id = message.message_id;
  const item = (name, label, act) => el("button", { type: "button", role: "menuitem", class: name, onclick: () => (close(), act()) }, label);
  const items = silence(chat, person) ? [] : [item("reply-to", words.reply, () => view.quote("reply", message))];
  if (text) items.push(item("copy-text", words.copyText, () => copy(text, words)));
  if (message.text && isAuthor(chat, person, message)) {
    items.push(item("edit-text", words.edit, () => view.quote("edit", message)));
  }
  if (mayPin(chat, person)) {
    const pinned = chat.pinned?.includes(id);
    items.push(item("pin", pinned ? words.unpin : words.pin, () => (pinned ? view.unpin(id) : view.pin(id))));
  }
  if (mayDelete(chat, person, message)) items.push(item("delete", words.remove, () => view.remove(id)));
  if (!items.length) return;
  opened = el("div", { class: "menu message-menu", role: "menu", "aria-label": words.messageMenu }, ...items);
  document.body.append(opened);
  const { width, height } = opened.getBoundingClientRect();
  opened.style.left = `${Math.max(EDGE_PX, Math.min(x, innerWidth - width - EDGE_PX))}px`;
  opened.style.top = `${Math.max(EDGE_PX, Math.min(y, innerHeight - height - EDGE_PX))}px`;
}

function close() {
  opened?.remove();
  opened = null;
}

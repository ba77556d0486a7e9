// Overlays of the chat: short notices, alerts, the confirmation of a link, an enlarged photo.

import { el } from "/page/dom.js";

const TOAST_MS = 3500;

let toastTimer = 0;

/** Show a short line for a while. */
export function toast(text) {
  const box = document.querySelector("#toast");
  box.replaceChildren(el("span", {}, text));
  box.classList.add("shown");
  clearTimeout(toastTimer);
  toastTimer = setTimeout(() => box.classList.remove("shown"), TOAST_MS);
}

/** Show a text that has to be dismissed. */
export function alertBox(text, words) {
  show(el("p", { dir: "auto" }, text), [el("button", { type: "button", class: "plain", onclick: close }, words.ok)]);
}

/** Ask for confirmation before a link is opened; only http and https links are opened at all.
 *
 * The server has the pages of the demo's sites, for browsers and phones that cannot resolve their invented names. */
export function askToOpen(url, { words, state }) {
  const address = webAddress(url);
  if (!address) return;
  const href = state.sites[address.host] === undefined ? address.href : `/site/${address.host}${address.pathname}`;
  const open = { href, target: "_blank", rel: "noopener noreferrer", class: "plain", onclick: close };
  show(el("div", {}, el("h2", {}, words.openLink), el("p", { class: "address" }, address.href)), [
    el("button", { type: "button", class: "plain", onclick: close }, words.cancel),
    el("a", open, words.open),
  ]);
}

/** Ask for one of the chats; calls chosen(chat) for it. */
export function askForChat(chats, { state, words }, chosen) {
  const name = (chat) => (chat.type === "private" ? state.bot.first_name : chat.title);
  const choice = (chat) =>
    el("button", { type: "button", class: "chat-choice", onclick: (event) => (close(event), chosen(chat)) }, el("bdi", {}, name(chat)));
  show(el("div", {}, el("h2", {}, words.shareTo), ...chats.map(choice)), [
    el("button", { type: "button", class: "plain", onclick: close }, words.cancel),
  ]);
}

/** Show a dialog; content(close) makes its nodes. Returns the dialog. */
export function dialog(content, name = "box") {
  const box = el("dialog", { class: name });
  box.append(...content(() => box.close()).filter(Boolean));
  present(box);
  return box;
}

/** Show a photo as large as the window. */
export function zoom(source, caption, words) {
  const image = el("img", { src: source, alt: caption });
  const box = el("dialog", { class: "zoom", "aria-label": words.photo, onclick: close }, image);
  box.append(el("button", { type: "button", class: "plain", autofocus: true }, words.close));
  present(box);
}

/** A link's address if it is a web address, else null. Without a scheme it gets https. */
export function webAddress(url) {
  const withScheme = /^[a-z][a-z0-9+.-]*:/iu.test(url) ? url : `https://${url}`;
  if (!URL.canParse(withScheme)) return null;
  const address = new URL(withScheme);
  return ["http:", "https:"].includes(address.protocol) ? address : null;
}

/** Copy a text and show a notice. */
export async function copy(text, words) {
  try {
    if (navigator.clipboard) await navigator.clipboard.writeText(text);
    else if (!copyByCommand(text)) throw new Error("refused");
    toast(words.copied);
  } catch {
    toast(words.notCopied); // the browser forbids it
  }
}

/** Copy where the page has no secure origin: on a phone in the network. */
function copyByCommand(text) {
  const field = el("textarea", { class: "for-readers" });
  field.value = text;
  document.body.append(field);
  field.select();
  const done = document.execCommand("copy");
  field.remove();
  return done;
}

function show(content, buttons) {
  present(el("dialog", { class: "box" }, content, el("div", { class: "choices" }, ...buttons)));
}

function present(box) {
  box.addEventListener("close", () => box.remove());
  box.addEventListener("click", (event) => event.target === box && box.close()); // a click outside it
  document.body.append(box);
  box.showModal();
}

function close(event) {
  event.currentTarget.closest("dialog").close();
}

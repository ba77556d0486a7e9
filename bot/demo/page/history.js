// The messages of the open chat: their order, the scroll position when they change, and the read mark.

import { el } from "/page/dom.js";
import { momentText } from "/page/entities.js";
import { messageElement } from "/page/message.js";
import { isAuthor } from "/page/rights.js";
import { dateFormat } from "/page/words.js";

// This close to the end counts as the end.
const NEAR_PX = 48;
// A message counts as read when this share of it has been visible.
const SEEN_PX = 60;
// The date at the top edge disappears when scrolling has stopped for this long.
const DATE_SHOWN_MS = 1200;
const RELATIVE_TIMES_MS = 30_000;

export class History {
  #root;
  #view = null;
  #onRead;
  #atEnd = true;
  #height = 0; // a scroll is seen before the change of height that caused it: keyboard, tour, or window
  #dateTimer = 0;

  /** Calls onRead(message id) when the reader has seen messages up to that one. */
  constructor(root, onRead) {
    this.#root = root;
    this.#onRead = onRead;
    root.addEventListener("scroll", () => (root.clientHeight === this.#height ? this.#scrolled() : this.#resized()), { passive: true });
    root.addEventListener("scroll", () => this.#showDate(), { passive: true });
    root.addEventListener("load", () => this.#resized(), true); // a photo
    document.addEventListener("visibilitychange", () => this.#markRead());
    new ResizeObserver(() => this.#resized()).observe(root);
    setInterval(() => this.#refreshRelativeTimes(), RELATIVE_TIMES_MS);
  }

  /** Whether the end of the chat is visible. */
  get atEnd() {
    return this.#atEnd;
  }

  /** Show a chat from the first unread message on, or from where the same chat was left. */
  show(view, { keep = false } = {}) {
    const place = this.#root.scrollHeight - this.#root.scrollTop;
    const stay = keep && !this.#atEnd;
    this.#view = view;
    this.#root.setAttribute("aria-busy", "true"); // screen readers announce only later messages, not a whole chat
    this.#root.replaceChildren();
    const unread = view.state.unread(view.chat, view.chat.forum ? view.chat.thread : null)[0]?.message_id;
    for (const message of view.state.shown(view.chat)) {
      this.#append(message, message.message_id === unread);
    }
    if (!this.#root.hasChildNodes() && view.chat.type !== "private") {
      this.#root.append(el("div", { class: "service" }, el("span", {}, view.words.noMessages)));
    } else if (!this.#root.hasChildNodes()) {
      this.#root.append(this.#welcome());
    }
    this.#root.removeAttribute("aria-busy");
    const line = this.#root.querySelector(".new-line");
    if (stay) this.#root.scrollTop = this.#root.scrollHeight - place;
    else if (line) this.#root.scrollTop = line.offsetTop - NEAR_PX;
    else this.toEnd();
    this.#scrolled();
  }

  /** Scroll to a message and mark it for a moment; a deleted one leaves everything as it is. */
  jump(id) {
    const found = this.#find(id);
    if (!found) return;
    found.scrollIntoView({ block: "center" });
    found.classList.remove("changed");
    requestAnimationFrame(() => found.classList.add("changed")); // restarts the animation
  }

  /** Show nothing. */
  clear() {
    this.#view = null;
    this.#root.replaceChildren();
  }

  /** Add a new message; scroll to it if the end is visible, or if it is the reader's own. */
  append(message) {
    const own = isAuthor(this.#view.chat, this.#view.person, message);
    const follow = own || (this.#atEnd && !document.hidden);
    if (!this.#root.querySelector(".message, .service[data-id]")) this.#root.replaceChildren();
    const line = this.#root.querySelector(".new-line");
    if (own) line?.remove();
    this.#append(message, !own && !follow && !line).classList.add("arrived");
    if (follow) this.toEnd();
    this.#scrolled();
  }

  /** Redraw a changed message in place, with the focus on the same button. */
  replace(message) {
    const old = this.#find(message.message_id);
    if (!old) return;
    const focused = [...old.querySelectorAll("button, a")].indexOf(document.activeElement);
    this.#keepingPlace(() => {
      const changed = messageElement(message, this.#view);
      changed.classList.add("changed");
      old.replaceWith(changed);
      this.#group(changed);
      if (changed.nextElementSibling) this.#group(changed.nextElementSibling);
      if (focused >= 0) changed.querySelectorAll("button, a")[focused]?.focus({ preventScroll: true });
    });
  }

  remove(id) {
    const old = this.#find(id);
    if (!old) return;
    this.#keepingPlace(() => {
      const { previousElementSibling: before, nextElementSibling: after } = old;
      old.remove();
      if (after) this.#group(after);
      else before?.classList.add("last");
      for (const day of this.#root.querySelectorAll(".day")) if (!day.querySelector("[data-id]")) day.remove();
    });
  }

  toEnd() {
    this.#root.scrollTop = this.#root.scrollHeight;
    this.#atEnd = true;
  }

  #find(id) {
    return this.#root.querySelector(`[data-id="${id}"]`);
  }

  #append(message, underNewLine) {
    const name = new Date(message.date * 1000).toDateString();
    let day = this.#root.lastElementChild;
    if (day?.dataset.day !== name) {
      day = this.#day(message.date, name);
      this.#root.append(day);
    }
    if (underNewLine) day.append(el("div", { class: "new-line" }, el("span", {}, this.#view.words.newMessages)));
    const element = messageElement(message, this.#view);
    day.append(element);
    this.#group(element);
    return element;
  }

  /** Group consecutive messages of one sender; only the last has a tail, the first a name. */
  #group(element) {
    const before = element.previousElementSibling;
    const joined = Boolean(element.dataset.sender) && element.dataset.sender === before?.dataset.sender;
    const next = element.nextElementSibling;
    element.classList.toggle("first", !joined);
    element.classList.toggle("last", !next || next.dataset.sender !== element.dataset.sender);
    before?.classList.toggle("last", !joined);
  }

  /** Group the messages of a day under its date. */
  #day(seconds, name) {
    const { words, language } = this.#view;
    const at = new Date(seconds * 1000);
    const today = new Date();
    const yesterday = new Date(today.getFullYear(), today.getMonth(), today.getDate() - 1);
    const named = { [today.toDateString()]: words.today, [yesterday.toDateString()]: words.yesterday };
    const year = at.getFullYear() === today.getFullYear() ? undefined : "numeric";
    const text = named[name] ?? dateFormat(language, { day: "numeric", month: "long", year }).format(at);
    return el("div", { class: "day", "data-day": name }, el("div", { class: "date service" }, el("span", {}, text)));
  }

  #welcome() {
    const { state, person, words } = this.#view;
    const role = words.roles[person.role];
    const description = state.descriptionFor(person);
    if (!description && !role) return el("div", { class: "service" }, el("span", {}, words.noMessages));
    return el(
      "div",
      { class: "welcome" },
      role && el("p", { class: "role" }, el("b", {}, words.youAre(person.first_name)), ` (${role})`),
      description && el("h3", {}, words.description),
      description && el("p", { dir: "auto" }, description),
    );
  }

  /** Make a change without moving the visible messages. */
  #keepingPlace(change) {
    const atEnd = this.#atEnd;
    const top = this.#root.getBoundingClientRect().top;
    const inSight = (one) => one.getBoundingClientRect().bottom > top;
    const topOf = (one) => one.getBoundingClientRect().top;
    // The first visible message may be the deleted one: the first that stays is the anchor.
    const before = [...this.#root.querySelectorAll("[data-id]")].filter(inSight).map((one) => [one.dataset.id, topOf(one)]);
    change();
    const stayed = before.find(([id]) => this.#find(id));
    if (atEnd) this.toEnd();
    else if (stayed) this.#root.scrollTop += topOf(this.#find(stayed[0])) - stayed[1];
    this.#scrolled();
  }

  #scrolled() {
    const { scrollHeight, scrollTop, clientHeight } = this.#root;
    if (!clientHeight) return; // hidden: a phone that shows the list
    this.#atEnd = scrollHeight - scrollTop - clientHeight < NEAR_PX;
    this.#markRead();
  }

  /** Show the date of the visible messages at the top edge while they are scrolled. */
  #showDate() {
    const top = this.#root.getBoundingClientRect().top;
    for (const day of this.#root.querySelectorAll(".day")) {
      day.classList.toggle("passed", day.getBoundingClientRect().top < top);
    }
    this.#root.classList.add("scrolling");
    clearTimeout(this.#dateTimer);
    this.#dateTimer = setTimeout(() => this.#root.classList.remove("scrolling"), DATE_SHOWN_MS);
  }

  #resized() {
    this.#height = this.#root.clientHeight;
    if (this.#atEnd) this.toEnd();
    this.#scrolled();
  }

  #markRead() {
    if (document.hidden || !this.#view || !this.#root.clientHeight) return;
    const end = this.#root.getBoundingClientRect().bottom;
    const seen = [...this.#root.querySelectorAll("[data-id]")].findLast((one) => {
      const box = one.getBoundingClientRect();
      return box.top + Math.min(box.height, SEEN_PX) <= end;
    });
    this.#onRead(seen ? Number(seen.dataset.id) : 0);
  }

  #refreshRelativeTimes() {
    if (!this.#view) return;
    for (const time of this.#root.querySelectorAll("time[data-relative]")) {
      time.textContent = momentText(new Date(time.dataset.relative * 1000), "r", this.#view.language);
    }
  }
}

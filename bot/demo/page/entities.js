// Message text and its entities -> nodes. Offsets count UTF-16 units, and so do JavaScript's strings.
// Entities may be nested; one that exceeds its parent is cut at the parent's end.

import { copy, askToOpen, webAddress } from "/page/dialogs.js";
import { el, icon } from "/page/dom.js";
import { dateFormat, namesDates } from "/page/words.js";

const STYLES = { bold: "strong", italic: "em", underline: "u", strikethrough: "s" };
const BLOCKS = new Set(["pre", "blockquote", "expandable_blockquote"]);
const LINE_ENDS = /\n/gu;
// A quote of this many lines or fewer is never collapsed.
const FOLDED_LINES = 3;
const FOLDED_LENGTH = 180;

/** Return the nodes of a text. `view` has words, language, state and say(text), which a clicked command calls. */
export function formatted(text, entities, view) {
  const sorted = [...(entities ?? [])].sort((a, b) => a.offset - b.offset || b.length - a.length);
  const fragment = document.createDocumentFragment();
  fragment.append(...nodes(text, 0, text.length, sorted, view));
  return fragment;
}

function nodes(text, from, to, entities, view) {
  const made = [];
  let at = from;
  const rest = [...entities];
  while (rest.length) {
    const entity = rest.shift();
    const start = entity.offset;
    const end = Math.min(start + entity.length, to);
    if (start < at || end <= start) continue;
    const inner = [];
    while (rest.length && rest[0].offset < end) inner.push(rest.shift());
    if (start > at) made.push(text.slice(at, start));
    made.push(element(entity, text.slice(start, end), nodes(text, start, end, inner, view), view));
    at = end;
    // A block begins its own line: the line end after it would be shown as an empty line.
    if (BLOCKS.has(entity.type) && text[at] === "\n" && at < to) at += 1;
  }
  if (at < to) made.push(text.slice(at, to));
  return made;
}

function element(entity, text, children, view) {
  const { words } = view;
  switch (entity.type) {
    case "bold":
    case "italic":
    case "underline":
    case "strikethrough":
      return el(STYLES[entity.type], {}, ...children);
    case "spoiler":
      return spoiler(children, words);
    case "code":
      return el("code", { title: words.copy, onclick: () => copy(text, words) }, ...children);
    case "pre":
      return preformatted(entity, text, children, words);
    case "blockquote":
      return el("blockquote", {}, ...children);
    case "expandable_blockquote":
      return foldable(text, children, words);
    case "url":
      return link(text, children, view);
    case "text_link":
      return link(entity.url, children, view);
    case "bot_command":
      return el("button", { type: "button", class: "command", onclick: () => view.say(text) }, ...children);
    case "date_time":
      return moment(entity, text, view);
    case "mention":
    case "text_mention":
    case "hashtag":
    case "cashtag":
    case "email":
    case "phone_number":
      return el("span", { class: "mention" }, ...children);
    default:
      return el("span", {}, ...children);
  }
}

function link(url, children, view) {
  const address = webAddress(url);
  if (!address) return el("span", {}, ...children);
  const ask = (event) => {
    event.preventDefault();
    askToOpen(address.href, view);
  };
  const attributes = { href: address.href, target: "_blank", rel: "noopener noreferrer", title: address.href };
  return el("a", { ...attributes, onclick: ask }, ...children);
}

function spoiler(children, words) {
  const inner = el("span", { inert: true }, ...children);
  const cover = el("span", { class: "spoiler", role: "button", tabindex: "0", "aria-label": words.spoiler }, inner);
  const reveal = (event) => {
    if (event.type === "keydown" && event.key !== "Enter" && event.key !== " ") return;
    if (!inner.inert) return;
    event.preventDefault();
    inner.inert = false;
    cover.classList.add("shown");
    for (const name of ["role", "tabindex", "aria-label"]) cover.removeAttribute(name);
  };
  cover.addEventListener("click", reveal);
  cover.addEventListener("keydown", reveal);
  return cover;
}

function preformatted(entity, text, children, words) {
  const button = { type: "button", class: "copy", "aria-label": words.copy, title: words.copy };
  return el(
    "div",
    { class: "pre" },
    entity.language && el("div", { class: "language" }, entity.language),
    el("pre", { tabindex: "0" }, ...children),
    el("button", { ...button, onclick: () => copy(text, words) }, icon("copy")),
  );
}

function foldable(text, children, words) {
  const lines = (text.match(LINE_ENDS) ?? []).length + 1;
  if (lines <= FOLDED_LINES && text.length <= FOLDED_LENGTH) return el("blockquote", {}, ...children);
  const quote = el("blockquote", { class: "folded" }, el("div", { class: "quoted" }, ...children));
  const toggle = el("button", { type: "button", class: "fold", "aria-expanded": "false", "aria-label": words.more });
  toggle.append(icon("down"));
  toggle.addEventListener("click", () => {
    const folded = quote.classList.toggle("folded");
    toggle.setAttribute("aria-expanded", String(!folded));
    toggle.setAttribute("aria-label", folded ? words.more : words.less);
  });
  quote.append(toggle);
  return quote;
}

function moment(entity, text, { language, person }) {
  const at = new Date(entity.unix_time * 1000);
  const format = entity.date_time_format ?? "";
  const full = dateFormat(language, { dateStyle: "full", timeStyle: "short" }).format(at);
  // Where the browser lacks the names of months, the bot has written them.
  const own = !person?.language_code || person.language_code.slice(0, 2) === language.slice(0, 2);
  const readable = (own && namesDates(language)) || !/[rwD]/u.test(format);
  const time = el("time", { datetime: at.toISOString(), title: full }, (readable && momentText(at, format, language)) || text);
  if (format === "r" && readable) time.dataset.relative = String(entity.unix_time);
  return time;
}

/** Format a time in the reader's zone and language. Formats: "r" relative, else of w (weekday), d D (date), t T (time). */
export function momentText(at, format, language) {
  if (format === "r") return relative(at.getTime() - Date.now(), language);
  const options = {};
  if (format.includes("w")) options.weekday = "long";
  if (format.includes("d")) Object.assign(options, { day: "2-digit", month: "2-digit", year: "numeric" });
  if (format.includes("D")) Object.assign(options, { day: "numeric", month: "long", year: "numeric" });
  if (/t/iu.test(format)) Object.assign(options, { hour: "2-digit", minute: "2-digit", hourCycle: "h23" });
  if (format.includes("T")) options.second = "2-digit";
  return Object.keys(options).length ? dateFormat(language, options).format(at) : "";
}

function relative(milliseconds, language) {
  const units = { second: 1000, minute: 60_000, hour: 3_600_000, day: 86_400_000, month: 2_629_800_000, year: 31_557_600_000 };
  const names = Object.keys(units);
  const name = names.findLast((unit) => Math.abs(milliseconds) >= units[unit]) ?? "second";
  return new Intl.RelativeTimeFormat(language, { numeric: "auto" }).format(Math.trunc(milliseconds / units[name]), name);
}

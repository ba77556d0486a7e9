// The tour: the steps at the top of each person's chat, ticked by the server when they have happened.

import { el, icon } from "/page/dom.js";
import { roleIn } from "/page/rights.js";
import { pageLanguage } from "/page/words.js";

// In the order of bot/demo/tour.py.
const STEPS = ["start", "convert", "alert", "event", "channel", "other"];
const KEY = "tour-put-away";
// In the words: `a text` is put into the field by a click, {} is a link to somebody of another language.
const MARKS = /(`[^`]+`|\{\})/u;

export class Tour {
  #root;
  #fill;
  #done = {}; // a person's id -> the finished steps
  #putAway = new Set(remembered());
  #unfolded = false;
  #drawn = "";

  /** Calls fill(text) for an example that is to be typed. */
  constructor(root, fill) {
    this.#root = root;
    this.#fill = fill;
  }

  /** Take over the finished steps of all people. */
  progress(done) {
    this.#done = done ?? {};
  }

  /** Put the tour of a person away, or show it again. */
  toggle(person) {
    if (!this.#putAway.delete(person.id)) this.#putAway.add(person.id);
    remember([...this.#putAway]);
  }

  isShown(view) {
    return view.chat?.type === "private" && this.#done[view.chat.id] !== undefined && !this.#putAway.has(view.chat.id);
  }

  /** Show the next step of the open chat's person, or nothing. */
  show(view) {
    this.#root.hidden = !this.isShown(view);
    if (this.#root.hidden) return;
    const done = this.#done[view.chat.id];
    const drawn = JSON.stringify([view.chat.id, done, this.#unfolded]);
    if (drawn === this.#drawn) return; // a button that is being pressed stays the same
    this.#drawn = drawn;
    const { words } = view;
    const steps = stepsOf(view);
    const next = steps.findIndex((step) => !done.includes(step));
    const count = next < 0 ? icon("tick") : `${next + 1}/${steps.length}`;
    const text = next < 0 ? words.tour.finished : words.tour[steps[next]];
    this.#root.replaceChildren(
      el("span", { class: "count" }, count),
      el("p", {}, ...(this.#unfolded && next >= 0 ? [words.tourTitle] : this.#nodes(text, view))), // it is in the list below
      this.#button("down", this.#unfolded ? words.less : words.tourAll, { "aria-expanded": String(this.#unfolded) }, () => {
        this.#unfolded = !this.#unfolded;
        this.show(view);
      }),
      this.#button("close", words.dismiss, {}, () => {
        this.toggle(view.person);
        this.show(view);
      }),
    );
    if (this.#unfolded) this.#root.append(el("ol", {}, ...steps.map((step) => this.#step(step, done.includes(step), view))));
  }

  #step(step, done, view) {
    const mark = el("span", { class: "mark" }, done && icon("tick"));
    const said = done && el("span", { class: "for-readers" }, `${view.words.tourDone}: `);
    return el("li", { class: done ? "done" : "" }, mark, el("span", {}, said, ...this.#nodes(view.words.tour[step], view)));
  }

  #nodes(text, view) {
    return text.split(MARKS).map((part) => {
      if (part === "{}") return otherPerson(view);
      if (!part.startsWith("`")) return part;
      const typed = part.slice(1, -1);
      return el("button", { type: "button", class: "example", title: view.words.tourType, onclick: () => this.#fill(typed) }, typed);
    });
  }

  #button(name, label, attributes, act) {
    return el("button", { type: "button", class: "round", "aria-label": label, title: label, onclick: act, ...attributes }, icon(name));
  }
}

/** Return the steps of the open chat's person: that of a channel is for its owner. */
function stepsOf({ state, person }) {
  const owns = [...state.chats.values()].some((chat) => chat.type === "channel" && roleIn(chat, person) === "owner");
  return STEPS.filter((step) => step !== "channel" || owns);
}

/** Make a link to the chat of the first person whose page has another language. */
function otherPerson({ state, language }) {
  const other = [...state.people.values()].find((person) => pageLanguage(person) !== language);
  return other ? el("a", { href: `#${other.id}` }, other.first_name) : "";
}

function remembered() {
  try {
    return JSON.parse(sessionStorage.getItem(KEY)) ?? [];
  } catch {
    return []; // storage is switched off
  }
}

function remember(people) {
  try {
    sessionStorage.setItem(KEY, JSON.stringify(people));
  } catch {
    // storage is switched off: it is put away until the page is loaded again
  }
}

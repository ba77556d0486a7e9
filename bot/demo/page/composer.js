// Where people write: the text, the commands above it, who speaks in a group, and the big buttons in its place.

import { el, initials, tint } from "/page/dom.js";

const HIGHEST_PX = 180;
// On a narrow screen the keyboard would cover the chat whenever one is opened.
const wide = matchMedia("(min-width: 720px)");

export class Composer {
  #root;
  #text;
  #commands;
  #view = null;
  #shown = []; // the commands listed at the moment
  #chosen = -1;

  /** `actions` are say(text) -> whether it was sent, block(whether), speakAs(person). */
  constructor(root, actions) {
    this.#root = root;
    this.#text = root.querySelector("#text");
    this.#commands = root.querySelector("#commands");
    this.actions = actions;
    root.querySelector("form").addEventListener("submit", (event) => {
      event.preventDefault();
      this.#send();
    });
    this.#text.addEventListener("input", () => this.#typed());
    this.#text.addEventListener("keydown", (event) => this.#key(event));
    root.querySelector("#commands-button").addEventListener("click", () => this.#toggleMenu());
    root.querySelector("#start").addEventListener("click", () => this.actions.say("/start") && this.focus());
    root.querySelector("#unblock").addEventListener("click", () => this.actions.block(false));
    document.addEventListener("click", (event) => {
      if (!root.contains(event.target)) this.#list([]);
    });
  }

  /** Show what fits the chat; a text begun there comes back. */
  show(view) {
    const { chat, state } = view;
    const another = this.#view?.chat.id !== chat.id;
    this.#view = view;
    const blocked = chat.type === "private" && chat.blocked;
    const start = chat.type === "private" && !blocked && !chat.messages.size;
    this.#root.querySelector("#start").hidden = !start;
    this.#root.querySelector("#unblock").hidden = !blocked;
    this.#root.querySelector("form").hidden = start || blocked;
    this.#root.querySelector("#commands-button").hidden = !state.commandsFor(view.person).length;
    this.#showSpeakers(view);
    this.#fit(); // it has no height while it is hidden
    if (!another) return;
    this.#text.value = chat.draft;
    this.#typed();
    this.focus();
  }

  focus() {
    if (wide.matches && !this.#root.querySelector("form").hidden) this.#text.focus({ preventScroll: true });
  }

  #send() {
    if (!this.#text.value.trim() || !this.actions.say(this.#text.value)) return;
    this.#text.value = "";
    this.#typed();
    this.#text.focus({ preventScroll: true });
  }

  #typed() {
    const text = this.#text.value;
    this.#view.chat.draft = text;
    this.#root.classList.toggle("has-text", Boolean(text.trim()));
    this.#fit();
    const begun = /^\/(\w*)$/u.exec(text)?.[1].toLowerCase();
    const commands = this.#view.state.commandsFor(this.#view.person);
    const fitting = begun === undefined ? [] : commands.filter((one) => one.command.startsWith(begun));
    const exact = fitting.findIndex((one) => one.command === begun);
    this.#list(fitting, begun ? Math.max(exact, 0) : -1);
  }

  /** As high as its text, within limits. */
  #fit() {
    this.#text.style.height = "auto";
    this.#text.style.height = `${Math.min(this.#text.scrollHeight, HIGHEST_PX)}px`;
  }

  #key(event) {
    if (event.isComposing) return;
    const command = this.#shown[this.#chosen];
    if (this.#shown.length && ["ArrowDown", "ArrowUp"].includes(event.key)) {
      event.preventDefault();
      const step = event.key === "ArrowDown" ? 1 : -1;
      const from = this.#chosen < 0 && step < 0 ? 0 : this.#chosen;
      this.#choose((from + step + this.#shown.length) % this.#shown.length);
    } else if (this.#shown.length && event.key === "Escape") {
      this.#list([]);
    } else if (event.key === "Tab" && !event.shiftKey && this.#shown.length) {
      event.preventDefault(); // completes, so that something can follow the command
      this.#text.value = `/${(command ?? this.#shown[0]).command} `;
      this.#typed();
    } else if (event.key === "Enter" && !event.shiftKey) {
      event.preventDefault();
      if (command) this.#sendCommand(command);
      else this.#send();
    }
  }

  #toggleMenu() {
    const commands = this.#view.state.commandsFor(this.#view.person);
    this.#list(this.#commands.hidden ? commands : []);
    this.#text.focus({ preventScroll: true });
  }

  #sendCommand(command) {
    if (!this.actions.say(`/${command.command}`)) return;
    this.#text.value = "";
    this.#typed();
  }

  #list(commands, chosen = -1) {
    this.#shown = commands;
    const items = commands.map((command, place) =>
      el(
        "li",
        { role: "option", id: `command-${place}`, onclick: () => this.#sendCommand(command) },
        el("b", {}, `/${command.command}`),
        el("span", { dir: "auto" }, command.description),
      ),
    );
    this.#commands.replaceChildren(...items);
    this.#commands.hidden = !commands.length;
    this.#text.setAttribute("aria-expanded", String(commands.length > 0));
    this.#root.querySelector("#commands-button").setAttribute("aria-expanded", String(commands.length > 0));
    this.#choose(commands.length ? chosen : -1);
  }

  #choose(place) {
    this.#chosen = place;
    [...this.#commands.children].forEach((item, index) => item.setAttribute("aria-selected", String(index === place)));
    this.#commands.children[place]?.scrollIntoView({ block: "nearest" });
    if (place < 0) this.#text.removeAttribute("aria-activedescendant");
    else this.#text.setAttribute("aria-activedescendant", `command-${place}`);
  }

  #showSpeakers({ chat, state, person }) {
    const button = this.#root.querySelector("#speaker");
    button.hidden = chat.type === "private";
    if (button.hidden) return;
    button.className = `avatar ${tint(person.id)}`;
    button.textContent = initials(person.first_name);
    const menu = this.#root.querySelector("#speakers");
    const choice = (member) =>
      el(
        "button",
        {
          type: "button",
          "aria-pressed": String(member.id === person.id),
          onclick: () => {
            menu.hidePopover();
            this.actions.speakAs(member);
          },
        },
        el("span", { class: `avatar ${tint(member.id)}`, "aria-hidden": "true" }, initials(member.first_name)),
        el("span", {}, el("bdi", {}, member.first_name)),
        el("span", { class: "tag" }, member.language_code ?? ""),
      );
    menu.replaceChildren(...chat.members.map((id) => state.people.get(id)).filter(Boolean).map(choice));
  }
}

// The composer: the text field, the commands or cards above it, the speaker in a group, and the big buttons in its place.

import { el, initials, tint } from "/page/dom.js";
import { Inline } from "/page/inline.js";
import { senderName, summary } from "/page/message.js";
import { ReplyKeys } from "/page/reply-keys.js";
import { isAuthor, silence } from "/page/rights.js";

const HIGHEST_PX = 180;
// On a narrow screen the keyboard would cover every chat that is opened.
const wide = matchMedia("(min-width: 720px)");

export class Composer {
  #root;
  #text;
  #commands;
  #view = null;
  #shown = []; // the listed options: content (nodes), kind, act(), and the text that Tab completes to
  #chosen = -1;

  /** `actions` are say(text, id of the message replied to), edit(message id, text), ask(query), choose(query id, card id),
   * start(parameter), offer(request), each returns whether it was sent, block(whether), speakAs(person). */
  constructor(root, actions) {
    this.#root = root;
    this.#text = root.querySelector("#text");
    this.#commands = root.querySelector("#commands");
    this.actions = actions;
    this.inline = new Inline(actions.ask);
    this.keys = new ReplyKeys(root.querySelector("#reply-keys"), root.querySelector("#keys-button"), actions);
    root.querySelector("#quote .round").addEventListener("click", () => this.quote(null));
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

  /** Show the parts for the chat, with its draft. */
  show(view) {
    const { chat, state } = view;
    const another = this.#view?.chat.id !== chat.id;
    this.#view = view;
    const blocked = chat.type === "private" && chat.blocked;
    const start = chat.type === "private" && !blocked && !chat.messages.size;
    this.#root.querySelector("#start").hidden = !start;
    this.#root.querySelector("#unblock").hidden = !blocked;
    const silent = silence(chat, view.person);
    const notice = this.#root.querySelector("#silent");
    notice.hidden = !silent;
    notice.textContent = silent ? view.words[silent] : "";
    this.#root.querySelector("form").hidden = start || blocked || Boolean(silent);
    const withCommands = chat.type !== "channel" && !chat.blocked;
    this.#root.querySelector("#commands-button").hidden = !withCommands || !state.commandsFor(view.person).length;
    const isGuest = chat.type.endsWith("group") && chat.blocked;
    this.#text.placeholder = isGuest ? view.words.askGuest(state.bot.username) : view.words.message;
    this.#showSpeakers(view);
    this.keys.show(start || blocked ? { ...chat, keyboard: null } : chat);
    this.#fit(); // it has no height while it is hidden
    this.#showQuote();
    if (!another) return;
    this.#list([]);
    this.#text.value = chat.draft;
    this.#typed();
    this.focus();
  }

  focus() {
    if (wide.matches && !this.#root.querySelector("form").hidden) this.#text.focus({ preventScroll: true });
  }

  /** Show the bot's answer to an inline query. */
  answer(frame) {
    const { start, choose } = this.actions;
    const clearing = (act) => (...given) => act(...given) && this.#clear();
    const options = this.inline.options(frame, { start: clearing(start), choose: clearing(choose) });
    if (options) this.#list(options);
  }

  /** Begin a reply to a message or its edit, `{kind, message}`; null ends it, and the text before an edit returns. */
  quote(quoted) {
    const { chat } = this.#view;
    const editing = chat.quoted?.kind === "edit";
    if (quoted?.kind === "edit") this.fill(quoted.message.text, editing ? chat.unsent : this.#text.value);
    else if (editing) this.fill(chat.unsent);
    chat.quoted = quoted;
    this.#showQuote();
    if (quoted) this.#text.focus({ preventScroll: true });
  }

  /** Put a text into the field. `unsent` is what returns after an edit. */
  fill(text, unsent = "") {
    this.#view.chat.unsent = unsent;
    this.#text.value = text;
    this.#typed();
    this.#text.focus({ preventScroll: true });
  }

  #showQuote() {
    const { chat, words } = this.#view;
    const { kind, message } = chat.quoted ?? {};
    const box = this.#root.querySelector("#quote");
    box.hidden = !message;
    if (!message) return;
    box.querySelector("b").textContent = kind === "edit" ? words.editing : words.replyTo(senderName(message));
    box.querySelector(".quoted-text").textContent = summary(message, words);
  }

  #clear() {
    this.#text.value = "";
    this.#typed();
  }

  #send() {
    const { kind, message } = this.#view.chat.quoted ?? {};
    const text = this.#text.value;
    if (kind === "edit" && (!text.trim() || text.trim() === message.text)) this.quote(null);
    else if (kind === "edit") this.actions.edit(message.message_id, text) && this.quote(null);
    else if (text.trim() && this.actions.say(text, message?.message_id)) {
      this.#clear();
      this.quote(null);
    }
    this.#text.focus({ preventScroll: true });
  }

  /** Edit the reader's last message, as Telegram's apps do. */
  #editLast() {
    const { chat, person, state } = this.#view;
    const message = state.shown(chat).findLast((one) => isAuthor(chat, person, one) && one.text);
    if (message) this.quote({ kind: "edit", message });
  }

  #typed() {
    const text = this.#text.value;
    this.#view.chat.draft = text;
    this.#root.classList.toggle("has-text", Boolean(text.trim()));
    this.#fit();
    if (this.inline.typed(text, this.#view.state.bot.username)) {
      if (this.#shown[0]?.kind === "command") this.#list([]);
      return; // cards stay until the next answer
    }
    const begun = /^\/(\w*)$/u.exec(text)?.[1].toLowerCase();
    const commands = this.#view.state.commandsFor(this.#view.person);
    const fitting = begun === undefined || this.#view.chat.type === "channel" ? [] : commands.filter((one) => one.command.startsWith(begun));
    const exact = fitting.findIndex((one) => one.command === begun);
    this.#list(fitting.map(this.#option), begun ? Math.max(exact, 0) : -1);
  }

  /** Make the field as high as its text, within limits. */
  #fit() {
    this.#text.style.height = "auto";
    this.#text.style.height = `${Math.min(this.#text.scrollHeight, HIGHEST_PX)}px`;
  }

  #key(event) {
    if (event.isComposing) return;
    const option = this.#shown[this.#chosen];
    const completed = (option ?? this.#shown[0])?.completed;
    if (this.#shown.length && ["ArrowDown", "ArrowUp"].includes(event.key)) {
      event.preventDefault();
      const step = event.key === "ArrowDown" ? 1 : -1;
      const from = this.#chosen < 0 && step < 0 ? 0 : this.#chosen;
      this.#choose((from + step + this.#shown.length) % this.#shown.length);
    } else if (this.#shown.length && event.key === "Escape") {
      this.#list([]);
    } else if (event.key === "Escape" && this.#view.chat.quoted) {
      this.quote(null);
    } else if (event.key === "ArrowUp" && !this.#text.value && !this.#view.chat.quoted) {
      event.preventDefault();
      this.#editLast();
    } else if (event.key === "Tab" && !event.shiftKey && completed) {
      event.preventDefault(); // completes, so that arguments can follow the command
      this.#text.value = completed;
      this.#typed();
    } else if (event.key === "Enter" && !event.shiftKey) {
      event.preventDefault();
      if (option) option.act();
      else this.#send();
    }
  }

  #toggleMenu() {
    const commands = this.#view.state.commandsFor(this.#view.person);
    this.#list(this.#commands.hidden ? commands.map(this.#option) : []);
    this.#text.focus({ preventScroll: true });
  }

  #option = (command) => ({
    content: [el("b", {}, `/${command.command}`), el("span", { dir: "auto" }, command.description)],
    kind: "command",
    act: () => this.actions.say(`/${command.command}`) && this.#clear(),
    completed: `/${command.command} `,
  });

  #list(options, chosen = -1) {
    this.#shown = options;
    const items = options.map(({ content, kind, act }, place) =>
      el("li", { role: "option", id: `command-${place}`, class: kind, onclick: act }, ...content),
    );
    this.#commands.replaceChildren(...items);
    this.#commands.hidden = !options.length;
    this.#text.setAttribute("aria-expanded", String(options.length > 0));
    this.#root.querySelector("#commands-button").setAttribute("aria-expanded", String(options.length > 0));
    this.#choose(options.length ? chosen : -1);
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
    button.hidden = chat.type === "private" || chat.type === "channel";
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
    menu.replaceChildren(...Object.keys(chat.members).map((id) => state.people.get(Number(id))).filter(Boolean).map(choice));
  }
}

// The bot's reply keyboard: keys under the text field that send their text, and the button that hides and shows them.

import { el } from "/page/dom.js";

export class ReplyKeys {
  #root;
  #button;
  #say;
  #offer;
  #chat = null;

  /** Calls say(text) for a pressed key, which returns whether the text was sent, and offer(request) for one that asks for a chat. */
  constructor(root, button, { say, offer }) {
    this.#root = root;
    this.#button = button;
    this.#say = say;
    this.#offer = offer;
    button.addEventListener("click", () => {
      this.#chat.keysHidden = !this.#chat.keysHidden;
      this.show(this.#chat);
    });
  }

  /** Show the keyboard of a chat, unless its reader has hidden it. */
  show(chat) {
    this.#chat = chat;
    const rows = chat.keyboard?.keyboard ?? [];
    this.#button.hidden = !rows.length;
    this.#button.setAttribute("aria-pressed", String(!chat.keysHidden));
    this.#root.hidden = !rows.length || Boolean(chat.keysHidden);
    const key = ({ text, request_chat: asked }) =>
      el("button", { type: "button", dir: "auto", onclick: () => (asked ? this.#offer(asked) : this.#pressed(text)) }, text);
    this.#root.replaceChildren(...rows.map((row) => el("div", { class: "line" }, ...row.map(key))));
  }

  #pressed(text) {
    if (!this.#say(text) || !this.#chat.keyboard.one_time_keyboard) return;
    this.#chat.keysHidden = true;
    this.show(this.#chat);
  }
}

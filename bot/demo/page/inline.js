// Inline queries: text after the bot's name in any chat, sent when typing pauses and answered by cards.

import { el } from "/page/dom.js";

const PAUSE_MS = 300;

export class Inline {
  #ask;
  #asked = null; // the last typed query, null without one
  #timer = 0;

  /** Calls ask(query) when the typing pauses. */
  constructor(ask) {
    this.#ask = ask;
  }

  /** Process a text; returns whether it is an inline query (`@bot words`). */
  typed(text, username) {
    const [, name, words] = /^@(\w+)\s(.*)$/su.exec(text) ?? [];
    const query = name?.toLowerCase() === username.toLowerCase() ? words : null;
    if (query !== this.#asked) {
      clearTimeout(this.#timer);
      this.#asked = query;
      if (query !== null) this.#timer = setTimeout(() => this.#ask(query), PAUSE_MS);
    }
    return query !== null;
  }

  /** Return the bot's answer as options of the list above the text; null if the text has changed since. */
  options(frame, { start, choose }) {
    if (frame.query !== this.#asked) return null;
    const cards = frame.cards.map((card) => ({
      content: [
        card.photo && el("img", { src: `/file/demo/${encodeURIComponent(card.photo.at(-1).file_id)}`, alt: "" }),
        el("b", { dir: "auto" }, card.title),
        el("span", { dir: "auto" }, card.description),
      ].filter(Boolean),
      kind: "card",
      act: () => choose(frame.query_id, card.id),
    }));
    if (!frame.button) return cards;
    const { text, start_parameter } = frame.button;
    return [{ content: [el("b", { dir: "auto" }, text)], kind: "lead", act: () => start(start_parameter) }, ...cards];
  }
}

/** Return the parameter of a link into the bot's own chat (t.me/<bot>?start=…), null for any other link. */
export function startParameter(url, bot) {
  if (!URL.canParse(url)) return null;
  const address = new URL(url);
  const leads = address.hostname === "t.me" && address.pathname.slice(1).toLowerCase() === bot.username?.toLowerCase();
  return leads ? address.searchParams.get("start") : null;
}

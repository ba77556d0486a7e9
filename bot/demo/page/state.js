// The state of the page: the bot, the people, the chats and their messages. Plain data; it draws nothing.

// The number of drawn messages of one chat; older ones are dropped.
const MESSAGES_KEPT = 500;

export class State {
  bot = { id: 0, first_name: "Jarchi", descriptions: {} };
  people = new Map(); // id -> person
  chats = new Map(); // id -> chat: the server's fields, and messages, readUpTo, draft, typing, quoted, unsent, keysHidden
  sites = {}; // host of a site whose pages the server has -> its name
  commands = {}; // language, "" for everyone else, or the id of a private chat -> commands
  open = null; // the id of the open chat
  #speakers = new Map(); // group id -> id of the person who writes there
  #known = false;

  /** Take over the server's whole state. Read marks, drafts and what they answer are kept. */
  hello(frame) {
    const old = this.chats;
    this.bot = frame.bot;
    this.people = new Map(frame.people.map((person) => [person.id, person]));
    this.commands = frame.commands;
    this.sites = frame.sites ?? {};
    this.chats = new Map();
    for (const chat of frame.chats) {
      const messages = new Map((frame.messages[chat.id] ?? []).map((message) => [message.message_id, message]));
      const last = [...messages.keys()].at(-1) ?? 0;
      // In the first state nothing is unread. A restarted server counts its messages from 1 again.
      const readUpTo = this.#known ? Math.min(old.get(chat.id)?.readUpTo ?? 0, last) : last;
      const { draft = "", unsent = "", keysHidden = false, quoted } = old.get(chat.id) ?? {};
      const kept = { draft, unsent, keysHidden, quoted: messages.has(quoted?.message.message_id) ? quoted : null };
      this.chats.set(chat.id, { ...chat, messages, readUpTo, typing: false, ...kept });
    }
    this.#known = true;
  }

  /** Add a new message; returns the ids of dropped old ones. */
  add(chat, message) {
    chat.messages.set(message.message_id, message);
    const excess = [...chat.messages.keys()].slice(0, Math.max(0, chat.messages.size - MESSAGES_KEPT));
    for (const id of excess) chat.messages.delete(id);
    return excess;
  }

  /** Return the person who writes in a chat: its person, or in a group the member chosen last. */
  speaker(chat) {
    if (chat.type === "private") return this.people.get(chat.id);
    return this.people.get(this.#speakers.get(chat.id) ?? chat.members[0]);
  }

  speakAs(chat, person) {
    this.#speakers.set(chat.id, person.id);
  }

  /** Return the commands in a person's menu. */
  commandsFor(person) {
    return this.commands[person.id] ?? inLanguage(this.commands, person) ?? [];
  }

  /** Return what the bot says of itself in a person's empty chat. */
  descriptionFor(person) {
    return inLanguage(this.bot.descriptions, person) ?? "";
  }

  isFromBot(message) {
    return message.from?.id === this.bot.id;
  }

  /** Return the unread messages of the bot, oldest first. */
  unread(chat) {
    return [...chat.messages.values()].filter(
      (message) => message.message_id > chat.readUpTo && this.isFromBot(message),
    );
  }

  /** Return the chats by their latest message; empty ones keep the server's order. */
  byRecency() {
    return [...this.chats.values()].sort((a, b) => lastDate(b) - lastDate(a));
  }
}

/** Return what is meant for a person's language, else what is meant for all. */
function inLanguage(all, person) {
  const language = (person?.language_code ?? "").split("-")[0];
  return all[language] || all[""];
}

/** Return the newest message of a chat, if there is one. */
export function lastMessage(chat) {
  return [...chat.messages.values()].at(-1);
}

function lastDate(chat) {
  return lastMessage(chat)?.date ?? 0;
}

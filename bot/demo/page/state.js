// The state of the page: the bot, the people, the chats and their messages. Plain data; it draws nothing.

import { threadOf } from "/page/rights.js";

// The number of drawn messages of one chat; older ones are dropped.
const MESSAGES_KEPT = 500;
// The key of the read mark of topics that have none of their own.
const REST = -1;

export class State {
  bot = { id: 0, first_name: "Jarchi", descriptions: {} };
  people = new Map(); // id -> person
  chats = new Map(); // id -> chat: the server's fields, and messages, thread, read, draft, typing, quoted, unsent, keysHidden
  sites = {}; // host of a site whose pages the server has -> its name
  commands = {}; // language, "" for everyone else, or the id of a private chat -> commands
  me = null; // the id of the person that the reader is
  open = null; // the id of the open chat
  #known = false;

  /** Take over the server's whole state. Read marks, drafts and what they answer are kept. */
  hello(frame) {
    const old = this.chats;
    this.bot = frame.bot;
    this.people = new Map(frame.people.map((person) => [person.id, person]));
    if (!this.people.has(this.me)) this.me = frame.people[0]?.id ?? null;
    this.commands = frame.commands;
    this.sites = frame.sites ?? {};
    this.chats = new Map();
    for (const chat of frame.chats) {
      const messages = new Map((frame.messages[chat.id] ?? []).map((message) => [message.message_id, message]));
      const last = [...messages.keys()].at(-1) ?? 0;
      const { draft = "", unsent = "", keysHidden = false, thread = 0, quoted, read } = old.get(chat.id) ?? {};
      const kept = { draft, unsent, keysHidden, thread, quoted: messages.has(quoted?.message.message_id) ? quoted : null };
      this.chats.set(chat.id, { ...chat, messages, read: this.#readMarks(read, last), typing: false, ...kept });
      this.describe(this.chats.get(chat.id), chat);
    }
    this.#known = true;
  }

  /** Take over the server's fields of a chat; the open topic is left when it does not exist any more. */
  describe(chat, fields) {
    Object.assign(chat, fields);
    const topics = chat.forum?.topics ?? [];
    if (chat.thread && !topics.some((topic) => topic.id === chat.thread)) chat.thread = 0;
    if (!chat.thread && chat.forum?.hidden && topics.length) chat.thread = topics[0].id;
  }

  /** Add a new message; returns the ids of dropped old ones. */
  add(chat, message, author) {
    chat.messages.set(message.message_id, message);
    if (author !== undefined) chat.authors = { ...chat.authors, [message.message_id]: author };
    const excess = [...chat.messages.keys()].slice(0, Math.max(0, chat.messages.size - MESSAGES_KEPT));
    for (const id of excess) chat.messages.delete(id);
    return excess;
  }

  /** Return the messages of a chat that its open topic shows: all of them, if it has no topics. */
  shown(chat) {
    return [...chat.messages.values()].filter((message) => isShown(chat, message));
  }

  /** Return the person who writes in a chat: in a private chat its person, else the reader or another member. */
  speaker(chat) {
    if (chat.type === "private") return this.people.get(chat.id);
    return this.people.get(chat.members[this.me] ? this.me : Number(Object.keys(chat.members)[0]));
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

  /** Return the unread messages of the bot and the unread posts of a channel, oldest first; of one topic or of all. */
  unread(chat, thread = null) {
    return [...chat.messages.values()].filter((message) => {
      const place = chat.forum ? threadOf(message) : 0;
      if ((thread !== null && place !== thread) || message.message_id <= readUpTo(chat, place)) return false;
      return chat.type === "channel" ? message.sender_chat && chat.authors[message.message_id] !== this.me : this.isFromBot(message);
    });
  }

  /** Mark the open topic of a chat as read up to a message; returns whether that is news. */
  markRead(chat, id) {
    const place = chat.forum ? chat.thread : 0;
    if (id <= readUpTo(chat, place)) return false;
    chat.read.set(place, id);
    return true;
  }

  /** Return a person's chats by their latest message; empty ones keep the server's order. */
  chatsOf(person) {
    const own = [...this.chats.values()].filter((chat) => chat.members[person]);
    return own.sort((a, b) => lastDate(b) - lastDate(a));
  }

  /** In the first state nothing is unread. A restarted server counts its messages from 1 again. */
  #readMarks(old, last) {
    if (!this.#known) return new Map([[REST, last]]);
    return new Map([...(old ?? [[REST, 0]])].map(([place, id]) => [place, Math.min(id, last)]));
  }
}

function readUpTo(chat, place) {
  return chat.read.get(place) ?? chat.read.get(REST);
}

/** Return whether the open topic of a chat shows a message. */
export function isShown(chat, message) {
  return !chat.forum || threadOf(message) === chat.thread;
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

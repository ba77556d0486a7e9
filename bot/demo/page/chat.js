// The chat page: frames of the server change the state, the state is drawn, and actions of people are sent to the server.

import { Composer } from "/page/composer.js";
import { Connection } from "/page/connection.js";
import { alertBox, askForChat, toast } from "/page/dialogs.js";
import { icon, tint } from "/page/dom.js";
import { History } from "/page/history.js";
import { answered } from "/page/keyboard.js";
import { dots, drawList, unreadInAll } from "/page/list.js";
import { watchMessages } from "/page/message-menu.js";
import { memberCount } from "/page/message.js";
import { State } from "/page/state.js";
import { Tour } from "/page/tour.js";
import { label, pageLanguage, wordsIn } from "/page/words.js";

// Telegram shows "typing" for this long, or until a message comes.
const TYPING_MS = 5000;

const find = (selector) => document.querySelector(selector);
const narrow = matchMedia("(max-width: 719px)");
const state = new State();
const history = new History(find("#history"), read);
const tour = new Tour(find("#tour"), (text) => composer.fill(text));
const composer = new Composer(find("#composer"), { say, edit, ask, choose, start, block, speakAs });
let connected = false;
let drawing = false;

const handlers = {
  hello(frame) {
    const open = state.open;
    state.hello(frame);
    tour.progress(frame.tour);
    route();
    if (open !== null && open === state.open) showChat({ keep: true });
  },
  message(frame, chat) {
    clearTimeout(chat.typing);
    chat.typing = false;
    const wasEmpty = !chat.messages.size;
    const excess = state.add(chat, frame.message);
    if (chat.id !== state.open) return;
    for (const id of excess) history.remove(id);
    history.append(frame.message);
    if (wasEmpty) composer.show(view());
  },
  edit(frame, chat) {
    chat.messages.set(frame.message.message_id, frame.message);
    if (chat.id === state.open) history.replace(frame.message);
  },
  keyboard(frame, chat) {
    Object.assign(chat, { keyboard: frame.keyboard, keysHidden: false });
    if (chat.id === state.open) composer.show(view());
  },
  force_reply(frame, chat) {
    const message = chat.messages.get(frame.message_id);
    if (!message || !frame.people.includes(state.speaker(chat).id)) return;
    chat.quoted = { kind: "reply", message };
    if (chat.id === state.open) composer.show(view());
  },
  reaction(frame, chat) {
    chat.reactions = { ...chat.reactions, [frame.message_id]: frame.emoji };
    const message = chat.messages.get(frame.message_id);
    if (message && chat.id === state.open) history.replace(message);
  },
  delete(frame, chat) {
    if (chat.quoted?.message.message_id === frame.message_id) chat.quoted = null;
    chat.messages.delete(frame.message_id);
    if (chat.id === state.open) history.remove(frame.message_id);
  },
  action(_frame, chat) {
    clearTimeout(chat.typing);
    chat.typing = setTimeout(() => {
      chat.typing = false;
      draw();
    }, TYPING_MS);
  },
  answer(frame, chat) {
    answered(frame.chat, frame.person);
    if (!frame.text || chat.id !== state.open) return;
    if (frame.alert) alertBox(frame.text, view().words);
    else toast(frame.text);
  },
  inline(frame, chat) {
    if (chat.id === state.open && frame.person === view().person.id) composer.answer(frame);
  },
  blocked(frame, chat) {
    chat.blocked = frame.blocked;
    if (chat.id === state.open) composer.show(view());
  },
  commands(frame) {
    state.commands = frame.commands;
    if (state.open !== null) composer.show(view());
  },
  bot(frame) {
    state.bot = frame.bot;
    const { chat } = view();
    if (chat && !chat.messages.size) history.show(view());
  },
  tour(frame) {
    tour.progress(frame.tour);
  },
};

const connection = new Connection(
  (frame) => {
    const chat = state.chats.get(frame.chat);
    if (frame.chat !== undefined && !chat) {
      connection.restart(); // a chat that is newer than our state: the next state has it
      return;
    }
    handlers[frame.type]?.(frame, chat);
    draw();
  },
  (now) => {
    connected = now;
    draw();
  },
);

/** The data for drawing the open chat. */
function view() {
  const chat = state.chats.get(state.open);
  const person = chat && state.speaker(chat);
  const language = person ? pageLanguage(person) : document.documentElement.lang; // the list keeps its language
  return { state, chat, person, language, words: wordsIn(language), say, press, start, quote, share };
}

/** The open chat is in the address (#id). Without it: the first chat on a wide screen, the list on a narrow one. */
function route() {
  const asked = Number(location.hash.slice(1));
  const wanted = [asked, ...(narrow.matches ? [] : [state.open, ...state.chats.keys()])];
  const open = wanted.find((id) => state.chats.has(id));
  document.body.dataset.view = open === undefined ? "list" : "chat";
  if (open === undefined) {
    state.open = null;
    history.clear();
  } else if (state.open !== open) {
    state.open = open;
    showChat();
  }
  draw();
}

function showChat(options) {
  label(document, view().language);
  composer.show(view());
  history.show(view(), options);
}

/** Draw everything but the messages, once for all changes of one event-loop task. */
function draw() {
  if (drawing) return;
  drawing = true;
  setTimeout(() => {
    drawing = false;
    const { chat, words } = view();
    find("#list-title").textContent = connected ? words.chats : words.connecting;
    document.body.classList.toggle("offline", !connected);
    drawList(find("#rows"), state, view());
    tour.show(view());
    const all = unreadInAll(state);
    document.title = all ? `(${all}) ${state.bot.first_name}` : state.bot.first_name;
    if (!chat) return;
    drawHeader();
    const unread = state.unread(chat).length;
    badge(find("#to-bottom .badge"), unread);
    badge(find("#back-count"), all - unread);
  });
}

function drawHeader() {
  const { chat, person, words } = view();
  const one = chat.type === "private";
  const avatar = find("#chat-avatar");
  avatar.className = one ? "avatar bot" : `avatar ${tint(chat.id)}`;
  avatar.replaceChildren(icon(one ? "horn" : "group"));
  find("#chat-title").textContent = one ? state.bot.first_name : chat.title;
  const status = find("#chat-status");
  const language = find("#chat-language");
  language.textContent = person?.language_code ?? "";
  language.hidden = !connected || Boolean(chat.typing) || chat.blocked || !person?.language_code;
  status.className = chat.typing ? "typing" : "";
  if (!connected) status.textContent = words.connecting;
  else if (chat.blocked) status.textContent = words.blocked;
  else if (chat.typing) status.replaceChildren(words.typing, dots());
  else status.textContent = one ? as(person, words) : `${memberCount(chat, view())}, ${words.as(person.first_name)}`;
  find("#menu-button").hidden = !one;
  find("#toggle-tour span").textContent = tour.isShown(view()) ? words.dismiss : words.tourShow;
  find("#toggle-block span").textContent = chat.blocked ? words.unblock : words.block;
}

function badge(element, count) {
  element.hidden = count <= 0;
  element.textContent = String(count);
}

/** Return as whom the reader writes, with the role of a person that the page knows. */
function as(person, words) {
  return [words.as(person.first_name), words.roles[person.role]].filter(Boolean).join(": ");
}

// Actions of people

function say(text, replyTo) {
  const reply = replyTo ? { reply_to: replyTo } : {};
  return sent({ type: "say", chat: state.open, person: view().person.id, text, ...reply });
}

function edit(message, text) {
  return sent({ type: "edit", chat: state.open, person: view().person.id, message_id: message, text });
}

function quote(kind, message) {
  composer.quote({ kind, message });
}

/** Begin an inline query in another chat. */
function share(query) {
  askForChat(state.byRecency(), view().words, (chat) => {
    chat.draft = `@${state.bot.username} ${query}`;
    if (chat.id === state.open) composer.fill(chat.draft);
    else location.hash = `#${chat.id}`;
  });
}

function press(message, data) {
  return sent({ type: "press", chat: state.open, person: view().person.id, message_id: message, data });
}

function ask(query) {
  return sent({ type: "inline", chat: state.open, person: view().person.id, query });
}

function choose(query, card) {
  return sent({ type: "choose", person: view().person.id, query_id: query, result_id: card });
}

/** Follow a link into the bot's own chat as the chosen person. */
function start(parameter) {
  const { id } = view().person;
  location.hash = `#${id}`;
  return sent({ type: "say", chat: id, person: id, text: `/start ${parameter}` });
}

function block(blocked) {
  return sent({ type: blocked ? "block" : "unblock", person: view().person.id });
}

function speakAs(person) {
  state.speakAs(state.chats.get(state.open), person);
  showChat({ keep: true });
  draw();
}

function sent(frame) {
  const done = connection.send(frame);
  if (!done) toast(view().words.notSent);
  return done;
}

function read(id) {
  const chat = state.chats.get(state.open);
  find("#to-bottom").hidden = history.atEnd;
  if (!chat || id <= chat.readUpTo) return;
  chat.readUpTo = id;
  draw();
}

label(document, pageLanguage(null));
watchMessages(find("#history"), view);
addEventListener("hashchange", route);
narrow.addEventListener("change", route);
find("#to-bottom").addEventListener("click", () => {
  const behavior = matchMedia("(prefers-reduced-motion: reduce)").matches ? "auto" : "smooth";
  find("#history").scrollTo({ top: find("#history").scrollHeight, behavior });
});
find("#toggle-tour").addEventListener("click", () => {
  find("#chat-menu").hidePopover();
  tour.toggle(view().person);
  draw();
});
find("#toggle-block").addEventListener("click", () => {
  find("#chat-menu").hidePopover();
  block(!view().chat.blocked);
});

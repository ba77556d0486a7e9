// The chat page: frames of the server change the state, the state is drawn, and actions of people are sent to the server.

import { actions } from "/page/actions.js";
import { Composer } from "/page/composer.js";
import { Connection } from "/page/connection.js";
import { alertBox, askForChat, toast } from "/page/dialogs.js";
import { History } from "/page/history.js";
import { openInfo, refreshInfo } from "/page/info.js";
import { answered } from "/page/keyboard.js";
import { chatAvatar, dots, drawList, drawMe, drawPeople, unreadInAll } from "/page/list.js";
import { watchMessages } from "/page/message-menu.js";
import { memberCount } from "/page/message.js";
import { offerChats } from "/page/picker.js";
import { drawPins } from "/page/pins.js";
import { silence } from "/page/rights.js";
import { State, isShown } from "/page/state.js";
import { drawTopics } from "/page/topics.js";
import { Tour } from "/page/tour.js";
import { label, pageLanguage, wordsIn } from "/page/words.js";

// Telegram shows "typing" for this long, or until a message comes.
const TYPING_MS = 5000;

const find = (selector) => document.querySelector(selector);
const narrow = matchMedia("(max-width: 719px)");
const state = new State();
const history = new History(find("#history"), read);
const acts = actions(sent, view);
const tour = new Tour(find("#tour"), (text) => composer.fill(text));
const composer = new Composer(find("#composer"), { ...acts, offer, speakAs: (person) => be(person.id) });
let connected = false;
let drawing = false;
let request = null; // of the pressed key that asks for a chat

const handlers = {
  hello(frame) {
    const open = state.open;
    state.hello(frame);
    tour.progress(frame.tour);
    route();
    if (open !== null && open === state.open) showChat({ keep: true });
    refreshInfo(view());
  },
  message(frame, chat) {
    clearTimeout(chat.typing);
    chat.typing = false;
    const wasEmpty = !chat.messages.size;
    const excess = state.add(chat, frame.message, frame.author);
    if (chat.id !== state.open) return;
    for (const id of excess) history.remove(id);
    if (isShown(chat, frame.message)) history.append(frame.message);
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
    if (chat.id !== state.open) return;
    history.remove(frame.message_id);
    composer.show(view());
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
  picker(frame) {
    if (request?.request_id !== frame.request_id || frame.chat !== state.me) return;
    offerChats(frame.chats, request, view(), (chat) => acts.pick(frame.request_id, chat));
    request = null;
  },
  chat(frame, chat) {
    const before = JSON.stringify([chat.thread, chat.forum !== null]);
    state.describe(chat, frame.described);
    if (chat.id !== state.open) return;
    composer.show(view());
    if (before !== JSON.stringify([chat.thread, chat.forum !== null])) history.show(view());
    refreshInfo(view());
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
  const person = chat ? state.speaker(chat) : state.people.get(state.me);
  const language = person ? pageLanguage(person) : document.documentElement.lang;
  return { ...acts, state, chat, person, language, words: wordsIn(language), quote, share };
}

/** The open chat is in the address (#id). Without it: the reader's own chat on a wide screen, the list on a narrow one. */
function route() {
  const asked = Number(location.hash.slice(1));
  const wanted = [asked, ...(narrow.matches ? [] : [state.open, state.me])];
  const open = wanted.find((id) => state.chats.has(id) && state.speaker(state.chats.get(id)));
  document.body.dataset.view = open === undefined ? "list" : "chat";
  if (open === undefined) {
    state.open = null;
    history.clear();
    label(document, view().language);
  } else if (state.open !== open) {
    state.open = open;
    state.me = view().person.id;
    showChat();
  }
  draw();
}

/** Be another person: in the same group or channel, if they are in it, else in their own chat or their list. */
function be(person) {
  state.me = person;
  const chat = state.chats.get(state.open);
  if (chat && chat.type !== "private" && chat.members[person]) showChat({ keep: true });
  else if (!narrow.matches) location.hash = `#${person}`;
  else label(document, view().language);
  draw();
}

function openTopic(thread) {
  const { chat } = view();
  if (chat.quoted) composer.quote(null); // it is a message of the topic that is left
  chat.thread = thread;
  showChat();
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
    drawPeople(find("#people"), state, view(), be);
    drawMe(find("#me"), state, words);
    drawList(find("#rows"), state, view());
    drawTopics(find("#topics"), view(), openTopic);
    drawPins(find("#pins"), view(), { go: (id) => history.jump(id), unpin: acts.unpin });
    tour.show(view());
    const all = unreadInAll(state);
    document.title = all ? `(${all}) ${state.bot.first_name}` : state.bot.first_name;
    if (!chat) return;
    drawHeader();
    const unread = state.unread(chat).length;
    badge(find("#to-bottom .badge"), chat.forum ? state.unread(chat, chat.thread).length : unread);
    badge(find("#back-count"), all - unread);
  });
}

function drawHeader() {
  const { chat, person, words } = view();
  const one = chat.type === "private";
  const avatar = chatAvatar(chat);
  avatar.id = "chat-avatar";
  find("#chat-avatar").replaceWith(avatar);
  find("#chat-title").textContent = one ? state.bot.first_name : chat.title;
  const status = find("#chat-status");
  const language = find("#chat-language");
  language.textContent = person?.language_code ?? "";
  const blocked = one && chat.blocked;
  language.hidden = !connected || Boolean(chat.typing) || blocked || !person?.language_code;
  status.className = chat.typing ? "typing" : "";
  if (!connected) status.textContent = words.connecting;
  else if (blocked) status.textContent = words.blocked;
  else if (chat.typing) status.replaceChildren(words.typing, dots());
  else status.textContent = one ? as(person, words) : `${memberCount(chat, view())}, ${words.as(person.first_name)}`;
  find("#menu-button").hidden = !one;
  find("#info-button").hidden = one;
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

function quote(kind, message) {
  composer.quote({ kind, message });
}

/** Begin an inline query in another chat. */
function share(query) {
  const chats = state.chatsOf(state.me).filter((chat) => !silence(chat, view().person));
  askForChat(chats, view(), (chat) => {
    chat.draft = `@${state.bot.username} ${query}`;
    if (chat.id === state.open) composer.fill(chat.draft);
    else location.hash = `#${chat.id}`;
  });
}

function offer(pressed) {
  request = pressed;
  return acts.offer(pressed);
}

function sent(frame) {
  const done = connection.send(frame);
  if (!done) toast(view().words.notSent);
  return done;
}

function read(id) {
  const chat = state.chats.get(state.open);
  find("#to-bottom").hidden = history.atEnd;
  if (chat && state.markRead(chat, id)) draw();
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
  acts.block(!view().chat.blocked);
});
for (const place of ["#info-button", "#chat > header .names"]) {
  find(place).addEventListener("click", () => view().chat.type !== "private" && openInfo(view()));
}

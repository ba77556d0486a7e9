// The sheet about a group or a channel: its members, and for admins its title, the bot's rights and the topics.

import { dialog } from "/page/dialogs.js";
import { el, icon, initials, tint } from "/page/dom.js";
import { chatAvatar } from "/page/list.js";
import { memberCount } from "/page/message.js";
import { RIGHTS_OF, may, roleIn } from "/page/rights.js";

const MAX_TITLE = 128;
const ORDER = ["owner", "admin", "member", "subscriber"];
let box = null;

/** Open the sheet about the open chat. */
export function openInfo(view) {
  box = dialog((close) => sheet(view, close), "box sheet");
  box.dataset.chat = view.chat.id;
  box.addEventListener("close", () => (box = null));
}

/** Draw an open sheet again after a change, with the focus where it was. */
export function refreshInfo(view) {
  if (!box) return;
  if (!view.chat || box.dataset.chat !== String(view.chat.id)) return box.close();
  const place = document.activeElement?.dataset.place;
  const { scrollTop } = box;
  box.replaceChildren(...sheet(view, () => box.close()).filter(Boolean));
  box.scrollTop = scrollTop;
  if (place) box.querySelector(`[data-place="${CSS.escape(place)}"]`)?.focus({ preventScroll: true });
}

function sheet(view, close) {
  const { chat, person, words } = view;
  const kind = chat.type === "channel" ? words.channel : chat.forum ? words.forum : words.group;
  return [
    el(
      "header",
      {},
      chatAvatar(chat),
      el("div", { class: "names" }, el("h2", {}, el("bdi", {}, chat.title)), el("p", {}, `${kind}, ${memberCount(chat, view)}`)),
      el("button", { type: "button", class: "round", "aria-label": words.close, title: words.close, onclick: close }, icon("close")),
    ),
    may(chat, person, "can_change_info") && typed("title", words.title, words.rename, chat.title, (title) => view.manage("rename", { title })),
    botPart(view),
    chat.type === "supergroup" && topicsPart(view),
    membersPart(view),
  ];
}

function botPart(view) {
  const { chat, person, words, state } = view;
  const { status, rights } = chat.bot;
  const admin = status === "administrator";
  const promotes = may(chat, person, "can_promote_members");
  const channel = chat.type === "channel";
  const text = admin ? words.botIsAdmin : chat.blocked ? words.botIsAbsent : words.botIsMember;
  const known = RIGHTS_OF[chat.type];
  const buttons = [
    chat.blocked && (promotes || !channel) && action("add", words.addBot, () => view.manage("add_bot")),
    promotes && !chat.blocked && !admin && action("promote", words.makeAdmin, () => view.manage("promote_bot", { rights: known })),
    promotes && !chat.blocked && action("remove", words.removeBot, () => view.manage("remove_bot"), "danger"),
  ];
  const toggle = (right) => {
    const on = rights.includes(right);
    const changed = on ? rights.filter((one) => one !== right) : [...rights, right];
    return choice(right, words.rights[right], on, () => view.manage("promote_bot", { rights: changed }));
  };
  return el(
    "section",
    {},
    el("h3", {}, state.bot.first_name),
    el("p", { class: "hint" }, text),
    ...(admin && promotes ? known.map(toggle) : []),
    el("div", { class: "deeds" }, ...buttons.filter(Boolean)),
  );
}

function topicsPart(view) {
  const { chat, person, words } = view;
  const { forum } = chat;
  const turns = may(chat, person, "can_change_info");
  const manages = may(chat, person, "can_manage_topics");
  if (!turns && !(forum && manages)) return null;
  const close = (thread, closed) => view.manage("close_topic", { thread, closed });
  const row = (name, ...buttons) => el("div", { class: "topic-row" }, el("bdi", {}, name), ...buttons.filter(Boolean));
  const general = () =>
    row(
      words.general,
      !forum.hidden && action("close0", forum.closed ? words.openTopic : words.closeTopic, () => close(0, !forum.closed)),
      action("hide", forum.hidden ? words.showTopic : words.hideTopic, () => view.manage("hide_general", { hidden: !forum.hidden })),
    );
  const topic = ({ id, name, closed }) =>
    row(
      name,
      action(`close${id}`, closed ? words.openTopic : words.closeTopic, () => close(id, !closed)),
      may(chat, person, "can_delete_messages") && action(`delete${id}`, words.remove, () => view.manage("delete_topic", { thread: id }), "danger"),
    );
  return el(
    "section",
    {},
    el("h3", {}, words.topics),
    turns && choice("forum", words.withTopics, Boolean(forum), () => view.manage("forum", { on: !forum })),
    ...(forum && manages ? [general(), ...forum.topics.map(topic)] : []),
    forum && manages && typed("topic", words.newTopic, words.add, "", (name) => view.manage("add_topic", { name })),
  );
}

function membersPart({ chat, state, words }) {
  const people = Object.keys(chat.members).map((id) => state.people.get(Number(id))).filter(Boolean);
  const sorted = people.sort((a, b) => ORDER.indexOf(roleIn(chat, a)) - ORDER.indexOf(roleIn(chat, b)));
  const row = (person) =>
    el(
      "li",
      {},
      el("span", { class: `avatar ${tint(person.id)}`, "aria-hidden": "true" }, initials(person.first_name)),
      el("bdi", {}, person.first_name),
      el("span", { class: "tag" }, words.statuses[roleIn(chat, person)]),
    );
  const others = chat.size - people.length;
  return el(
    "section",
    {},
    el("h3", {}, words.people),
    el("ul", {}, ...sorted.map(row), others > 0 && el("li", { class: "hint" }, words.andOthers(others))),
  );
}

/** Make a field with a button; act(text) is called for a text that is not empty. */
function typed(place, label, button, value, act) {
  const input = el("input", { type: "text", value, maxlength: MAX_TITLE, placeholder: label, "aria-label": label, dir: "auto", "data-place": place });
  const submit = (event) => {
    event.preventDefault();
    const text = input.value.trim();
    if (text && text !== value && act(text) && !value) input.value = "";
  };
  return el("form", { class: "typed", onsubmit: submit }, input, el("button", { type: "submit", class: "plain" }, button));
}

function action(place, text, act, name = "") {
  return el("button", { type: "button", class: `plain ${name}`, "data-place": place, onclick: act }, text);
}

function choice(place, text, on, act) {
  const attributes = { type: "button", role: "switch", class: "switch", "aria-checked": String(on), "data-place": place, onclick: act };
  return el("button", attributes, el("span", {}, text), el("i", { "aria-hidden": "true" }));
}

// The topics of a forum, as tabs above its messages.

import { el, icon } from "/page/dom.js";

let drawn = "";

/** Show the tabs of the open chat, nothing for one without topics; choose(thread) is called for a pressed tab. */
export function drawTopics(root, view, choose) {
  const { chat, state, words } = view;
  root.hidden = !chat?.forum;
  if (root.hidden) return;
  const general = { id: 0, name: words.general, color: "", closed: chat.forum.closed };
  const topics = chat.forum.hidden ? chat.forum.topics : [general, ...chat.forum.topics];
  const counts = topics.map((topic) => (topic.id === chat.thread ? 0 : state.unread(chat, topic.id).length));
  const now = JSON.stringify([chat.id, chat.thread, topics, counts]);
  if (now === drawn) return; // a tab that is being pressed stays the same
  drawn = now;
  root.setAttribute("aria-label", words.topics);
  root.replaceChildren(...topics.map((topic, place) => tab(topic, counts[place], chat.thread === topic.id, words, choose)));
  root.querySelector("[aria-selected=true]")?.scrollIntoView({ block: "nearest", inline: "nearest" });
}

function tab(topic, unread, chosen, words, choose) {
  const mark = el("span", { class: "topic-mark", "aria-hidden": "true" });
  if (topic.color) mark.style.background = topic.color;
  return el(
    "button",
    { type: "button", role: "tab", "aria-selected": String(chosen), onclick: () => choose(topic.id) },
    mark,
    el("bdi", {}, topic.name),
    topic.closed && el("span", { class: "closed", title: words.closed, "aria-label": words.closed }, icon("lock")),
    unread > 0 && el("span", { class: "badge", "aria-label": words.unread(unread) }, String(unread)),
  );
}

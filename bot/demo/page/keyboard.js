// The buttons under a message, and the spinner on a pressed one until the bot answers.

import { askToOpen, copy } from "/page/dialogs.js";
import { el, icon } from "/page/dom.js";
import { startParameter } from "/page/inline.js";

// The spinner stops after this time without an answer.
const ANSWER_MS = 10_000;
const STYLES = new Set(["primary", "success", "danger"]);

const waiting = new Map(); // "message id, data" -> {chat, person, timer}

/** Make the rows of buttons; view.press(message id, data) returns whether the press was sent, view.start(parameter) follows
 * a link, view.share(query) begins an inline query in a chosen chat. */
export function keyboard(message, view) {
  const rows = message.reply_markup?.inline_keyboard ?? [];
  if (!rows.length) return null;
  const made = rows.map((row) => el("div", { class: "line" }, ...row.map((button) => key(message, button, view))));
  return el("div", { class: "keyboard" }, ...made);
}

/** Stop the spinners of a person in a chat. */
export function answered(chat, person) {
  for (const [name, press] of waiting) {
    if (press.chat === chat && press.person === person) stop(name);
  }
}

function key(message, button, view) {
  const style = STYLES.has(button.style) ? button.style : "";
  const made = el("button", { type: "button", class: style, title: button.text }, el("span", { dir: "auto" }, button.text));
  const parameter = button.url && startParameter(button.url, view.state.bot);
  if (parameter) {
    made.addEventListener("click", () => view.start(parameter));
  } else if (button.url) {
    made.append(icon("out"));
    made.addEventListener("click", () => askToOpen(button.url, view));
  } else if (button.copy_text) {
    made.append(icon("copy"));
    made.addEventListener("click", () => copy(button.copy_text.text, view.words));
  } else if (button.callback_data !== undefined) {
    const name = `${message.message_id},${button.callback_data}`;
    made.dataset.press = name;
    show(made, waiting.has(name));
    made.addEventListener("click", () => {
      if (waiting.has(name) || !view.press(message.message_id, button.callback_data)) return;
      const timer = setTimeout(() => stop(name), ANSWER_MS);
      waiting.set(name, { chat: message.chat.id, person: view.person.id, timer });
      show(made, true);
    });
  } else if (button.switch_inline_query_chosen_chat) {
    made.addEventListener("click", () => view.share(button.switch_inline_query_chosen_chat.query ?? ""));
  } else {
    made.disabled = true; // Mini Apps, payments and the like are not supported
  }
  return made;
}

function stop(name) {
  clearTimeout(waiting.get(name).timer);
  waiting.delete(name);
  for (const button of document.querySelectorAll(`[data-press="${CSS.escape(name)}"]`)) show(button, false);
}

function show(button, busy) {
  button.classList.toggle("busy", busy);
  button.setAttribute("aria-busy", String(busy));
}

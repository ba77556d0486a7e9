// The page's own texts, and how it writes dates and plurals. Messages of the bot are never changed.

import en from "/page/words-en.js";
import kk from "/page/words-kk.js";
import ru from "/page/words-ru.js";
import uz from "/page/words-uz.js";

const WORDS = { "en-GB": en, ru, kk, uz };

/** Return the page's language for a person: theirs if the page has its texts, else "en-GB". */
export function pageLanguage(person) {
  const code = person?.language_code?.split("-")[0];
  return code in WORDS ? code : "en-GB";
}

/** Return the texts in a language. */
export function wordsIn(language) {
  return WORDS[language];
}

// Browsers lack the names of months and days in most languages of the region.
const NAMED_DATES = ["en-GB", "ru"];

/** Return whether the browser can name months, days and times ago in a language. */
export function namesDates(language) {
  return NAMED_DATES.includes(language);
}

/** Return the format of dates in a language; in digits where the browser cannot name months and days. */
export function dateFormat(language, options) {
  if (namesDates(language)) return new Intl.DateTimeFormat(language, options);
  const digits = { ...options };
  if (digits.dateStyle) digits.dateStyle = "short";
  if (digits.month || digits.weekday) Object.assign(digits, { day: "2-digit", month: "2-digit", weekday: undefined });
  return new Intl.DateTimeFormat("ru", digits);
}

/** Return "3 members" in the right plural. */
export function countOf(count, forms, language) {
  return `${count} ${forms[new Intl.PluralRules(language).select(count)] ?? forms.other}`;
}

/** Set the texts of a language on every element with data-word (text) or data-label (name for screen readers). */
export function label(root, language) {
  const words = wordsIn(language);
  document.documentElement.lang = language;
  for (const element of root.querySelectorAll("[data-word]")) element.textContent = words[element.dataset.word];
  for (const element of root.querySelectorAll("[data-label]")) {
    const word = words[element.dataset.label];
    element.setAttribute("aria-label", word);
    if (element.matches("button, a")) element.title = word;
    if (element.matches("textarea")) element.placeholder = word;
  }
}

// The page's own texts. Messages of the bot are never changed.

const WORDS = {
  "en-GB": {
    as: (name) => `as ${name}`,
    back: "Back to the chats",
    block: "Block the bot",
    blocked: "bot blocked",
    cancel: "Cancel",
    chatMenu: "Chat menu",
    chats: "Chats",
    close: "Close",
    commands: "Commands",
    connecting: "Connecting…",
    copied: "Copied",
    copy: "Copy",
    copyText: "Copy text",
    description: "What can this bot do?",
    dismiss: "Put the tour away",
    document: "Document",
    edit: "Edit",
    edited: "edited",
    editing: "Edit message",
    joined: (name) => `${name} joined the group`,
    left: (name) => `${name} left the group`,
    less: "Show less",
    members: { one: "member", other: "members" },
    menu: "Menu",
    message: "Message",
    messageMenu: "Message menu",
    messages: "Messages",
    migrated: "The group became a supergroup",
    more: "Show more",
    newMessages: "New messages",
    noMessages: "No messages here yet",
    notCopied: "Could not copy",
    notSent: "Not connected: nothing was sent",
    ok: "OK",
    open: "Open",
    openLink: "Open this link?",
    photo: "Photo",
    reply: "Reply",
    replyKeys: "Keyboard of the bot",
    replyTo: (name) => `Reply to ${name}`,
    roles: {
      journalist: "journalist, English",
      migrant: "migrant in Moscow, Russian, sends rubles to Tajikistan",
      seller: "seller in Tashkent, Uzbek",
      teacher: "teacher in Astana, Kazakh",
      trader: "trader in Almaty, English, runs this bot",
    },
    save: "Save",
    send: "Send",
    shareTo: "Share in which chat?",
    speakAs: "Speak as another member",
    spoiler: "Hidden text: show",
    start: "Start",
    switchPeople: "You are one of these people: choose",
    today: "Today",
    toBottom: "Go to the newest message",
    toggleTheme: "Day or night",
    tour: {
      start: "Press Start.",
      convert: "Type `100 usd in tenge`.",
      alert: "Set an alert: type `kzt > 520`.",
      event: "Wait a few seconds: the rate moves, and your alert arrives. Or follow a topic: `/subscribe uranium`.",
      other: "Now be {}, who writes Russian.",
      finished: "You have seen the most important things. Also try `uranium`, `chart kzt` or `/digest now`.",
    },
    tourAll: "Show all steps",
    tourDone: "Done",
    tourShow: "Show the tour",
    tourTitle: "Tour",
    tourType: "Put it into the message field",
    typing: "typing",
    unblock: "Unblock the bot",
    unread: (count) => `unread: ${count}`,
    unsupported: "This message is not supported",
    via: "via",
    yesterday: "Yesterday",
    you: "You",
    youAre: (name) => `You are ${name}`,
  },
  ru: {
    as: (name) => `от имени: ${name}`,
    back: "Назад к чатам",
    block: "Заблокировать бота",
    blocked: "бот заблокирован",
    cancel: "Отмена",
    chatMenu: "Меню чата",
    chats: "Чаты",
    close: "Закрыть",
    commands: "Команды",
    connecting: "Соединение…",
    copied: "Скопировано",
    copy: "Скопировать",
    copyText: "Скопировать текст",
    description: "Что умеет этот бот?",
    dismiss: "Убрать подсказки",
    document: "Документ",
    edit: "Изменить",
    edited: "изменено",
    editing: "Изменение сообщения",
    joined: (name) => `${name} теперь в группе`,
    left: (name) => `${name} больше не в группе`,
    less: "Свернуть",
    members: { one: "участник", few: "участника", many: "участников", other: "участника" },
    menu: "Меню",
    message: "Сообщение",
    messageMenu: "Меню сообщения",
    messages: "Сообщения",
    migrated: "Группа стала супергруппой",
    more: "Показать полностью",
    newMessages: "Новые сообщения",
    noMessages: "Здесь пока нет сообщений",
    notCopied: "Не удалось скопировать",
    notSent: "Нет соединения: ничего не отправлено",
    ok: "ОК",
    open: "Открыть",
    openLink: "Открыть эту ссылку?",
    photo: "Фото",
    reply: "Ответить",
    replyKeys: "Клавиатура бота",
    replyTo: (name) => `Ответ: ${name}`,
    roles: {
      journalist: "журналистка, английский язык",
      migrant: "мигрант в Москве, русский язык, переводы в Таджикистан",
      seller: "продавщица в Ташкенте, узбекский язык",
      teacher: "учительница в Астане, казахский язык",
      trader: "трейдер в Алматы, английский язык, владелица бота",
    },
    save: "Сохранить",
    send: "Отправить",
    shareTo: "В каком чате поделиться?",
    speakAs: "Говорить от имени другого участника",
    spoiler: "Скрытый текст: показать",
    start: "Старт",
    switchPeople: "Вы один из этих людей: выберите",
    today: "Сегодня",
    toBottom: "К последнему сообщению",
    toggleTheme: "День или ночь",
    tour: {
      start: "Нажмите «Старт».",
      convert: "Напишите `10000 руб в сомони`.",
      alert: "Поставьте оповещение: напишите `rub tjs > 0.115`.",
      event: "Подождите несколько секунд: курс изменится, и придёт оповещение. Или подпишитесь на тему: `/subscribe уран`.",
      other: "Теперь побудьте другим человеком: {}, английский язык.",
      finished: "Главное вы увидели. Попробуйте ещё: `уран`, `график тенге` или `/digest now`.",
    },
    tourAll: "Показать все шаги",
    tourDone: "Сделано",
    tourShow: "Показать подсказки",
    tourTitle: "Подсказки",
    tourType: "Вставить в поле сообщения",
    typing: "печатает",
    unblock: "Разблокировать бота",
    unread: (count) => `непрочитанных: ${count}`,
    unsupported: "Это сообщение не поддерживается",
    via: "через",
    yesterday: "Вчера",
    you: "Вы",
    youAre: (name) => `Вы — ${name}`,
  },
};

/** Return the page's language for a person: "ru" or "en-GB". */
export function pageLanguage(person) {
  return person?.language_code?.startsWith("ru") ? "ru" : "en-GB";
}

/** Return the texts in a language. */
export function wordsIn(language) {
  return WORDS[language];
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

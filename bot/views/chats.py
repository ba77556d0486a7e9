"""The groups and channels that a person manages: their list, the choice of one, its first topics, and its card."""

from __future__ import annotations

import datetime as dt
from collections.abc import Collection, Sequence
from zoneinfo import ZoneInfo

from bot.domain.articles import clean_text
from bot.domain.chats import Chat, ChatState, Destination
from bot.domain.languages import BY_CODE
from bot.domain.posts import PostForm
from bot.domain.rights import Right
from bot.domain.times import clock
from bot.domain.topics.curated import TOPICS
from bot.i18n import Html, Translator
from bot.views import actions, chat_actions, dialogue, zones
from bot.views.buttons import for_destination
from bot.views.message import Button, ChatKey, View, rows, shorten
from bot.views.paging import turner
from bot.views.topic_names import FLAGS

# Chats on a page: one below the other they fill a phone's screen.
PAGE_SIZE = 10
# A name in a row of its own, behind a sign.
_NAME_LENGTH = 33
# The same beside another button.
_SHORT_NAME = 17
# Telegram's limit on a title is 128 letters; the first words name a chat well enough.
_TITLE_LENGTH = 60
# The countries of the one tap that begins a channel, and the themes that are offered beside it.
REGION = ("kazakhstan", "kyrgyzstan", "uzbekistan", "tajikistan", "turkmenistan")
OFFERED = ("economy", "currency", "energy", "politics", "transport", "security")
# Signs of a chat's state in the list; an active chat has none.
_SIGNS = {ChatState.STOPPED: "⏸", ChatState.PAUSED: "⚠️", ChatState.GONE: "⚠️"}


def _sign(chat: Chat) -> str:
    return _SIGNS.get(chat.state) or ("📢" if chat.channel else "👥")


def listing(t: Translator, managed: Sequence[tuple[Destination, Chat]], page: int = 0) -> View:
    """List the chats of a person, ten a page; a press opens one. A page that no longer exists shows the last one.

    A chat that the bot cannot write to has a second button, which takes it off the list.
    """
    add = (Button(t.plain("chats.button_add"), data=chat_actions.CHATS_ADD(), style="primary"),)
    if not managed:
        return View(t("chats.empty"), (add,))
    pages = (len(managed) - 1) // PAGE_SIZE + 1
    page = min(page, pages - 1)
    shown = managed[page * PAGE_SIZE : (page + 1) * PAGE_SIZE]
    turning = turner(page, chat_actions.CHATS_LIST, more=page < pages - 1, pages=pages)
    return View(t("chats.title"), (*(_row(one, chat) for one, chat in shown), *turning, add))


def _row(destination: Destination, chat: Chat) -> tuple[Button, ...]:
    lost = chat.state in (ChatState.GONE, ChatState.PAUSED)
    name = shorten(clean_text(destination.label), _SHORT_NAME if lost else _NAME_LENGTH) or "…"
    opening = Button(f"{_sign(chat)} {name}", data=for_destination(chat_actions.CHATS_ONE(), destination.id))
    return (opening, Button("✕", data=chat_actions.CHATS_REMOVE(destination.id))) if lost else (opening,)


def pick(t: Translator, *, keyboard: bool) -> View:
    """Let a person choose a channel or a group by Telegram's own list; `keyboard`: their usual keys stay below."""
    keys = (ChatKey(t.plain("chats.key_channel"), True), ChatKey(t.plain("chats.key_group"), False))
    return View(t("chats.pick"), keyboard=(keys, *(dialogue.keyboard(t) if keyboard else ())))


def chosen(t: Translator, title: str, *, keyboard: bool) -> View:
    """Name the chosen chat, and show the usual keys again."""
    return View(t("chats.chosen", title=_named(title)), keyboard=dialogue.keyboard(t) if keyboard else ())


def not_member(t: Translator, title: str, username: str) -> View:
    """Say that the bot is not in a chat, with links that add it; `username` is the bot's."""
    base = f"https://t.me/{username}"
    channel = Button(t.plain("chats.key_channel"), url=f"{base}?startchannel&admin=post_messages+edit_messages")
    group = Button(t.plain("chats.key_group"), url=f"{base}?startgroup=chats")
    return View(t("chats.not_member", title=_named(title)), ((channel, group),))


def unknown(t: Translator, typed: str) -> View:
    """Answer a name that no chat has."""
    return View(t("chats.unknown", typed=shorten(typed, _NAME_LENGTH)))


def _named(title: str) -> str:
    return shorten(clean_text(title), _TITLE_LENGTH) or "…"


def missing(t: Translator, chat: Chat, rights: Sequence[Right], bot: str) -> Html:
    """Name the rights that the bot lacks in a chat, and the way in Telegram's menus to give them."""
    names = ", ".join(t.plain(f"chats.right_{right}") for right in rights)
    way = t.plain("chats.way_channel" if chat.channel else "chats.way_group", bot=bot)
    return Html(t("chats.cannot_post" if Right.POST in rights else "chats.missing", rights=names, way=way))


def ready(
    t: Translator, chat: Chat, followed: Collection[str | None], rights: Sequence[Right], bot: str, *, shared: bool
) -> View:
    """Offer the first topics of a chat that was just set up; `followed` are its curated topics.

    `rights` are those that the bot lacks, `bot` is its name; `shared`: another person manages the chat too.
    """
    text = [t("chats.shared")] if shared else []
    if Right.POST not in rights:
        text.append(t("chats.following", count=len(followed)) if followed else t("chats.ready"))
    if rights:
        text.append(missing(t, chat, rights, bot))

    def topic(slug: str) -> Button:
        sign = "✓ " if slug in followed else ""
        return Button(sign + t.plain(f"topics.name.{slug}"), data=chat_actions.CHATS_TOPIC(slug, slug not in followed))

    whole = "✓ " if set(REGION) <= set(followed) else ""
    buttons = (
        (Button(whole + t.plain("chats.button_region"), data=chat_actions.CHATS_REGION(), style="primary"),),
        *rows(map(topic, OFFERED), 2),
        (Button(t.plain("chats.button_topics"), data=actions.TOPICS_PICK()), _test(t)),
        (Button(t.plain("chats.button_card"), data=chat_actions.CHATS_ONE()),),
    )
    return View("\n\n".join(text), buttons)


def _test(t: Translator) -> Button:
    return Button(t.plain("chats.button_test"), data=chat_actions.CHATS_TEST())


def card(
    t: Translator,
    destination: Destination,
    chat: Chat,
    counts: tuple[int, int],
    rights: Sequence[Right],
    bot: str,
    now: dt.datetime,
    *,
    forum: bool = False,
    feeds: bool = False,
) -> View:
    """Show a managed chat, or one topic of its forum: its state, its settings, and a button for each of them.

    `counts` are the numbers of topics and alerts; `rights` those that the bot lacks; `now` is UTC. `feeds`: this bot
    has feeds.
    """
    topics, alerts = counts
    text = [_state(t, chat, topics + alerts, rights, bot), t("chats.counts", topics=topics, alerts=alerts)]
    pair = (
        Button(t.plain("chats.button_follow"), data=actions.TOPICS_LIST(0)),
        Button(t.plain("chats.button_alerts"), data=actions.ALERTS_LIST(0)),
    )
    board = Button(t.plain("chats.button_board"), data=actions.BOARDS_PIN())
    if destination.thread_id:
        drop = Button(t.plain("chats.button_drop"), data=chat_actions.CHATS_THREAD_DROP())
        return View("\n".join(text), (pair, (_test(t), board), (drop, *_all(t))))
    text += _settings(t, chat, now)
    buttons = (
        pair,
        (
            Button(t.plain("chats.button_digest"), data=actions.DIGEST_CHOOSE()),
            Button(t.plain("chats.button_form"), data=chat_actions.CHATS_FORM()),
        ),
        (
            Button(t.plain("chats.button_review"), data=chat_actions.CHATS_REVIEW()),
            Button(t.plain("chats.button_settings"), data=actions.SETTINGS_ALL()),
        ),
        (
            Button(t.plain("chats.button_share"), data=actions.SHARES_SETUP()),
            Button(t.plain("chats.button_copy"), data=chat_actions.CHATS_COPY(0)),
        ),
        (board, *((Button(t.plain("chats.button_feed"), data=actions.FEED_SHOW()),) if feeds else ())),
        *(((Button(t.plain("chats.button_forum"), data=chat_actions.CHATS_FORUM()),),) if forum else ()),
        (_test(t), _pause(t, chat)),
        (Button(t.plain("chats.button_leave"), data=chat_actions.CHATS_LEAVE()), *_all(t)),
    )
    return View("\n".join(text), buttons)


def _state(t: Translator, chat: Chat, followed: int, rights: Sequence[Right], bot: str) -> str:
    if rights and (Right.POST in rights or chat.state is ChatState.ACTIVE):
        return missing(t, chat, rights, bot)
    if chat.state is not ChatState.ACTIVE:
        return t("chats.paused")
    return t("chats.posting" if followed or chat.digest_times else "chats.nothing")


def _settings(t: Translator, chat: Chat, now: dt.datetime) -> list[str]:
    off = t.plain("settings.off")
    time = f"{now.astimezone(ZoneInfo(chat.timezone)):%H:%M}"
    return [
        t("chats.digest", times=", ".join(map(clock, chat.digest_times)) or off),
        t("chats.quiet", hours=str(chat.quiet) if chat.quiet else off),
        t("chats.language", language=BY_CODE[chat.language].endonym),
        t("chats.zone", zone=zones.city(chat.timezone, t.language), time=time),
        t("chats.posts", form=described(t, chat.post_form)),
        t("chats.reviewed", review=review(t, chat.post_form)),
    ]


def described(t: Translator, form: PostForm) -> str:
    """Return the form of posts in words."""
    parts = [t.plain("chats.form_lead" if form.lead else "chats.form_headline")]
    parts += [t.plain("chats.form_preview")] if form.preview else []
    parts += [t.plain("chats.form_hashtags")] if form.hashtags else []
    parts += [t.plain("chats.form_signature")] if form.signature else []
    return ", ".join(parts)


def review(t: Translator, form: PostForm) -> str:
    """Return in words how posts are reviewed."""
    if form.review_hours is None:
        return t.plain("settings.off")
    return t.plain("chats.review_post" if form.unreviewed else "chats.review_drop", hours=form.review_hours)


def _pause(t: Translator, chat: Chat) -> Button:
    if chat.state is ChatState.ACTIVE:
        return Button(t.plain("chats.button_pause"), data=chat_actions.CHATS_PAUSE())
    return Button(t.plain("chats.button_resume"), data=chat_actions.CHATS_RESUME())


def _all(t: Translator) -> tuple[Button, ...]:
    return (Button(t.plain("chats.button_all"), data=chat_actions.CHATS_LIST(0)),)


def forum(t: Translator, threads: Sequence[Destination]) -> View:
    """Offer a topic of the forum for each curated topic; the created ones are ticked, and open their card."""
    there = {one.slug: one for one in threads if one.slug}

    def one(slug: str) -> Button:
        sign = "✓ " if slug in there else f"{FLAGS[slug]} " if slug in FLAGS else ""
        return Button(sign + t.plain(f"topics.name.{slug}"), data=chat_actions.CHATS_THREAD(slug))

    return View(t("chats.forum"), (*rows(map(one, TOPICS), 2), back(t)))


def back(t: Translator) -> tuple[Button, ...]:
    """Return the row that leads from a screen of a managed chat to its card."""
    return (Button(t.plain("settings.button_back"), data=chat_actions.CHATS_ONE()),)


def leave(t: Translator) -> View:
    """Ask before the bot leaves a chat: all about it is deleted."""
    keep = Button(t.plain("chats.button_keep"), data=chat_actions.CHATS_ONE())
    yes = Button(t.plain("chats.button_leave"), data=chat_actions.CHATS_LEAVE_NOW(), style="danger")
    return View(t("chats.leave"), ((keep, yes),))


def left(t: Translator, title: str) -> View:
    """Confirm that the bot has left a chat."""
    return View(t("chats.left", title=_named(title)), (_all(t),))


def dropped(t: Translator) -> View:
    """Confirm that nothing is posted in a topic of a forum any more."""
    return View(t("chats.dropped"), (_all(t),))

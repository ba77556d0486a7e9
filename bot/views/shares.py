"""Shared setups: the link, what it sets up, and the outcome."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator, Sequence

from bot.domain.articles import clean_text
from bot.domain.chats import Destination
from bot.domain.errors import InvalidInput
from bot.domain.posts import PostForm
from bot.domain.shares import Setup, SharedTopic, ShareKind
from bot.domain.times import clock
from bot.i18n import Html, Translator
from bot.views import actions, dialogue, errors
from bot.views.alerts import describe
from bot.views.buttons import for_destination
from bot.views.message import Button, View, rows, shorten
from bot.views.rate_text import day
from bot.views.topic_names import name_of

# A setup has up to a hundred topics and fifty alerts: the first ones show what it is about.
_NAMED = 8
# Words of a topic come from a person, and may be long.
_NAME_LENGTH = 40
# The name of a chat in a row of its own, and the chats that are offered: Telegram accepts a hundred buttons.
_CHAT_LENGTH, _MAX_CHATS = 35, 90
# Different reasons, of which one for each alert would fill the screen.
_PROBLEMS = 3


def described(t: Translator, setup: Setup) -> list[str]:
    """Return what a link sets up, as lines of HTML."""
    if setup.kind is ShareKind.ALERT and setup.alerts:
        [alert] = setup.alerts
        return [t("share.alert", line=describe(t, alert.rule, once=alert.once))]
    if setup.kind is ShareKind.TOPIC and setup.topics:
        [topic] = setup.topics
        return [t("share.topic", name=_name(t, topic))]
    return list(_parts(t, setup))


def _parts(t: Translator, setup: Setup) -> Iterator[str]:
    if setup.topics:
        names = _listed([_name(t, one) for one in setup.topics])
        yield t("share.topics", count=len(setup.topics), names=names)
    if setup.alerts:
        lines = _listed([describe(t, one.rule, once=one.once) for one in setup.alerts], "; ")
        yield t("share.alerts", count=len(setup.alerts), lines=Html(lines))
    if setup.digests:
        yield t("share.digest", times=", ".join(map(clock, setup.digests)))
    if setup.form is not None:
        yield t("share.form", form=_form(t, setup.form))


def _name(t: Translator, topic: SharedTopic) -> str:
    return shorten(name_of(t, topic.words or topic.text, topic.slug), _NAME_LENGTH)


def _listed(names: Sequence[str], between: str = ", ") -> str:
    return between.join(names[:_NAMED]) + ("…" if len(names) > _NAMED else "")


def _form(t: Translator, form: PostForm) -> str:
    shown = [t.plain("share.form_lead" if form.lead else "share.form_headline")]
    shown += [t.plain("share.form_preview")] if form.preview else []
    shown += [t.plain("share.form_hashtags")] if form.hashtags else []
    return ", ".join(shown)


def link(t: Translator, setup: Setup, url: str, query: str, expires_on: dt.date) -> View:
    """Show the link of a setup, to copy and to send; `query` is the inline query that finds it."""
    lines = [*described(t, setup), url, t("share.link", day=day(expires_on, t))]
    copy = Button(t.plain("share.button_copy"), copy=url)
    return View("\n".join(lines), ((copy, Button(t.plain("share.button_send"), share=query)),))


def nothing(t: Translator) -> View:
    """Say that a chat has nothing to share."""
    return View(t("share.nothing"))


def offer(t: Translator, setup: Setup, parameter: str, *, elsewhere: bool = False) -> View:
    """Show what a link sets up, and ask whether to; `parameter` is the link's, after its name.

    `elsewhere`: the person manages other chats, one of which may get it instead.
    """
    buttons = (
        Button(t.plain("share.button_take"), data=actions.SHARES_TAKE(parameter), style="primary"),
        Button(t.plain("share.button_leave"), data=actions.SHARES_LEAVE()),
    )
    where = Button(t.plain("share.button_elsewhere"), data=actions.SHARES_WHERE(parameter))
    below = (buttons, (where,)) if elsewhere else (buttons,)
    return View("\n".join([t("share.offer"), *described(t, setup), t("share.ask")]), below)


def where(t: Translator, managed: Sequence[Destination], parameter: str) -> View:
    """Choose the managed chat in which a link sets up what it carries."""
    take = actions.SHARES_TAKE(parameter)
    buttons = (
        Button(shorten(clean_text(one.label), _CHAT_LENGTH) or "…", data=for_destination(take, one.id))
        for one in managed[:_MAX_CHATS]
    )
    leave = (Button(t.plain("share.button_leave"), data=actions.SHARES_LEAVE()),)
    return View(t("share.where"), (*rows(buttons, 1), leave))


def taken(t: Translator, new: int, known: int, problems: Sequence[InvalidInput]) -> View:
    """Report what was set up, with the counts of new and known parts, and the reasons why others were not."""
    lines = []
    if new:
        lines.append(t("share.taken_rest" if known else "share.taken"))
    elif known:
        lines.append(t("share.known"))
    if problems:
        lines.append(t("share.problems"))
        lines += [f"• {errors.invalid_input(t, one).text}" for one in problems[:_PROBLEMS]]
    return View("\n".join(lines), dialogue.commands(t, ("alerts", "topics"), 2))


def left(t: Translator) -> View:
    """Confirm that nothing was set up."""
    return View(t("share.left"))

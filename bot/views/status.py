"""Status: the age of the stored data, and the messages about stale sources, paused chats and closed topics."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from zoneinfo import ZoneInfo

from bot.domain.chats import GENERAL_THREAD, Chat, Destination
from bot.domain.events import ChatPaused, SourceBack, SourceStale, TopicClosed
from bot.domain.sites import FEED, PAGE
from bot.domain.status import SourceKind, SourceStatus, Status
from bot.i18n import Html, Translator
from bot.views import actions
from bot.views.chat_actions import CHATS_ONE
from bot.views.message import Button, View, managing, shorten
from bot.views.rate_text import ago, moment

# Twenty sources with their errors fill a message; more are in /sources.
MAX_SOURCES = 20
_ERROR_LENGTH = 90
# The names of sources of offers begin with this (bot/sources/offers/source.py).
_OFFERS = "offers_"
# Kinds of sources that have a line each, in its order; news sites and the ticker have none.
_KINDS = (SourceKind.RATES, SourceKind.OFFERS, SourceKind.GOLD, SourceKind.POLICY)


def status(t: Translator, state: Status, version: str, now: dt.datetime, *, operator: bool) -> View:
    """Show how many sources are fresh, each one with a problem, the stored data and the queue.

    Operators see errors, defects and flood limits too.
    """
    lines = [t("status.title", version=version), *_sources(t, state.sources, now, operator=operator)]
    lines.append(t("status.stored", articles=state.articles))
    queue, flood = state.queue, state.flood
    waiting = queue.get("pending", 0) + queue.get("sending", 0)
    lines.append(t("status.queue", waiting=waiting))
    if operator:
        dead, uncertain = queue.get("dead", 0), queue.get("uncertain", 0)
        if dead or uncertain:
            lines.append(t("status.failed", dead=dead, uncertain=uncertain))
        if flood.until is not None:
            until = moment(flood.until, t, ZoneInfo("UTC"))
            lines.append(t("status.flooded", count=flood.chats, until=until))
        if flood.pause >= 1:
            lines.append(t("status.flood_pause", seconds=round(flood.pause)))
    return View("\n".join(lines))


def _sources(t: Translator, sources: Sequence[SourceStatus], now: dt.datetime, *, operator: bool) -> list[str]:
    """Return one line for all fresh sources, and one for each other, the failing ones first."""
    if not sources:
        return [t("status.no_polls")]
    failing = [one for one in sources if one.failures or one.last_ok_at is None]
    fresh = [one.last_ok_at for one in sources if not one.failures and one.last_ok_at is not None]
    if failing:
        lines = [t("status.fresh_some", fresh=len(fresh), count=len(sources))]
    else:
        lines = [t("status.fresh", count=len(sources), ago=ago(max(fresh), now, t))]
    lines += _by_kind(t, sources)
    for one in failing[:MAX_SOURCES]:
        key = "status.never" if one.last_ok_at is None else "status.failing"
        lines.append(t(key, name=_name(t, one), ago=ago(one.last_ok_at or now, now, t)))
        if operator and one.last_error:
            lines.append(t("status.error", error=shorten(one.last_error, _ERROR_LENGTH)))
    if len(failing) > MAX_SOURCES:
        lines.append(t("status.more", count=len(failing) - MAX_SOURCES))
    if operator:
        defective = [one for one in sources if one.problem and one not in failing]
        lines += [
            t("status.left_out", name=_name(t, one), problem=shorten(one.problem or "", _ERROR_LENGTH))
            for one in defective[: max(MAX_SOURCES - len(failing), 0)]
        ]
    return lines


def _by_kind(t: Translator, sources: Sequence[SourceStatus]) -> list[str]:
    """Return a line for each kind of sources of a bank, with how many of them have fresh data."""
    lines = []
    for kind in _KINDS:
        of_kind = [one for one in sources if one.kind is kind]
        fresh = sum(not one.failures and not one.stale and one.last_ok_at is not None for one in of_kind)
        if of_kind:
            lines.append(t(f"status.kind_{kind}", fresh=fresh, count=len(of_kind)))
    return lines


def _name(t: Translator, source: SourceStatus) -> str:
    return source.title or t.plain(f"sources.name.{source.name}")


def source_health(t: Translator, event: SourceStale | SourceBack, zone: ZoneInfo) -> View:
    """Return the message that a source is stale since a time, or has fresh data again."""
    usual = "offers" if event.source.startswith(_OFFERS) else "bank"
    kind = {FEED: "feed", "feed": "feed", PAGE: "page"}.get(event.source, usual)
    since, name = moment(event.since, t, zone), t.plain(f"sources.name.{event.source}")
    return View(t(f"status.{event.kind}_{kind}", since=since, name=name))


def paused(t: Translator, event: ChatPaused) -> View:
    """Return the message to operators about a paused chat, and how to repair it. Only the chat's id is shown."""
    return View(t("status.paused", chat=str(event.chat_id)))


def lost(t: Translator, event: ChatPaused, chat: Chat, managed: Destination) -> View:
    """Return the message to the managers of a chat that takes no messages any more: how to repair it, and its card."""
    key = "removed" if event.removed else "paused_channel" if chat.channel else "paused_group"
    return managing(View(t(f"status.{key}")), managed, CHATS_ONE())


def topic_closed(t: Translator, event: TopicClosed) -> View:
    """Return the message that a forum's topic is closed, with a button to move its messages to this topic."""
    move = Button(t.plain("status.move_here"), data=actions.STATUS_HERE(event.thread_id))
    return View(t("status.topic_closed"), ((move,),))


def topic_closed_in(t: Translator, event: TopicClosed, forum: Destination | None) -> View:
    """Return the message to the managers of a forum about a closed topic, with a button to move its messages.

    Without a `forum` (nobody manages it) the operators get the message, and no more than the id of the chat.
    """
    if event.thread_id <= GENERAL_THREAD:
        view = View(t("status.general_closed"))
    else:
        move = Button(t.plain("status.move_to_general"), data=actions.STATUS_HERE(event.thread_id))
        view = View(t("status.topic_closed"), ((move,),))
    return managing(view, forum, CHATS_ONE()) if forum else View(Html(f"<code>{event.chat_id}</code>\n{view.text}"))


def moved_here(t: Translator, *, managed: bool = False) -> View:
    """Confirm that the messages for the topic are sent here now, or in the General topic of a `managed` forum."""
    return View(t("status.moved_to_general" if managed else "status.moved_here"))

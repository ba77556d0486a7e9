"""Status: the age of the stored data, and the messages about stale sources, paused chats and closed topics."""

from __future__ import annotations

import datetime as dt
from zoneinfo import ZoneInfo

from bot.domain.events import ChatPaused, SourceBack, SourceStale, TopicClosed
from bot.domain.sites import FEED, PAGE
from bot.domain.status import SourceStatus, Status
from bot.i18n import Translator
from bot.views import actions
from bot.views.message import Button, View, shorten
from bot.views.rate_text import ago, moment

# Twenty sources with their errors fill a message; more are in /sources.
MAX_SOURCES = 20
_ERROR_LENGTH = 90


def status(t: Translator, state: Status, version: str, now: dt.datetime, *, operator: bool) -> View:
    """Show each source's last success, the stored data and the queue; operators see errors and flood limits too.

    Of too many sources the failing ones are shown first.
    """
    lines = [t("status.title", version=version)]
    shown, sources, queue, flood = state.sources, state.sources, state.queue, state.flood
    if len(sources) > MAX_SOURCES:
        shown = sorted(sources, key=_condition)
    for source in shown[:MAX_SOURCES]:
        name = source.title or t.plain(f"sources.name.{source.name}")
        if source.last_ok_at is None:
            lines.append(t("status.never", name=name))
        else:
            key = "status.failing" if source.failures else "status.fresh"
            lines.append(t(key, name=name, ago=ago(source.last_ok_at, now, t)))
        if operator and source.last_error:
            lines.append(t("status.error", error=shorten(source.last_error, _ERROR_LENGTH)))
        elif operator and source.problem:
            lines.append(t("status.left_out", problem=shorten(source.problem, _ERROR_LENGTH)))
    if len(sources) > MAX_SOURCES:
        lines.append(t("status.more", count=len(sources) - MAX_SOURCES))
    if not sources:
        lines.append(t("status.no_polls"))
    lines.append(t("status.stored", articles=state.articles))
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
        lines.append(t("status.queue_all", states=", ".join(f"{k} {v}" for k, v in sorted(queue.items())) or "0"))
    return View("\n".join(lines))


def _condition(source: SourceStatus) -> int:
    """Return the sort key of a source in a list with too many: failing, then with a problem, then healthy."""
    if source.failures or source.last_ok_at is None:
        return 0
    return 1 if source.problem else 2


def source_health(t: Translator, event: SourceStale | SourceBack, zone: ZoneInfo) -> View:
    """Return the message that a source is stale since a time, or has fresh data again."""
    kind = {FEED: "feed", "feed": "feed", PAGE: "page"}.get(event.source, "bank")
    since, name = moment(event.since, t, zone), t.plain(f"sources.name.{event.source}")
    return View(t(f"status.{event.kind}_{kind}", since=since, name=name))


def paused(t: Translator, event: ChatPaused) -> View:
    """Return the message to operators about a paused chat, and how to repair it. Only the chat's id is shown."""
    return View(t("status.paused", chat=str(event.chat_id)))


def topic_closed(t: Translator, event: TopicClosed) -> View:
    """Return the message that a forum's topic is closed, with a button to move its messages to this topic."""
    move = Button(t.plain("status.move_here"), data=actions.STATUS_HERE(event.thread_id))
    return View(t("status.topic_closed"), ((move,),))


def moved_here(t: Translator) -> View:
    """Confirm that the messages for the topic are sent here now."""
    return View(t("status.moved_here"))

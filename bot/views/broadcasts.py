"""Broadcasts for their operator: before, during and after sending."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from zoneinfo import ZoneInfo

from bot.domain.broadcasts import Audience, BroadcastState, Progress, duration, stars
from bot.i18n import LANGUAGES, Translator, dates
from bot.views import actions
from bot.views.message import Button, View
from bot.views.rate_text import moment


def usage(t: Translator) -> View:
    """Explain how to create a broadcast."""
    return View(t("broadcast.usage"))


def _audience(t: Translator, audience: Audience) -> str:
    names = []
    if audience.language:
        names.append(t.plain("broadcast.of_language", language=LANGUAGES[audience.language]))
    if audience.topic:
        names.append(t.plain("broadcast.of_topic", topic=t.plain(f"topics.name.{audience.topic}")))
    return ", ".join(names) or t.plain("broadcast.of_all")


def nobody(t: Translator, audience: Audience) -> View:
    """Report that an audience is empty."""
    return View(t("broadcast.nobody", audience=_audience(t, audience)))


def _span(t: Translator, span: dt.timedelta) -> str:
    return dates.interval(max(span, dt.timedelta(seconds=1)), t.language)


def card(t: Translator, broadcast_id: int, audience: Audience, count: int, *, paid: bool) -> View:
    """Ask whether to send the message above, with the number of chats and the duration.

    `paid`: the paid broadcast is offered with its cost.
    """
    lines = [t("broadcast.card", audience=_audience(t, audience), count=count, span=_span(t, duration(count)))]
    buttons = [(Button(t.plain("broadcast.button_send"), data=actions.BROADCAST_SEND(broadcast_id), style="primary"),)]
    if paid:
        cost, span = stars(count), _span(t, duration(count, paid=True))
        lines.append(t("broadcast.quick", stars=cost, span=span))
        label = t.plain("broadcast.button_quick", stars=cost)
        buttons.append((Button(label, data=actions.BROADCAST_QUICK(broadcast_id)),))
    buttons.append((Button(t.plain("broadcast.button_discard"), data=actions.BROADCAST_DISCARD(broadcast_id)),))
    return View("\n".join(lines), tuple(buttons))


def discarded(t: Translator) -> View:
    """Confirm that a draft was discarded."""
    return View(t("broadcast.discarded"))


def progress(t: Translator, broadcast_id: int, done: Progress, zone: ZoneInfo) -> View:
    """Show how many of the expected chats are done, the time left, and the chats that wait for their quiet hours."""
    expected = max(done.expected, done.finished + done.waiting)
    lines = [t(f"broadcast.{done.state}", finished=done.finished, expected=expected)]
    running, paused = done.state is BroadcastState.RUNNING, done.state is BroadcastState.PAUSED
    if running and (now := max(done.expected - done.finished, done.waiting) - done.quiet) > 0:
        lines.append(t("broadcast.left", span=_span(t, duration(now, paid=done.paid))))
    if done.quiet and done.quiet_until is not None:
        lines.append(t("broadcast.quiet", count=done.quiet, until=moment(done.quiet_until, t, zone, "t")))
    text = "\n".join(lines)
    if not (running or paused):
        return View(text)
    switch = (
        Button(t.plain("broadcast.button_pause"), data=actions.BROADCAST_PAUSE(broadcast_id))
        if running
        else Button(t.plain("broadcast.button_resume"), data=actions.BROADCAST_RESUME(broadcast_id))
    )
    cancel = Button(t.plain("broadcast.button_cancel"), data=actions.BROADCAST_CANCEL(broadcast_id), style="danger")
    return View(text, ((switch, cancel),))


def ended(t: Translator, state: BroadcastState, expected: int, tally: Mapping[str, int]) -> View:
    """Report the results of a broadcast."""
    lines = [t(f"broadcast.{state}", sent=tally.get("sent", 0), expected=expected)]
    unsaid = [what for what in ("uncertain", "dropped", "dead") if tally.get(what)]
    lines += [t(f"broadcast.ended_{what}", count=tally[what]) for what in unsaid]
    return View("\n".join(lines))

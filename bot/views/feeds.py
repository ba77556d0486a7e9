"""The feed of a chat for other programs: its address, which is shown once, and the ways to change and end it."""

from __future__ import annotations

import datetime as dt
from zoneinfo import ZoneInfo

from bot.i18n import Translator
from bot.views import actions
from bot.views.actions import FeedChange
from bot.views.message import Button, View, record
from bot.views.rate_text import moment


def unavailable(t: Translator) -> View:
    """Say that this bot serves no feeds."""
    return View(t("feeds.unavailable"))


def none(t: Translator) -> View:
    """Say what a feed is to a chat that has none, and offer to make its address."""
    return View(t("feeds.none"), ((_make(t),),))


def made(t: Translator, address: str) -> View:
    """Show a new address, in both forms. The message stays: the address is never shown again."""
    atom, feed_json = f"{address}.atom", f"{address}.json"
    copies = (
        Button(t.plain("feeds.button_copy_atom"), copy=atom),
        Button(t.plain("feeds.button_copy_json"), copy=feed_json),
    )
    return record(View(t("feeds.made", atom=atom, json=feed_json), (copies, _changes(t))))


def since(t: Translator, since: dt.datetime, zone: ZoneInfo) -> View:
    """Say since when (UTC) a chat has a feed; its address is not stored."""
    return View(t("feeds.since", since=moment(since, t, zone)), (_changes(t),))


def ask(t: Translator, change: FeedChange) -> View:
    """Ask before an address ends: nothing brings it back."""
    does = actions.FEED_MAKE() if change is FeedChange.NEW else actions.FEED_OFF()
    yes = Button(t.plain(f"feeds.button_{change}"), data=does, style="danger")
    return View(t(f"feeds.ask_{change}"), ((Button(t.plain("feeds.button_keep"), data=actions.FEED_SHOW()), yes),))


def ended(t: Translator) -> View:
    """Confirm that a chat has no feed any more."""
    return View(t("feeds.ended"), ((_make(t),),))


def in_private(t: Translator, url: str) -> View:
    """Say in a group that the address of its feed is shown to its admin alone, with a link to their own chat."""
    return View(t("feeds.in_private"), ((Button(t.plain("feeds.button_private"), url=url),),))


def _make(t: Translator) -> Button:
    return Button(t.plain("feeds.button_make"), data=actions.FEED_MAKE())


def _changes(t: Translator) -> tuple[Button, ...]:
    return tuple(Button(t.plain(f"feeds.button_{change}"), data=actions.FEED_ASK(change)) for change in FeedChange)

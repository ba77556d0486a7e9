"""What a person missed: after a downtime of ours, and after an absence of theirs."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from zoneinfo import ZoneInfo

from bot.i18n import Html, Translator
from bot.views.digest import LONGEST_HEADLINE as LONGEST_HEADLINE
from bot.views.figures import moment
from bot.views.message import Button, View, data

# The newest few say what went on; the rest is counted.
SHOWN = 5

# An alert as it is listed: when (UTC), and what.
Line = tuple[dt.datetime, Html]


def missed(t: Translator, lines: Sequence[Line], more: int, zone: ZoneInfo, *, repeat: bool = False) -> View:
    """Tell the alerts that came too late to be told one by one, newest first, and how many `more` there were."""
    text = [t("catchup.missed"), *_listed(t, lines, more, zone)]
    if repeat:
        text.append(t("alerts.repeat"))
    return View("\n".join(text), (_further(t),))


def _listed(t: Translator, lines: Sequence[Line], more: int, zone: ZoneInfo) -> list[str]:
    listed: list[str] = [f"• {moment(at, t, zone)} {said}" for at, said in lines]
    return [*listed, t("catchup.more", more=more)] if more else listed


def _further(t: Translator) -> tuple[Button, ...]:
    return (
        Button(t.plain("catchup.button_news"), data=data("news", "mine", 0)),
        Button(t.plain("catchup.button_alerts"), data=data("alerts", "list")),
    )

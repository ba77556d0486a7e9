"""/stats: figures for operators."""

from __future__ import annotations

import datetime as dt
from decimal import Decimal
from zoneinfo import ZoneInfo

from bot.domain.stats import Span, Stats
from bot.i18n import LANGUAGES, Translator
from bot.views.figures import moment, number
from bot.views.message import View


def stats(t: Translator, figures: Stats, counted_at: dt.datetime, zone: ZoneInfo) -> View:
    """Show the figures and when (UTC) they were counted."""

    def whole(value: int) -> str:
        return number(t, Decimal(value))

    def days(span: Span) -> dict[str, str]:
        return {"day": whole(span.day), "week": whole(span.week), "month": whole(span.month)}

    spoken = ", ".join(f"{LANGUAGES.get(code, code)} {whole(count)}" for code, count in figures.languages.items())
    lines = [
        t("stats.title"),
        t("stats.active", **days(figures.active)),
        t("stats.new", **days(figures.new)),
        t(
            "stats.people",
            reachable=whole(figures.reachable),
            stopped=whole(figures.stopped),
            blocked=whole(figures.blocked),
        ),
        t("stats.languages", languages=spoken or "—"),
        t("stats.groups", groups=whole(figures.groups)),
        t("stats.alerts", alerts=whole(figures.alerts)),
        t("stats.topics", subscriptions=whole(figures.subscriptions), topics=whole(figures.topics)),
        t(
            "stats.queue",
            due=whole(figures.due),
            later=whole(figures.later),
            sending=whole(figures.sending),
            failed=whole(figures.failed),
        ),
        t("stats.counted", at=moment(counted_at, t, zone, "t")),
    ]
    return View("\n".join(lines))

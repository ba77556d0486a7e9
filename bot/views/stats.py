"""/stats: numbers for operators."""

from __future__ import annotations

import datetime as dt
from decimal import Decimal
from zoneinfo import ZoneInfo

from bot.domain.stats import Span, Stats
from bot.i18n import LANGUAGES, Translator
from bot.views.message import View
from bot.views.rate_text import moment, number


def stats(t: Translator, counts: Stats, counted_at: dt.datetime, zone: ZoneInfo) -> View:
    """Show the numbers and the time (UTC) at which they were counted."""

    def whole(value: int) -> str:
        return number(t, Decimal(value))

    def days(span: Span) -> dict[str, str]:
        return {"day": whole(span.day), "week": whole(span.week), "month": whole(span.month)}

    spoken = ", ".join(f"{LANGUAGES.get(code, code)} {whole(count)}" for code, count in counts.languages.items())
    lines = [
        t("stats.title"),
        t("stats.active", **days(counts.active)),
        t("stats.new", **days(counts.new)),
        t(
            "stats.people",
            reachable=whole(counts.reachable),
            stopped=whole(counts.stopped),
            blocked=whole(counts.blocked),
        ),
        t("stats.languages", languages=spoken or "—"),
        t("stats.groups", groups=whole(counts.groups)),
        t("stats.alerts", alerts=whole(counts.alerts)),
        t("stats.topics", subscriptions=whole(counts.subscriptions), topics=whole(counts.topics)),
        t(
            "stats.queue",
            due=whole(counts.due),
            later=whole(counts.later),
            sending=whole(counts.sending),
            failed=whole(counts.failed),
        ),
        t("stats.counted", at=moment(counted_at, t, zone, "t")),
    ]
    return View("\n".join(lines))

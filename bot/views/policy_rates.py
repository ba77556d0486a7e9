"""Policy rates: a line of a card and of a digest, and the message about a decision."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from zoneinfo import ZoneInfo

from bot.domain.articles import StoredArticle
from bot.domain.charts import DEFAULT_RANGE
from bot.domain.events import PolicyDecided
from bot.domain.policy_rates import PolicyStanding
from bot.domain.rate_graph import currency_of
from bot.domain.rates import Pair
from bot.i18n import Html, Translator, dates
from bot.views import actions
from bot.views.message import Button, View, record
from bot.views.news import headline_from
from bot.views.rate_text import number, short_day
from bot.views.rates import source_name


def line(t: Translator, known: PolicyStanding, now: dt.datetime) -> Html:
    """Return the policy rate of a bank for the card of its currency; `now` is UTC."""
    parts = [
        t(
            "policy.rate",
            bank=source_name(t, known.bank),
            name=_name(t, known.bank),
            percent=number(t, known.percent),
            day=_day(t, known.since, now),
        )
    ]
    if known.following is not None:
        day, percent = known.following
        parts.append(t("policy.following", percent=number(t, percent), day=_day(t, day, now)))
    if known.decision is not None:
        parts.append(t("policy.next", day=_day(t, known.decision.at.date(), now)))
    return Html(", ".join(parts))


def _name(t: Translator, bank: str) -> str:
    """Return what the policy rate of a bank is called."""
    return t.plain(f"policy.name_{bank}")


def _day(t: Translator, day: dt.date, now: dt.datetime) -> str:
    return short_day(day, t) if day.year == now.year else dates.short_day_of_year(day, t.language)


def coming(t: Translator, decided: Sequence[PolicyStanding], now: dt.datetime, zone: ZoneInfo) -> list[str]:
    """Return a line for each rate that is decided on this day or the next one in a zone; `now` is UTC."""
    today = now.astimezone(zone).date()
    return [
        t(
            "policy.today" if one.decision.at.astimezone(zone).date() == today else "policy.tomorrow",
            bank=source_name(t, one.bank),
            name=_name(t, one.bank),
            time=t.plain(f"policy.time_{one.bank}", time=f"{one.decision.at:%H:%M}"),
            percent=number(t, one.percent),
        )
        for one in decided
        if one.decision is not None
    ]


def decided(t: Translator, event: PolicyDecided, related: Sequence[StoredArticle] = ()) -> View:
    """Return the message about a decision; `related` are the newest articles that may explain it."""
    changed = "kept" if event.percent == event.before else "raised" if event.percent > event.before else "lowered"
    named = {"bank": source_name(t, event.bank), "name": _name(t, event.bank)}
    lines = [t(f"policy.{changed}", percent=number(t, event.percent), **named)]
    if event.percent != event.before:
        lines.append(t("policy.before", percent=number(t, event.before)))
        if event.in_force_on is not None:
            lines.append(t("policy.in_force", day=dates.day(event.in_force_on, t.language)))
    if related:
        lines += ["", t("alerts.related"), *("• " + headline_from(article) for article in related)]
    pair = Pair("USD", currency_of(event.bank))
    buttons = (
        Button(t.plain("rates.button_chart"), data=actions.CHARTS_SHOW(pair, DEFAULT_RANGE)),
        Button(t.plain("rates.button_alert"), data=actions.ALERTS_PAIR(pair)),
    )
    return record(View("\n".join(lines), (buttons,)))

"""The lines that name the source of a rate of another market than the official one, and when it was published."""

from __future__ import annotations

from zoneinfo import ZoneInfo

from bot.domain.gold import gold_of
from bot.domain.rates import Rate
from bot.i18n import Translator, dates
from bot.views.rate_text import moment
from bot.views.rates import source_name


def source_line(t: Translator, rate: Rate) -> list[str]:
    """Return the line that names the source; nothing for an official rate."""
    return [t("alerts.source", source=source_name(t, rate.source))] if rate.pair.market else []


def published(t: Translator, rate: Rate, zone: ZoneInfo) -> list[str]:
    """Return the line with the source and the day of its price list, or the time of its table; nothing as above."""
    source = source_name(t, rate.source)
    if gold_of(rate.pair) is not None:
        return [t("gold.published", bank=source, day=dates.day_of_year(rate.valid_on, t.language))]
    return [t("alerts.published", time=moment(rate.confirmed_at, t, zone), source=source)] if rate.pair.market else []

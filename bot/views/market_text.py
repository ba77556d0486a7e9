"""The lines that name the source of a rate of another market than the official one, and when it was published."""

from __future__ import annotations

from zoneinfo import ZoneInfo

from bot.domain.gold import USUAL_WEIGHT, gold_of
from bot.domain.rates import Rate
from bot.i18n import Translator, dates
from bot.views.rate_text import moment, number
from bot.views.rates import source_name


def market_source(t: Translator, rate: Rate) -> str:
    """Return the name of the source; that of gold with the bar whose gram the price is of."""
    source = source_name(t, rate.source)
    if gold_of(rate.pair) is None:
        return source
    return t.plain("alerts.gold_source", source=source, weight=number(t, USUAL_WEIGHT))


def source_line(t: Translator, *rates: Rate) -> list[str]:
    """Return the line that names the sources of all rates that are not official; nothing if there are none."""
    sources = dict.fromkeys(market_source(t, rate) for rate in rates if rate.pair.market)
    if len(sources) > 1:
        return [t("alerts.sources", sources=", ".join(sources))]
    return [t("alerts.source", source=source) for source in sources]


def published(t: Translator, rate: Rate, zone: ZoneInfo) -> list[str]:
    """Return the line with the source and the day of its price list, or the time of its table; nothing as above."""
    source = market_source(t, rate)
    if gold_of(rate.pair) is not None:
        return [t("gold.published", bank=source, day=dates.day_of_year(rate.valid_on, t.language))]
    return [t("alerts.published", time=moment(rate.confirmed_at, t, zone), source=source)] if rate.pair.market else []

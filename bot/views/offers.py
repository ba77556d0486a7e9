"""Offers of banks and other providers: what a person gets or pays, best first, and what a transfer brings.

Every figure stands under the time and the name of the source that published it.
"""

from __future__ import annotations

import datetime as dt
from dataclasses import replace
from decimal import ROUND_HALF_UP, Decimal
from zoneinfo import ZoneInfo

from bot.domain.charts import DEFAULT_RANGE
from bot.domain.numbers import CONTEXT
from bot.domain.offer_decisions import is_off
from bot.domain.offer_ranking import (
    PUBLISHED,
    WAYS,
    HeldOffer,
    OfferRanking,
    OfferRequest,
    RankedOffer,
    request_of,
)
from bot.domain.offers import OfferHold, market_of
from bot.domain.providers import display_name
from bot.domain.rates import Pair
from bot.i18n import Html, Translator
from bot.views import actions
from bot.views.buttons import under_record
from bot.views.currencies import FLAGS
from bot.views.message import Button, Rows, View, link, rows, shorten
from bot.views.offer_actions import OFFERS_CHART
from bot.views.rate_card import origin, statement
from bot.views.rate_text import moment, number, percent, short_day
from bot.views.rates import source_name

# Rows of a group's answer, those that fit on a phone's screen, and all that are ever shown: no country has so many
# providers.
FEWEST, FEW, MOST = 3, 8, 30
# Offers that are named as not counted, for each reason.
MOST_HELD = 5
# The widest name in a row; the whole one is in the source's table.
NAME_LENGTH = 40
# Below this (the price of a dollar or a euro) a result has four decimals, as the table prints prices: cents would hide
# the differences.
_FINE_BELOW, _FINE, _CENTS = 20, 4, 2


def sum_text(t: Translator, value: Decimal, code: str, decimals: int = 0) -> str:
    """Return an amount of money with its code: in cents, below twenty with the decimals of a printed price.

    Zeros at the end are left out, but so many `decimals` are shown: those of the other amounts of a list.
    """
    digits = max(_decimals(value), decimals)
    return f"{number(t, value.quantize(Decimal(1).scaleb(-digits), ROUND_HALF_UP, CONTEXT))} {code}"


def _decimals(value: Decimal) -> int:
    """Return how many decimals an amount is shown with: none, those of cents, or up to those of a price."""
    places = _CENTS if value >= _FINE_BELOW else max(_FINE, 2 - value.adjusted())
    rounded = value.quantize(Decimal(1).scaleb(-places), ROUND_HALF_UP, CONTEXT).normalize(CONTEXT)
    digits = -int(rounded.as_tuple().exponent)
    return 0 if digits <= 0 else max(digits, _CENTS)


def way_name(t: Translator, request: OfferRequest) -> str:
    """Return the name of the way of payment of a request."""
    return t.plain(f"banks.way.{request.channel}")


def published(t: Translator, ranking: OfferRanking, zone: ZoneInfo) -> str:
    """Return the line about the table: its own time, and its source as a link."""
    return t(
        "banks.published_alone" if ranking.official is None else "banks.published",
        time=moment(ranking.as_of, t, zone) if ranking.as_of else "",
        source=link(source_name(t, ranking.source), ranking.home),
    )


def answer(
    t: Translator,
    ranking: OfferRanking,
    now: dt.datetime,
    zone: ZoneInfo,
    *,
    whole: bool = False,
    private: bool = True,
) -> View:
    """Show the ranking, or that there is none and the official rate. Not `whole`: the first rows.

    Not `private`: short, as for a group, where a long answer covers what others wrote.
    """
    if ranking.request.table is None:
        return _no_table(t, ranking, now, zone)
    request = ranking.request
    key = "banks.get" if request.gets else "banks.pay"
    lines = [_title(t, request), t(key if ranking.offers else "banks.way", way=way_name(t, request))]
    if not ranking.offers:
        absent = [*_held(t, ranking), published(t, ranking, zone)] if ranking.held else [_absent(t, ranking, zone)]
        lines += [*absent[:1], *_official(t, ranking), *absent[1:]]
        return View("\n".join(lines), _buttons(t, request) if private else ())
    shown = ranking.offers[: MOST if whole else FEW if private else FEWEST]
    decimals = max(_decimals(one.result) for one in shown)
    lines += [_row(t, ranking, place, one, zone, decimals) for place, one in enumerate(shown, start=1)]
    buttons: Rows = (_of_best(t, request), *_buttons(t, request)) if private else ()
    if len(shown) == min(len(ranking.offers), MOST):
        lines += _held(t, ranking)
    else:
        label = t.plain("banks.button_all", count=len(ranking.offers))
        buttons = ((Button(label, data=actions.OFFERS_SHOW(request, True)),), *buttons)
    lines += [*_official(t, ranking, decimals), published(t, ranking, zone)]
    return View("\n".join(lines), buttons)


def _title(t: Translator, request: OfferRequest) -> str:
    flags = "".join(FLAGS.get(code, "") for code in (request.pair.base, request.pair.quote))
    amount = sum_text(t, request.amount, request.code)
    ends = (amount, request.other) if request.gets else (request.other, amount)
    return t("banks.title", flags=flags, given=ends[0], wanted=ends[1])


def _row(t: Translator, ranking: OfferRanking, place: int, offer: RankedOffer, zone: ZoneInfo, decimals: int) -> str:
    return t(
        "banks.row",
        place=place,
        result=sum_text(t, offer.result, ranking.request.other, decimals),
        gap=gap(t, ranking, offer.result),
        provider=provider_name(t, offer) + _older_day(t, ranking, offer, zone),
    )


def _older_day(t: Translator, ranking: OfferRanking, offer: RankedOffer, zone: ZoneInfo) -> str:
    """Return the day of an offer that is older than the table whose time is shown; nothing for the others."""
    days = [at.astimezone(zone).date() for at in (offer.as_of, ranking.as_of or offer.as_of)]
    return "" if days[0] == days[1] else f" · {short_day(days[0], t)}"


def _held(t: Translator, ranking: OfferRanking) -> list[str]:
    """Return a line of offers that are not counted for each reason; a result that is not off itself is left out."""
    lines = []
    for reason, key in ((OfferHold.OFF_OFFICIAL, "banks.held_off"), (OfferHold.CROSSED, "banks.held_crossed")):
        named = []
        for one in (held for held in ranking.held if held.reason is reason):
            shown = sum_text(t, one.result, ranking.request.other)
            is_shown = reason is OfferHold.CROSSED or is_off(one.result, ranking.official)
            named.append(provider_name(t, one) + (f" {shown}" if is_shown else ""))
        more = ["…"] if len(named) > MOST_HELD else []
        if named:
            lines.append(t(key, offers=", ".join([*named[:MOST_HELD], *more])))
    return lines


def provider_name(t: Translator, offer: RankedOffer | HeldOffer) -> str:
    """Return the name of a provider in the language, or as it was printed; of limited length."""
    return shorten(display_name(offer.provider, t.language), NAME_LENGTH)


def gap(t: Translator, ranking: OfferRanking, result: Decimal) -> str:
    """Return the difference of a result to that of the official rate, in per cent; nothing if there is none."""
    official = ranking.official
    if official is None or (share := percent(t, CONTEXT.divide(result - official, official))) == "=":
        return ""
    return f" {share}"


def _absent(t: Translator, ranking: OfferRanking, zone: ZoneInfo) -> str:
    """Return why there is no ranking: its table is too old, or has nothing for this way of payment."""
    if ranking.as_of is None:
        return t("banks.none_now")
    source = link(source_name(t, ranking.source), ranking.home)
    return t("banks.stale", time=moment(ranking.as_of, t, zone), source=source)


def _official(t: Translator, ranking: OfferRanking, decimals: int = 0) -> list[str]:
    """Return the line about the official result, with its source; where there is none, about the one that stands in."""
    if ranking.rate is None or ranking.at_rate is None:
        return []
    key = "banks.stand_in" if ranking.official is None else "banks.official"
    sources = ", ".join(dict.fromkeys(source_name(t, leg.source) for leg in ranking.rate.legs))
    return [t(key, result=sum_text(t, ranking.at_rate, ranking.request.other, decimals), source=sources)]


def _no_table(t: Translator, ranking: OfferRanking, now: dt.datetime, zone: ZoneInfo) -> View:
    """Show that no official table has the pair, and its official rate."""
    pair = ranking.request.pair
    lines = [t("banks.no_table", base=pair.base, quote=pair.quote)]
    if ranking.rate is not None:
        lines += [t("banks.official_rate", rate=statement(t, ranking.rate.rate)), *origin(t, ranking.rate, now, zone)]
    others = (
        Button(f"{one.base} → {one.quote}", data=actions.OFFERS_SHOW(_same(one, ranking.request), False))
        for one in PUBLISHED
    )
    return View("\n".join(lines), rows(others, 3))


def _same(table: Pair, request: OfferRequest) -> OfferRequest:
    """Return the request for another table, with the amount and the way of a request that gives the same money."""
    is_given = request.pair.base == table.base == request.code
    if not is_given:
        return request_of((table.base, table.quote))
    return request_of((table.base, table.quote), request.channel, request.amount)


def _buttons(t: Translator, request: OfferRequest) -> Rows:
    """Return the buttons: other ways of payment, the other direction, another amount."""
    ways = (replace(request, channel=way) for way in WAYS if way is not request.channel)
    each = (Button(way_name(t, one), data=actions.OFFERS_SHOW(one, False)) for one in ways)
    reverse = replace(request, pair=request.pair.inverted)
    label = f"⇄ {reverse.pair.base} → {reverse.pair.quote}"
    return (
        *rows(each, 2),
        (
            Button(label, data=actions.OFFERS_SHOW(reverse, False)),
            Button(t.plain("banks.button_amount"), data=actions.OFFERS_AMOUNT(request)),
        ),
    )


def _of_best(t: Translator, request: OfferRequest) -> tuple[Button, ...]:
    """Return the buttons for an alert on the best offer, and for its chart."""
    table = request.table or request.pair
    pair = Pair(table.base, table.quote, market_of(request.channel, request.side))
    return (
        Button(t.plain("rates.button_alert"), data=under_record(actions.ALERTS_PAIR(pair))),
        Button(t.plain("banks.button_chart"), data=under_record(OFFERS_CHART(pair, DEFAULT_RANGE))),
    )


def amount_question(t: Translator, request: OfferRequest) -> View:
    """Ask for another amount of the money that the amount is of."""
    return View(t("banks.amount", code=request.code))


def sent(t: Translator, ranking: OfferRanking, now: dt.datetime, zone: ZoneInfo, *, private: bool = True) -> View:
    """Show the best, the median and the worst result of a transfer, and what they do not include."""
    request = ranking.request
    if not ranking.offers or ranking.median is None:
        return answer(t, ranking, now, zone, private=private)
    best, worst = ranking.offers[0], ranking.offers[-1]
    results = (("best", best, best.result), ("median", None, ranking.median), ("worst", worst, worst.result))
    lines = [_title(t, request), t("banks.get_sent" if request.gets else "banks.pay_sent")]
    decimals = max(_decimals(result) for _, _, result in results)
    for key, offer, result in results:
        shown = sum_text(t, result, request.other, decimals)
        name = f" · {provider_name(t, offer)}{_older_day(t, ranking, offer, zone)}" if offer else ""
        lines.append(t(f"banks.{key}", result=shown, gap=gap(t, ranking, result), provider=name))
    lines += [*_official(t, ranking, decimals), published(t, ranking, zone), t("banks.no_fees")]
    label = t.plain("banks.button_all", count=len(ranking.offers))
    every = Button(label, data=actions.OFFERS_SHOW(request, False))
    return View("\n".join(lines), ((every,),))


def how_to_send(t: Translator) -> View:
    """Show how /send is used."""
    return View(t("banks.how_to_send"))


def best_line(t: Translator, ranking: OfferRanking | None, zone: ZoneInfo, *, named: bool = False) -> list[str]:
    """Return the line about the best published offer, beside an official result; nothing without a current one.

    `named`: the line has the amount and its currencies too.
    """
    if ranking is None or not ranking.offers:
        return []
    best = ranking.offers[0]
    key = f"banks.best_{ranking.request.channel}"
    result = sum_text(t, best.result, ranking.request.other)
    source = link(source_name(t, ranking.source), ranking.home)
    time = moment(best.as_of, t, zone)
    line = Html(t(key, result=result, provider=provider_name(t, best), time=time, source=source))
    return [_title(t, ranking.request), line] if named else [line]

"""Rates, conversions, past rates, charts."""

from __future__ import annotations

import datetime as dt
from dataclasses import replace
from decimal import Decimal

from bot.domain.amounts import ConvertError, ConvertRequest
from bot.domain.charts import RANGES, ChartSeries, since
from bot.domain.chats import Destination
from bot.domain.conversion import Conversion
from bot.domain.periods import HistoryError, Period
from bot.domain.rate_graph import PairRate, RateTableRow, ResolvedRate
from bot.domain.rate_series import Leg, RateHistory
from bot.domain.rates import Pair, Rate
from bot.views import boards, charts, convert, history, rate_card, rates
from tests.golden.policy_rates import CHANGING, NBK
from tests.golden.sample import sample
from tests.golden.values import ALMATY, COARSE, CROSS, HOUR, KZT, NOW, OWN_PAIR, RATES, TABLE, rate, resolved

DOLLAR = KZT.pair
SERIES = [
    rate("KZT", value, "nbk", days=days)
    for days, value in ((28, "506.8"), (19, "518.06"), (7, "511.15"), (0, "516.43"))
]
TICKER = [rate("USD", "0.00194", "ticker", base="KZT", days=1).inverted]
EARLIER = {
    "day": RATES["KZT"][1],
    "week": RATES["KZT"][2],
    "month": rate("KZT", "505", "nbk", days=30),
    "year": rate("KZT", "470.2", "nbk", days=365),
}
OTHERS = (resolved(rate("KZT", "516.4", "cbr")), resolved(rate("KZT", "519.9", "frankfurter")))
FOUND = tuple(row.resolved for row in TABLE[:5])
STALE = replace(resolved(rate("KZT", "516.43", "nbk", days=3)), silent=("nbk",))
ROUNDED = RateTableRow(resolved(rate("USD", "0.00194", "ticker", base="KZT").inverted), None, None)
RANGE = RateTableRow(resolved(COARSE), None, None)
LEGS = (Leg("cbr", Pair("USD", "RUB")), Leg("frankfurter", Pair("USD", "TJS")))
PAST = [replace(CROSS.rate, value=Decimal(value), valid_on=NOW.date() - dt.timedelta(days=n)) for n, value in ((3, "0.1139"), (0, "0.114101"))]  # fmt: skip


def asked(amount: str, base: str, *quotes: str) -> ConvertRequest:
    """A request for a conversion."""
    return ConvertRequest(Decimal(amount), base, quotes)


def pair_rate(found: ResolvedRate, **more: object) -> PairRate:
    """A rate of a pair, by default without a past and without other sources."""
    return PairRate(found, **({"earlier": {}, "others": ()} | more))  # type: ignore[arg-type]


def past(pair: Pair, found: list[Rate], *legs: Leg, before: Rate | None = None) -> RateHistory:
    """The past of a pair."""
    return RateHistory(pair, legs or (Leg("nbk", DOLLAR),), tuple(found), before)


def chart(span: str, official: list[Rate], ticker: list[Rate] = TICKER, *legs: Leg) -> ChartSeries:
    """The rates of a chart."""
    main = official or ticker
    return ChartSeries(main[0].pair, span, since(NOW, span), legs or (Leg("nbk", DOLLAR),), official, ticker, [])


SAMPLES = (
    sample(rates.rate_table, "none", [], NOW, ALMATY, per_dollar=True),
    sample(rates.rate_table, "per dollar", TABLE, NOW, ALMATY, per_dollar=True),
    sample(rates.rate_table, "per unit", TABLE, NOW, ALMATY, per_dollar=False),
    sample(rates.rate_table, "in a group", TABLE, NOW, ALMATY, per_dollar=True, private=False),
    sample(rates.rate_table, "the first rates", (*TABLE, *TABLE), NOW, ALMATY, per_dollar=True, private=False, whole=False),
    sample(rates.rate_table, "rounded rates", [ROUNDED, RANGE], NOW, ALMATY, per_dollar=True),
    sample(rates.unknown, "", "xyz", list(RATES)),
    sample(rates.unknown, "before the first poll", "xyz", []),
    sample(rates.no_rate, "", Pair("KZT", "JPY")),
    sample(boards.board, "the table", (), TABLE, ALMATY, per_dollar=True),
    sample(boards.board, "the table per unit", (), TABLE, ALMATY, per_dollar=False),
    sample(boards.board, "some pairs", (DOLLAR, CROSS.rate.pair), [TABLE[0], RateTableRow(CROSS, None, None), TABLE[4]], ALMATY, per_dollar=True),
    sample(boards.board, "a coarse rate, a stale bank", (DOLLAR,), [ROUNDED, RateTableRow(STALE, None, None)], ALMATY, per_dollar=True),
    sample(boards.pinned, "", is_pinned=True, private=False),
    sample(boards.pinned, "without the right to pin", is_pinned=False, private=False),
    sample(boards.pinned, "not pinned in a private chat", is_pinned=False, private=True),
    sample(boards.stopped),
    sample(boards.lost),
    sample(boards.lost, "of a channel", Destination(5, -100, title="Bazaar & <b>Co")),
    sample(rate_card.card, "", pair_rate(resolved(KZT), earlier=EARLIER, others=OTHERS), NOW, ALMATY),
    sample(rate_card.card, "with policy rates", pair_rate(resolved(KZT), policy=(NBK, CHANGING)), NOW, ALMATY),
    sample(rate_card.card, "of small money, by a path", pair_rate(CROSS), NOW, ALMATY),
    sample(rate_card.card, "another source while the bank has no rate", pair_rate(TABLE[3].resolved), NOW, ALMATY),
    sample(rate_card.card, "not updated", pair_rate(STALE), NOW, ALMATY),
    sample(rate_card.card, "fixed", pair_rate(TABLE[4].resolved), NOW, ALMATY),
    sample(rate_card.card, "rounded", pair_rate(ROUNDED.resolved), NOW, ALMATY),
    sample(rate_card.card, "very coarse", pair_rate(RANGE.resolved), NOW, ALMATY),
    sample(convert.answer, "one", Conversion(asked("1500", "USD", "KZT"), ("KZT",), FOUND[:1], (), True), NOW, ALMATY),
    sample(convert.answer, "several", Conversion(asked("100", "USD"), tuple(RATES), FOUND, ("JPY",), True), NOW, ALMATY),
    sample(convert.answer, "none", Conversion(asked("1500", "JPY", "KZT"), ("KZT",), (), ("KZT",), True), NOW, ALMATY),
    sample(convert.one, "small money, by a path", Decimal(10000), CROSS, NOW, ALMATY),
    sample(convert.one, "very coarse", Decimal(100), RANGE.resolved, NOW, ALMATY),
    sample(convert.several, "a day later", Conversion(asked("100", "USD"), ("KZT", "KGS"), FOUND[:2], (), True), NOW + 24 * HOUR, ALMATY),
    sample(convert.how),
    *(sample(convert.problem, key, ConvertError(f"convert.error.{key}", word)) for key, word in (("unknown", "qqq"), ("form", "usd"), ("number", "-5"), ("large", "1e30"), ("same", "usd"))),
    sample(history.page, "a month", past(DOLLAR, SERIES, before=RATES["KZT"][2]), Period(2026, 11), NOW.date()),
    sample(history.page, "a year", past(DOLLAR, SERIES[:1]), Period(2025, None), NOW.date()),
    sample(history.page, "small money, by a path", past(CROSS.rate.pair, PAST, *LEGS), Period(2026, 11), NOW.date()),
    sample(history.page, "empty", past(DOLLAR, []), Period(1996, 5), NOW.date()),
    sample(history.days, "one pair", [past(DOLLAR, SERIES, before=RATES["KZT"][2])], NOW.date()),
    sample(history.days, "the dollar", [past(DOLLAR, SERIES), past(CROSS.rate.pair, PAST, *LEGS), past(DOLLAR, [])], NOW.date()),
    sample(history.caption, "", DOLLAR, [resolved(one) for one in SERIES]),
    sample(history.how),
    sample(history.how, "own currencies", OWN_PAIR),
    sample(history.in_which, "", Period(2025, 12)),
    *(sample(history.problem, key, HistoryError(f"history.error.{key}", word)) for key, word in (("unknown", "qqq"), ("period", "someday"), ("future", "2031"), ("pair", "kzt"), ("none", "IRR"))),
    sample(history.fixed, "", RATES["TMT"][0]),
    *(sample(charts.caption, span, chart(span, SERIES)) for span in RANGES),
    sample(charts.caption, "an unknown length", chart("90d", SERIES), "5y"),
    sample(charts.caption, "the ticker alone", chart("90d", [], TICKER)),
    sample(charts.caption, "by a path", chart("90d", PAST, [], *LEGS)),
    sample(charts.caption, "fixed", chart("1y", [RATES["TMT"][0]], [], Leg("peg", RATES["TMT"][0].pair))),
    sample(charts.choose, "", list(RATES)),
    sample(charts.choose, "own currencies", list(RATES), OWN_PAIR),
    sample(charts.choose, "none", []),
    sample(charts.unknown, "", "qqq", list(RATES)),
    sample(charts.too_many),
    sample(charts.nothing, "", Pair("KZT", "JPY")),
)  # fmt: skip

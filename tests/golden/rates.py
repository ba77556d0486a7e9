"""Rates, conversions, past rates, charts."""

from __future__ import annotations

from decimal import Decimal

from bot.domain.amounts import ConvertError, ConvertRequest
from bot.domain.charts import RANGES, ChartSeries
from bot.domain.conversion import Conversion
from bot.domain.periods import HistoryError, Period
from bot.domain.rate_graph import ResolvedRate
from bot.views import charts, convert, history, rates
from tests.golden.sample import sample
from tests.golden.values import COARSE, CROSS, KZT, NOW, RATES, TABLE, rate

SERIES = [rate("KZT", value, "nbk", days=30 - n) for n, value in enumerate(("506.8", "518.06", "511.15", "516.43"))]
TICKER = [rate("USD", "0.00194", "ticker", base="KZT", days=1)]
EARLIER = {
    "week": RATES["KZT"][2],
    "month": rate("KZT", "505", "nbk", days=30),
    "year": rate("KZT", "470.2", "nbk", days=365),
}
OTHERS = [ResolvedRate(one, (one,)) for one in (rate("KZT", "516.4", "cbr"), rate("KZT", "519.9", "frankfurter"))]
TENGE = ConvertRequest(Decimal(1500), "USD", ("KZT",))
FOUND = tuple(row.resolved for row in TABLE[:5])


def series(span: str, official: list, ticker: list = TICKER) -> ChartSeries:  # type: ignore[type-arg]
    """The rates of a chart."""
    return ChartSeries("KZT", span, "nbk", official, ticker, [])


SAMPLES = (
    sample(rates.rate_table, "none", [], NOW, per_dollar=True),
    sample(rates.rate_table, "per dollar", TABLE, NOW, per_dollar=True),
    sample(rates.rate_table, "per unit", TABLE, NOW, per_dollar=False),
    sample(rates.one, "", ResolvedRate(KZT, (KZT,)), RATES["KZT"][1], EARLIER, OTHERS, NOW),
    sample(rates.one, "another source while the bank is stale", TABLE[3].resolved, None, {}, [], NOW),
    sample(rates.one, "very coarse", ResolvedRate(COARSE, (COARSE,)), None, {}, [], NOW),
    sample(rates.unknown, "near", "kzr", "KZT", list(RATES)),
    sample(rates.unknown, "", "xyz", None, list(RATES)),
    sample(convert.answer, "one", Conversion(TENGE, ("KZT",), FOUND[:1], (), True), NOW),
    sample(convert.answer, "several", Conversion(ConvertRequest(Decimal(100), "USD"), tuple(RATES), FOUND, ("RUB",), True), NOW),
    sample(convert.answer, "none", Conversion(TENGE, ("KZT",), (), ("KZT",), True), NOW),
    sample(convert.one, "a cross rate", Decimal(10000), CROSS, NOW),
    sample(convert.several, "", Conversion(ConvertRequest(Decimal(100), "USD"), tuple(RATES), FOUND, (), True), NOW),
    sample(convert.how, ""),
    sample(convert.problem, "near", ConvertError("convert.error.unknown", "kzr")),
    sample(convert.problem, "", ConvertError("convert.error.number", "-5")),
    sample(history.page, "a month", "KZT", Period(2026, 11), SERIES, RATES["KZT"][2], NOW.date()),
    sample(history.page, "a year", "KZT", Period(2026, None), SERIES, None, NOW.date()),
    sample(history.page, "empty", "KZT", Period(1996, 5), [], None, NOW.date()),
    sample(history.caption, "", "KZT", SERIES),
    sample(history.how, ""),
    sample(history.problem, "near", HistoryError("history.error.unknown", "kzr")),
    sample(history.problem, "", HistoryError("history.error.period", "someday")),
    sample(history.fixed, "", "TMT", RATES["TMT"][0]),
    *(sample(charts.caption, span, series(span, SERIES), "light") for span in RANGES),
    sample(charts.caption, "dark, the ticker alone", series("90d", [], [one.inverted for one in TICKER]), "dark"),
    sample(charts.choose, "", list(RATES)),
    sample(charts.choose, "none", []),
)  # fmt: skip

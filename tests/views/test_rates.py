import datetime as dt
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.domain.rate_graph import RateTableRow, ResolvedRate
from bot.domain.rates import Pair, Rate
from bot.i18n import LANGUAGES, Translator
from bot.views.rate_text import percent
from bot.views.rates import TABLE_WIDTH, table

NOW = dt.datetime(2026, 4, 2, 9, tzinfo=dt.UTC)


def rate(value: Decimal) -> Rate:
    return Rate(Pair("USD", "UZS"), value, Decimal("0.005"), "cbu", NOW, NOW, NOW.date())


@pytest.mark.parametrize(
    ("share", "words"),
    [("0", "="), ("0.00004", "="), ("0.0002", "▲0.02%"), ("-0.004", "▼0.4%"), ("0.9994", "▲99.9%"), ("1.504", "▲150%")],
)
def test_a_change_has_the_digits_that_show_it(share: str, words: str) -> None:
    assert percent(Translator("en"), Decimal(share)) == words


@given(
    st.decimals("11000", "13500", places=2),
    st.decimals("0.2", "4", places=4),
    st.sampled_from(list(LANGUAGES)),
    st.booleans(),
)
def test_no_row_of_the_table_is_wider_than_a_phone_nor_cut(
    value: Decimal, factor: Decimal, language: str, per_dollar: bool
) -> None:
    now, before = rate(value), rate((value * factor).quantize(Decimal("0.01")))
    line = RateTableRow(ResolvedRate(now, (now,), ("cbu",)), before, before)
    drawn = table(Translator(language), [line], per_dollar=per_dollar).removeprefix("<pre>").removesuffix("</pre>")
    rows = drawn.split("\n")
    assert max(map(len, rows)) <= TABLE_WIDTH
    assert rows[1].endswith(("%", "="))

import datetime as dt
from decimal import Decimal
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.domain.amounts import LARGEST_AMOUNT
from bot.domain.rate_graph import ResolvedRate
from bot.domain.rates import Pair, Rate
from bot.i18n import LANGUAGES, Translator
from bot.views.convert import one, result

NOW = dt.datetime(2025, 12, 8, 6, tzinfo=dt.UTC)


def rate(value: str | Decimal, tick: str | Decimal) -> Rate:
    return Rate(Pair("USD", "KZT"), Decimal(value), Decimal(tick), "nbk", NOW, NOW, NOW.date())


def plain(amount: str, of: Rate) -> list[str]:
    return [format(end, "f") for end in result(Decimal(amount), of)]


def test_no_digit_is_shown_that_the_banks_rate_does_not_carry() -> None:
    assert plain("1500", rate("478.77", "0.005")) == ["718155"]
    assert plain("1", rate("478.77", "0.005")) == ["478.77"]
    assert plain("0.1", rate("87.4500", "0.00005")) == ["8.75"]  # money has cents
    assert plain("7", rate("0.0393", "0.00005")) == ["0.275"]
    assert plain("1", rate("0.0020887", "0.00000002")) == ["0.00209"]
    assert plain("100", rate("3.5", "0")) == ["350"]


def test_a_rate_coarser_than_two_percent_gives_its_two_ends() -> None:
    assert plain("100", rate("0.00008", "0.000005").inverted) == ["1176471", "1333333"]


# As many digits as can be typed, with the point in any place.
amounts = st.builds(
    lambda digits, places: Decimal(digits).scaleb(-places), st.integers(1, 10**23 - 1), st.integers(0, 22)
).filter(lambda amount: amount <= LARGEST_AMOUNT)
values = st.decimals("0.00001", "50000", places=5)


@given(amounts, values, st.sampled_from(["0", "0.000005", "0.00005", "0.005"]), st.booleans())
def test_a_shown_amount_is_within_the_rates_own_uncertainty_or_a_cent(
    amount: Decimal, value: Decimal, tick: str, turned: bool
) -> None:
    of = rate(value, min(Decimal(tick), value / 3))
    of = of.inverted if turned else of
    shown = result(amount, of)
    exact = amount * of.value
    spare = max(amount * of.tick * 2, exact / 100, Decimal("1e-26"))
    if exact >= 1:
        spare = max(amount * of.tick * 2, exact * Decimal("1e-5"), Decimal("0.005"))
    assert all(abs(end - exact) <= spare for end in shown)
    assert len(shown) == 1 or shown[0] <= exact <= shown[1]


@given(amounts, values, st.sampled_from(sorted(LANGUAGES)))
def test_every_amount_fits_its_buttons(amount: Decimal, value: Decimal, language: str) -> None:
    resolved = ResolvedRate(rate(value, "0.000005"), (rate(value, "0.000005"),))
    view = one(Translator(language), amount, resolved, NOW, ZoneInfo("UTC"))
    for row in view.buttons:
        for button in row:
            assert len(button.label) <= {1: 36, 2: 20, 3: 12}[len(row)]
            assert button.data is None or len(button.data.encode()) <= 64
            assert button.copy is None or 1 <= len(button.copy) <= 256


@pytest.mark.parametrize(
    ("language", "copied", "label"), [("en", "1141.23", "1,141.23"), ("ru", "1141,23", "1\xa0141,23")]
)
def test_the_shown_number_is_copied_with_the_decimal_sign_of_the_language(
    language: str, copied: str, label: str
) -> None:
    of = rate("0.114123", "0.0000005")
    view = one(Translator(language), Decimal(10_000), ResolvedRate(of, (of,)), NOW, ZoneInfo("UTC"))
    [copy] = [button for row in view.buttons for button in row if button.copy]
    assert copy.copy == copied
    assert label in copy.label
    assert label in view.text


def test_millions_of_a_coarse_rate_are_read_as_a_short_range() -> None:
    of = rate("0.00008", "0.000005").inverted
    for language, shown in (("en", "1.18–1.33 mln"), ("ru", "1,18–1,33 млн")):
        view = one(Translator(language), Decimal(100), ResolvedRate(of, (of,)), NOW, ZoneInfo("UTC"))
        assert f"≈ <b>{shown} " in view.text
        assert not [button for row in view.buttons for button in row if button.copy]

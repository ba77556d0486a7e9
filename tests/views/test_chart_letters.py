"""The font of the charts has every letter and sign that a chart can show, in every language."""

from __future__ import annotations

import datetime as dt
from dataclasses import replace
from decimal import Decimal

import pytest
from matplotlib.font_manager import FontProperties, findfont, get_font

from bot.domain.charts import ChartSeries
from bot.domain.currencies import CURRENCIES
from bot.domain.rate_series import Leg
from bot.domain.rates import Pair, Rate
from bot.i18n import LANGUAGES, Translator, dates, read_catalog
from bot.views.chart import FONT
from bot.views.charts import picture
from tests.golden.dates import NOON, lines
from tests.i18n.checks import ALPHABETS

# Own signs of currencies, with those that charts name by their code, and what stands between numbers.
SIGNS = "₸₽$€¥₺£₩₹₴₮₨%≈=▲▼→·–…, \u00a0"


def missing(text: str, weight: str) -> set[str]:
    """The characters of a text for which the font has no picture."""
    path = findfont(FontProperties(family=FONT, weight=weight), fallback_to_default=False)
    font = get_font(path)
    return {one for one in text if not font.get_char_index(ord(one))}


@pytest.mark.parametrize("weight", ["normal", "bold"])
@pytest.mark.parametrize("language", LANGUAGES)
def test_every_letter_of_a_language_can_be_drawn(language: str, weight: str) -> None:
    texts = [str(one.string) for one in read_catalog(language) if str(one.id).startswith("charts.")]
    texts += [ALPHABETS[language], ALPHABETS[language].upper(), dates.number(1234567.8, 1, language), *lines(language)]
    shown = {one for one in "".join(texts) if one.isprintable() and one not in "📈🔔✓"}
    assert not {one for one in missing("".join(shown), weight) if one.isalnum() or one in SIGNS}


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("code", CURRENCIES)
def test_a_chart_of_every_currency_can_be_drawn(language: str, code: str) -> None:
    one = Pair("USD" if code != "USD" else "EUR", code)
    for pair in (one, one.inverted):
        rate = Rate(pair, Decimal("1.25"), Decimal("0.005"), "nbk", NOON, NOON, NOON.date())
        earlier = replace(rate, value=Decimal("1.5"), valid_on=NOON.date() - dt.timedelta(days=400))
        series = ChartSeries(pair, "1y", earlier.valid_on, (Leg("nbk", pair),), [earlier, rate], [], [])
        drawn = picture(Translator(language), series, "light")
        texts = (drawn.title, drawn.last, drawn.subtitle, drawn.own_level, drawn.own_levels)
        assert not missing("".join(texts), "normal") | missing("".join(texts), "bold")


@pytest.mark.parametrize("weight", ["normal", "bold"])
def test_every_sign_of_a_currency_can_be_drawn(weight: str) -> None:
    assert not missing(SIGNS, weight)

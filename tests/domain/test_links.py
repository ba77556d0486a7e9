import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.domain.currencies import CURRENCIES
from bot.domain.links import FOLLOW, MAX_PARAMETER, alert_pair, query_in, to_alert, to_follow
from bot.domain.rates import Pair


@given(st.text(min_size=1))
def test_a_link_says_its_query_again_or_asks_for_topics(query: str) -> None:
    query = query.encode("utf-8", "ignore").decode()
    parameter = to_follow(query)
    assert re.fullmatch(r"[A-Za-z0-9_-]{1,64}", parameter)
    name, _, rest = parameter.partition("_")
    assert name == FOLLOW
    assert query_in(rest) == (query or None) if parameter != FOLLOW else len(query.encode()) > 45 or not query


def test_the_longest_query_fits_exactly() -> None:
    assert len(to_follow("x" * 45)) == MAX_PARAMETER
    assert to_follow("x" * 46) == FOLLOW


@pytest.mark.parametrize("forged", ["", "_", "%%%", "AAAAA", "gICA", "й", "_" * 60])
def test_what_was_never_a_link_says_nothing(forged: str) -> None:
    assert query_in(forged) is None


pairs = st.lists(st.sampled_from(CURRENCIES), min_size=2, max_size=2, unique=True).map(lambda two: Pair(*two))


@given(pairs)
def test_an_alert_names_its_pair(pair: Pair) -> None:
    name, _, rest = to_alert(pair).partition("_")
    assert name == "alert"
    assert alert_pair(rest) == pair


def test_an_alert_on_a_dollar_names_the_other_currency() -> None:
    assert to_alert(Pair("USD", "KZT")) == "alert_KZT"
    assert to_alert(Pair("RUB", "TJS")) == "alert_RUB_TJS"


@pytest.mark.parametrize("forged", ["", "_", "XYZ", "USD", "USD_USD", "RUB_", "_KZT_", "RUB_TJS_UZS", "kzt", "KZT_kzt"])
def test_a_forged_alert_names_no_pair(forged: str) -> None:
    assert alert_pair(forged) is None

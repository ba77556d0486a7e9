import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.domain.links import FOLLOW, MAX_PARAMETER, query_in, to_alert, to_follow


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


def test_an_alert_names_its_currency() -> None:
    assert to_alert("KZT") == "alert_KZT"

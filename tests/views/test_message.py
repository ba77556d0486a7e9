"""The texts of messages and buttons."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.views.message import shorten


@pytest.mark.parametrize(
    ("text", "length", "short"),
    [
        ("water", 5, "water"),
        ("water and air", 6, "water…"),
        ("water and air", 8, "water…"),
        ("water, air, fire", 7, "water…"),
        ('"Middle Corridor" -tender', 18, '"Middle Corridor"…'),
        ("environment", 6, "envir…"),
    ],
)
def test_a_text_is_cut_at_a_words_end_and_loses_no_word_that_fits(text: str, length: int, short: str) -> None:
    assert shorten(text, length) == short


@given(st.text(), st.integers(1, 50))
def test_a_shortened_text_has_at_most_its_length(text: str, length: int) -> None:
    assert len(shorten(text, length)) <= max(length, 1)

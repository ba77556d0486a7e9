"""Words that a person excludes from a curated topic."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.domain.topics import (
    Found,
    QueryError,
    base_of,
    excluded_words,
    is_strict,
    may_exclude,
    parse,
    with_width,
    without,
)
from bot.domain.topics.curated import THEMES, query_of

WORDS = st.sampled_from(["metro", "air taxi", "метро", "soʻm"])


@given(st.sampled_from(sorted(THEMES)), st.lists(WORDS, unique=True, max_size=3))
def test_exclusions_add_up_and_the_topic_stays_known(slug: str, words: list[str]) -> None:
    query = parse(query_of(slug))
    for one in words:
        query = without(query, one)
    assert base_of(str(query)) == slug
    assert len(excluded_words(query)) == len(words)
    assert parse(str(query)) == query
    assert all(without(query, one) == query for one in words)  # once more changes nothing


def test_words_are_excluded_from_every_alternative() -> None:
    assert str(without(parse("gold OR topic:energy"), "air taxi")) == 'gold -"air taxi" OR topic:energy -"air taxi"'


@pytest.mark.parametrize("text", ["gold", "gold topic:energy", "topic:energy OR topic:water", "country:kz", "a:b", ""])
def test_other_queries_have_no_curated_base(text: str) -> None:
    assert base_of(text) is None


@given(st.sampled_from(sorted(THEMES)), st.lists(WORDS, unique=True, max_size=3))
def test_the_width_changes_back_and_forth_with_the_same_exclusions(slug: str, words: list[str]) -> None:
    wide = parse(query_of(slug))
    for one in words:
        wide = without(wide, one)
    strict = with_width(wide, strict=True)
    assert (is_strict(wide), is_strict(strict)) == (False, True)
    assert (base_of(str(strict)), excluded_words(strict)) == (slug, excluded_words(wide))
    assert parse(str(strict)) == strict
    assert with_width(strict, strict=True) == strict
    assert with_width(strict, strict=False) == wide


def test_an_excluded_topic_keeps_its_width() -> None:
    strict = with_width(parse("topic:transport -topic:sport"), strict=True)
    assert str(strict) == "strict:transport -topic:sport"


@pytest.mark.parametrize(
    "text", ["gold", "gold strict:energy", "strict:energy OR strict:water", "topic:energy", "country:kz"]
)
def test_other_queries_are_not_strict(text: str) -> None:
    assert not is_strict(parse(text))


@pytest.mark.parametrize(
    ("query", "words", "place", "may"),
    [
        ("metro", "metro", "title", False),
        ("title:metro", "metro", "title", False),
        ("topic:transport", "metro", "title", True),
        ("strict:transport", "air taxi", "lead", True),
        ("country:kz", "astana", "text", True),
        ("topic:transport", "trade … rail", "title", False),  # no phrase
        ("topic:transport", "railways", "tag", False),  # perhaps in no text
        ("topic:kazakhstan", "timesca.com", "home", False),
    ],
)
def test_words_that_show_a_topic_in_the_text_may_be_excluded(query: str, words: str, place: str, may: bool) -> None:
    [[term]] = parse(query).alternatives
    assert may_exclude(Found(term, words, place)) is may


def test_a_query_with_too_many_exclusions_is_refused() -> None:
    query = parse(query_of("transport"))
    with pytest.raises(QueryError) as error:
        for number in range(30):
            query = without(query, f"word{number}")
    assert error.value.key in ("topics.error.long", "topics.error.terms")

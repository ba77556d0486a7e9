"""Words that a person excludes from a curated topic."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.domain.topics import QueryError, base_of, excluded_words, may_exclude, parse, without
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


def test_ones_own_words_may_not_be_excluded() -> None:
    query = parse("metro OR topic:transport tram")
    own, [theirs] = [term for terms in query.alternatives for term in terms], parse("railway").alternatives[0]
    assert not any(may_exclude(query, term) for term in own)
    assert may_exclude(query, theirs)


def test_a_query_with_too_many_exclusions_is_refused() -> None:
    query = parse(query_of("transport"))
    with pytest.raises(QueryError) as error:
        for number in range(30):
            query = without(query, f"word{number}")
    assert error.value.key in ("topics.error.long", "topics.error.terms")

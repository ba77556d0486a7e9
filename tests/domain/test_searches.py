import datetime as dt

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.domain.searches import Search, SearchError, read
from bot.domain.topics import parse

D = dt.date


@pytest.mark.parametrize(
    ("typed", "words", "since", "until", "source"),
    [
        ("uranium", "uranium", None, None, None),
        ("uranium since:2025", "uranium", D(2025, 1, 1), None, None),
        ("until:2024-02 uranium", "uranium", None, D(2024, 2, 29), None),
        ("uranium Since:2025-12-08 UNTIL:2025-12-8", "uranium", D(2025, 12, 8), D(2025, 12, 8), None),
        ("уран с:2025-12 по:2026 источник:timesca", "уран", D(2025, 12, 1), D(2026, 12, 31), "timesca"),
        ("uranium source:https://www.TimesCA.com/", "uranium", None, None, "timesca.com"),
        ("uranium source:a-very-long-name-of-a-site.example", "uranium", None, None, "a-very-long-name-o"),
        ("уран бастап:2025 соңы:2026 дереккөз:timesca", "уран", D(2025, 1, 1), D(2026, 12, 31), "timesca"),
        ("uran dan:2025-12 gacha:2026 manba:kun.uz", "uran", D(2025, 12, 1), D(2026, 12, 31), "kun.uz"),
        ("уран аз:2025 то:2025-12-08", "уран", D(2025, 1, 1), D(2025, 12, 8), None),
        ("uran başy:2025 çeşme:x", "uran", D(2025, 1, 1), None, "x"),
        ("уран то: вода", "уран то вода", None, None, None),
        ('"middle corridor" -tender OR rail*', '"middle corridor" -tender OR rail*', None, None, None),
        ("title:gold https://since:80", '"title gold" "https since 80"', None, None, None),
    ],
)
def test_words_and_filters_are_read(
    typed: str, words: str, since: D | None, until: D | None, source: str | None
) -> None:
    assert read(typed) == Search(parse(words), since, until, source)


@pytest.mark.parametrize(
    ("typed", "key", "at"),
    [
        ("gold since:yesterday", "search.error.date", "yesterday"),
        ("gold since:", "search.error.date", ""),
        ("gold since:2025-13", "search.error.date", "2025-13"),
        ("gold until:2025-02-30", "search.error.date", "2025-02-30"),
        ("gold until:0000", "search.error.date", "0000"),
        ("gold since:٢٠٢٥", "search.error.date", "٢٠٢٥"),
        ("gold since:2025 until:2024-12", "search.error.order", ""),
        ("gold source:", "search.error.source", ""),
        ("gold source:%", "search.error.source", "%"),
        ("since:2025", "search.error.empty", ""),
        ("🚆 «»", "search.error.empty", ""),
        ("-gold", "topics.error.exclusions", "-gold"),
    ],
)
def test_what_means_nothing_is_explained(typed: str, key: str, at: str) -> None:
    with pytest.raises(SearchError) as raised:
        read(typed)
    assert (raised.value.key, raised.value.at) == (key, at)


@pytest.mark.parametrize(
    ("typed", "words"),
    [
        ('gold "mine', '"gold" "mine"'),
        ("or gold", '"or" "gold"'),
        ("go*", '"go"'),
        ("a-b-c-d-e-f-g", '"a" "b" "c" "d" "e" "f" "g"'),
    ],
)
def test_words_that_are_no_query_are_searched_one_by_one(typed: str, words: str) -> None:
    assert read(typed).query == parse(words)


def test_of_a_page_of_text_the_beginning_is_searched() -> None:
    query = read("gold mine " + "x" * 150 + " " + "word " * 800).query
    assert query == parse("gold mine word")


@given(st.text(max_size=300) | st.text(alphabet='ab "*-:|ORorsince2025', max_size=300))
def test_any_text_is_a_search_or_explained(text: str) -> None:
    try:
        search = read(text)
    except SearchError:
        return
    assert parse(str(search.query)) == search.query

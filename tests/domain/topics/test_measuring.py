"""Precision, recall, errors and suggestions, on a handful of articles and small lists."""

from __future__ import annotations

from collections.abc import Collection

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.domain.topics.classify import Classifier
from bot.domain.topics.curated import COUNTRIES, THEMES, TOPICS
from bot.domain.topics.labels import LabelError, labelled
from bot.domain.topics.measuring import Fault, Labelled, Score, Suggestion, WrongWord, measure, suggest, wrong_words
from storage.stems import stem
from tests.small_lists import classifier


@pytest.fixture(scope="module")
def lists(tmp_path_factory: pytest.TempPathFactory) -> Classifier:
    listed = {
        "kazakhstan.anywhere": "kazakh*",
        "energy.anywhere": "gas",
        "energy.sure": "oil",
        "energy.tags": "power",
        "water.sure": "dam",
        "home.tajikistan": ".tj",
    }
    return classifier(tmp_path_factory.mktemp("lists"), listed)


def article(
    title: str, must: str = "", may: str = "", *, lead: str = "", tags: Collection[str] = (), hidden: str = ""
) -> Labelled:
    topics = [frozenset(text.split()) for text in (must, may, hidden)]
    return Labelled(title, lead=lead, tags=tuple(tags), must=topics[0], may=topics[1], not_in_title=topics[2])


def test_matches_are_right_or_wrong_and_musts_are_found_or_missed(lists: Classifier) -> None:
    articles = [
        article("Kazakh gas", "kazakhstan energy"),
        article("Gas mask found", "kazakhstan"),
        article("Oil", "energy economy"),
        article("Rain", ""),
    ]
    score = measure(articles, lists)
    assert (score.right, score.wrong, score.missed) == (
        {"kazakhstan": 1, "energy": 2},
        {"energy": 1},
        {"kazakhstan": 1, "economy": 1},
    )
    assert (score.precision(), score.recall(), score.musts()) == (3 / 4, 3 / 5, 5)
    assert (score.precision(COUNTRIES), score.recall(COUNTRIES), score.musts(COUNTRIES)) == (1, 1 / 2, 2)
    assert (score.precision(THEMES), score.recall(THEMES), score.musts(THEMES)) == (2 / 3, 2 / 3, 3)
    assert (score.precision(("energy",)), score.recall(("energy",))) == (2 / 3, 1)


def test_nothing_to_match_is_no_error() -> None:
    score = Score()
    assert (score.precision(), score.recall(), score.musts()) == (1, 1, 0)
    assert score.precision(("sport",)) == 1


def test_topics_that_an_article_may_match_count_neither_way(lists: Classifier) -> None:
    score = measure([article("Gas", may="energy"), article("Rain", may="energy")], lists)
    assert (score.right.total(), score.wrong.total(), score.missed.total(), score.faults) == (0, 0, 0, [])


def test_musts_that_the_title_does_not_show_count_where_there_is_a_lead(lists: Classifier) -> None:
    without = measure([article("Rain", "energy water", hidden="energy")], lists)
    assert (without.missed, without.right) == ({"water": 1}, {})
    with_lead = measure([article("Rain", "energy water", hidden="energy", lead="Wind")], lists)
    assert with_lead.missed == {"water": 1, "energy": 1}
    # One that matches without a lead, by a tag, is neither right nor wrong.
    by_tag = measure([article("Rain", "energy", hidden="energy", tags=["power"])], lists)
    assert (by_tag.right.total(), by_tag.wrong.total()) == (0, 0)


def test_errors_name_the_article_and_the_words_in_the_order_of_topics(lists: Classifier) -> None:
    articles = [
        article("Gas and oil", "sport", tags=["power"]),
        article("Rain", "kazakhstan energy"),
        Labelled("Snow", site="pressa.tj"),
    ]
    assert measure(articles, lists).faults == [
        Fault("kazakhstan", False, "Rain", ""),
        Fault("tajikistan", True, "Snow", "pressa.tj (home)"),
        Fault("energy", False, "Rain", ""),
        Fault("energy", True, "Gas and oil", "gas (title), oil (title), power (tag)"),
        Fault("sport", False, "Gas and oil", ""),
    ]


SLUGS = st.frozensets(st.sampled_from(("kazakhstan", "energy", "water", "sport")))
ARTICLES = st.lists(
    st.builds(
        lambda title, lead, must, may, hidden: Labelled(
            " ".join(title), " ".join(lead), must=must, may=may - must, not_in_title=hidden & must
        ),
        st.lists(st.sampled_from(("kazakhs", "gas", "oil", "dam", "rain")), max_size=4),
        st.lists(st.sampled_from(("kazakhs", "gas", "rain")), max_size=2),
        SLUGS,
        SLUGS,
        SLUGS,
    ),
    max_size=8,
)


@given(ARTICLES)
def test_counts_agree_with_the_errors_and_with_each_other(lists: Classifier, articles: list[Labelled]) -> None:
    score = measure(articles, lists)
    assert score.wrong.total() == sum(fault.wrongly for fault in score.faults)
    assert score.missed.total() == sum(not fault.wrongly for fault in score.faults)
    assert score.musts() == sum(len(one.must if one.lead else one.must - one.not_in_title) for one in articles)
    assert all(0 <= share(which) <= 1 for share in (score.precision, score.recall) for which in (TOPICS, THEMES))
    found = wrong_words(articles, lists)
    assert all(one.wrong > 0 for one in found)
    assert {one.topic for one in found} == {topic for topic, count in score.wrong.items() if count}


def test_a_word_of_missed_titles_is_suggested_by_how_often_it_is_right(lists: Classifier) -> None:
    articles = [
        *(article(f"Goalkeepers {word}", "sport") for word in ("leave", "return", "stay", "wait")),
        article("Goalkeeper of a temple", "culture"),
        article("Coach A", "sport"),
        article("Coach B", "sport"),
        article("Coach C", ""),
        article("Coach D", may="sport"),
    ]
    assert suggest(articles, lists, stem) == [
        Suggestion("sport", "goalkeepers", missed=4, right=4, titles=5),
        Suggestion("sport", "coach", missed=2, right=2, titles=3),
    ]
    assert [one.kind for one in suggest(articles, lists, stem)] == ["sure", "hint"]


def test_words_are_not_suggested_that_are_rare_common_listed_or_mostly_wrong(lists: Classifier) -> None:
    articles = [
        article("Goalkeeper seen once", "sport"),
        article("After the year", "politics"),
        article("After the year", "politics"),
        article("Gas supply", "energy"),  # found already
        article("Gas supply", "energy"),
        article("Steppe wins", "sport"),
        article("Steppe burns", ""),
        article("Valley of tulips", "kazakhstan"),  # countries have names, not words
        article("Valley of tulips", "kazakhstan"),
        article("Quiet brook", "environment", hidden="environment"),  # only the lead shows it
        article("Quiet brook", "environment", hidden="environment"),
    ]
    assert suggest(articles, lists, stem) == []


def test_listed_words_that_match_wrongly_are_named_the_most_harmful_first(lists: Classifier) -> None:
    articles = [
        article("Gas mask", ""),
        article("Gas price", "energy"),
        article("Gas station", may="energy"),
        article("Dam of a beaver", ""),
        article("Dam breaks", "water"),
        article("Dam on a film set", "culture"),
        article("Oil", "energy"),
    ]
    assert wrong_words(articles, lists) == [WrongWord("water", "dam", 2, 1), WrongWord("energy", "gas", 1, 1)]


def test_a_line_is_an_article_with_its_labels() -> None:
    line = (
        '{"title": "Rain", "lead": "It rains.", "text": "Still.", "lang": "en", "site": "kun.uz", "category": "news",'
        ' "categories": ["weather"], "must": {"countries": ["uzbekistan"], "themes": ["water"]},'
        ' "may": {"themes": ["environment"]}, "not_in_title": ["water"], "seen": "page"}'
    )
    assert labelled(line.encode()) == Labelled(
        "Rain",
        "It rains.",
        "Still.",
        "en",
        "kun.uz",
        ("weather", "news"),
        frozenset({"uzbekistan", "water"}),
        frozenset({"environment"}),
        frozenset({"water"}),
    )
    assert labelled(b'\xef\xbb\xbf{"title": ""}\r\n') == Labelled("")
    assert labelled(b'{"title": "a\\ud83d\\ude42b\\ud800\\u0000", "lead": null}') == Labelled("a🙂b\ufffd")


@pytest.mark.parametrize(
    ("line", "error"),
    [
        (b"rain", "this is no JSON"),
        (b"", "this is no JSON"),
        (b'{"title": "Rain"', "this is no JSON"),
        (b'{"title": ' + b"1" * 5000 + b"}", "this is no JSON"),
        (b"[" * 100_000, "this is no JSON"),
        ("{'title': 'Дождь'}".encode("cp1251"), "expected UTF-8 text"),
        (b"[]", "expected a JSON object with a title"),
        (b'"Rain"', "expected a JSON object with a title"),
        (b"null", "expected a JSON object with a title"),
        (b'{"headline": "Rain"}', "expected a JSON object with a title"),
        (b'{"title": 5}', "title: expected text"),
        (b'{"title": ["Rain"]}', "title: expected text"),
        (b'{"title": "Rain", "lead": {}}', "lead: expected text"),
        (b'{"title": "Rain", "site": 1}', "site: expected text"),
        (b'{"title": "Rain", "categories": "news"}', "categories: expected a list of texts"),
        (b'{"title": "Rain", "categories": [null]}', "categories: expected a list of texts"),
        (b'{"title": "Rain", "must": ["water"]}', 'must: expected {"countries": […], "themes": […]}'),
        (b'{"title": "Rain", "may": "water"}', 'may: expected {"countries": […], "themes": […]}'),
        (b'{"title": "Rain", "must": {"themes": "water"}}', "themes: expected a list of texts"),
        (b'{"title": "Rain", "must": {"themes": ["gossip"]}}', "must: 'gossip' is none of kazakhstan, "),
        (b'{"title": "Rain", "may": {"countries": ["india"]}}', "may: 'india' is none of kazakhstan, "),
        (b'{"title": "Rain", "not_in_title": "water"}', "not_in_title: expected a list of texts"),
        (b'{"title": "Rain", "not_in_title": ["gossip"]}', "not_in_title: 'gossip' is none of kazakhstan, "),
    ],
    ids=range(23),
)  # fmt: skip
def test_a_line_that_is_no_article_is_refused(line: bytes, error: str) -> None:
    with pytest.raises(LabelError) as caught:
        labelled(line)
    found = str(caught.value)
    assert found.startswith(error) if error.endswith(" ") else found == error


@given(
    st.binary(max_size=300)
    | st.recursive(st.none() | st.text(max_size=9), st.lists).map(lambda one: repr(one).encode("utf-8", "replace"))
)
def test_any_line_is_read_or_refused(line: bytes) -> None:
    try:
        assert isinstance(labelled(line), Labelled)
    except LabelError as error:
        assert "\n" not in str(error)  # noqa: PT017

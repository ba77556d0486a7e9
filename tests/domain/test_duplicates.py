import datetime as dt
from collections.abc import Sequence
from dataclasses import replace
from itertools import combinations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bench.duplicates import NOON, measure, pairs, reports
from bot.domain.duplicates import MIN_SHARED, SAME_SOURCE_WINDOW, WINDOW, Report, report, same_event
from bot.domain.topics.matched import Reason, TopicMatch
from bot.ingest.duplicates import FUZZY
from storage.stems import stem, stem_of

HOUR = dt.timedelta(hours=1)
TITLE, LEAD = "Rosatom to build a nuclear plant at Ulken", "Russia's Rosatom will build a plant at Ulken in Kazakhstan."


def report_of(
    title: str = TITLE,
    text: str = LEAD,
    source: str = "one",
    after: dt.timedelta = dt.timedelta(),
    named: Sequence[tuple[str, str]] = (),
) -> Report:
    topics = [TopicMatch(topic, 2, (Reason("words", place),)) for topic, place in named]
    return report(source, NOON + after, title, text, stem, topics)


def joined(one: Report, other: Report) -> bool:
    found = same_event(one, other, FUZZY)
    assert found == same_event(other, one, FUZZY)
    return found


@pytest.mark.parametrize("kept", [False, True], ids=["written by", "kept aside"])
def test_no_two_events_are_joined_and_most_reports_of_one_are(kept: bool) -> None:
    score = measure(kept)
    print(f"precision {score.precision:.2f}, recall {score.recall:.2f}", *score.faults, sep="\n")
    assert score.precision == 1
    assert score.recall >= 0.8


def test_the_labels_are_enough() -> None:
    every = pairs(False) + pairs(True)
    assert sum(pair["same"] for pair in every) >= 30
    assert sum(not pair["same"] for pair in every) >= 40
    assert 3 * len(pairs(True)) >= len(every)


def test_articles_of_different_pairs_are_never_joined() -> None:
    every = [reports(pair) for pair in pairs(False) + pairs(True) if pair["same"]]
    for (one, _), others in combinations(every, 2):
        for other in others:
            assert not same_event(one, replace(other, source="other"), FUZZY), (one.title, other.title)


@pytest.mark.parametrize(
    ("source", "window"), [("one", SAME_SOURCE_WINDOW), ("other", WINDOW)], ids=["same source", "another source"]
)
def test_the_same_words_are_one_event_until_the_window_closes(source: str, window: dt.timedelta) -> None:
    assert joined(report_of(), report_of(source=source, after=window))
    assert not joined(report_of(), report_of(source=source, after=window + HOUR))


def test_without_a_lead_the_headline_must_be_said_whole() -> None:
    assert joined(report_of(text=""), report_of(source="other"))
    assert not joined(report_of(text=""), report_of("Rosatom to build a plant at Ulken, says minister", source="other"))


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("Uranium Price Rises", "Uranium Price Falls"),
        ("Цены на уран выросли", "Цены на уран снизились"),
        ("Gas Exports to China Halted", "Gas Exports from China Halted"),
        ("Three Killed in Osh Fire", "Four Killed in Osh Fire"),
        ("Plant to be built by Rosatom", "Plant to be built by Framatome"),
        ("Snow expected on Monday", "Snow expected on Friday"),
    ],
)
def test_headlines_that_exclude_each_other_are_two_events_whatever_the_leads(one: str, other: str) -> None:
    assert not joined(report_of(one), report_of(other, source="other"))


@pytest.mark.parametrize(
    ("one", "other", "same"),
    [
        ([("kazakhstan", "title")], [("uzbekistan", "title")], False),
        ([("kazakhstan", "lead")], [("uzbekistan", "title"), ("energy", "title")], False),
        ([("kazakhstan", "title"), ("energy", "title")], [("energy", "title")], True),
        ([("kazakhstan", "title")], [("uzbekistan", "title"), ("kazakhstan", "lead")], True),
        ([("kazakhstan", "title")], [("uzbekistan", "home")], True),
        ([("kazakhstan", "tag")], [("uzbekistan", "tag")], True),
        ([("energy", "title")], [("water", "title")], True),
    ],
)
def test_articles_that_name_other_countries_are_two_events(
    one: list[tuple[str, str]], other: list[tuple[str, str]], same: bool
) -> None:
    assert joined(report_of(named=one), report_of(source="other", named=other)) is same


def test_spellings_of_a_name_are_one() -> None:
    one = report_of("Mirziyoyev Opens Museum of Timur", "Shavkat Mirziyoyev opened a museum of Timur in Samarkand.")
    other = report_of(
        "Mirziyoev opens Timur museum", "A Timur museum was opened in Samarkand by Shavkat Mirziyoev.", "other"
    )
    assert joined(one, other)


@given(st.text(max_size=300), st.text(max_size=300))
def test_any_text_can_be_compared_and_a_article_is_its_own_event(title: str, text: str) -> None:
    one = report_of(title, text)
    assert not joined(one, report_of())
    other = report_of(title, text, "other")
    assert joined(one, other) == (len(set(one.title)) >= MIN_SHARED)


def test_articles_in_different_languages_are_compared_only_in_english_and_russian() -> None:
    assert joined(replace(report_of(), language="en"), report_of(source="other"))
    assert joined(replace(report_of(), language="kk"), replace(report_of(source="other"), language="kk"))
    for others in (("kk", "ky"), ("kk", "ru"), ("uz", "")):
        one, other = (replace(report_of(source=language), language=language) for language in others)
        assert not joined(one, other)


@pytest.mark.parametrize(
    ("language", "one", "other", "same"),
    [
        ("kk", "Теңге бағамы екі пайызға өсті", "Теңге бағамы екі пайызға төмендеді", False),
        ("uz", "Dollar kursi uch soʻmga oshdi", "Dollar kursi uch soʻmga pasaydi", False),
        ("ky", "Өкмөт суу мыйзамын сунуштады", "Өкмөт суу мыйзамын кабылдады", False),
        ("tg", "Дар Хуҷанд корхонаи нав кушода шуд", "Дар Хуҷанд корхонаи нав баста шуд", False),
        ("tk", "Mary şäherinde zawod açyldy", "Mary şäherinde zawod ýapyldy", False),
        ("kk", "Астанада жаңа көпір ашылды", "Астанадағы жаңа көпірдің ашылуы", True),
        ("uz", "Toshkentda yangi koʻprik ochildi", "Toshkentda koʻprik ochildi", True),
    ],
)
def test_reports_in_the_languages_of_the_region_are_judged_by_their_words(
    language: str, one: str, other: str, same: bool
) -> None:
    first, second = (
        report(source, NOON, title, "", stem_of(language), (), language)
        for source, title in (("one", one), ("other", other))
    )
    assert joined(first, second) is same

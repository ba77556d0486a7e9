"""Topics of an article by points; the lists are small ones of each test."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.domain.topics import terms
from bot.domain.topics.classify import MAX_LEAD, MAX_REASONS, MAX_TAGS, MAX_TITLE, Classifier, lead_and_rest
from bot.domain.topics.curated import TOPICS
from bot.domain.topics.lists import LANGUAGES, ListedTerm, TopicLists, shipped_lists
from bot.domain.topics.matched import GAP, Reason, TopicMatch
from storage.stems import stem_of
from tests.small_lists import Words, classifier

Make = Callable[[Words], Classifier]


@pytest.fixture
def make(tmp_path: Path) -> Make:
    return lambda listed: classifier(tmp_path, listed)


def points(found: tuple[TopicMatch, ...]) -> dict[str, int]:
    return {one.topic: one.points for one in found}


def reasons(found: tuple[TopicMatch, ...], topic: str) -> list[tuple[str, str]]:
    return [(one.words, one.place) for match in found if match.topic == topic for one in match.reasons]


@pytest.mark.parametrize(
    ("kind", "title", "lead", "text"), [("anywhere", 3, 2, 1), ("sure", 2, 1, 0), ("hint", 1, 0, 0), ("not", -2, -1, 0)]
)
def test_each_list_has_its_points_in_each_place(make: Make, kind: str, title: int, lead: int, text: int) -> None:
    # The word `gas` brings every sum to at least 2 points, so that the smaller points are seen too.
    lists = make(
        {"energy.sure": "gas, dam" if kind == "sure" else "gas", f"energy.{kind}": "gas, dam"[5 * (kind != "sure") :]}
    )
    for place, expected in (("title", title), ("lead", lead), ("text", text)):
        given_words = {"title": "Gas", "lead": "", "text": ""}
        given_words[place] = f"{given_words[place]} and a dam".strip()
        found = lists.classify(given_words["title"], given_words["text"], lead=given_words["lead"])
        assert points(found).get("energy", 0) == (2 + expected if expected >= 0 else 0), place


def test_the_body_is_read_for_topics_that_are_not_strict_already(make: Make) -> None:
    lists = make({"energy.anywhere": "gas, oil", "energy.sure": "pipeline"})
    assert points(lists.classify("Gas", "Oil and oil.", lead="Rain")) == {"energy": 3}
    assert points(lists.classify("Pipeline", "Oil and oil.", lead="Rain")) == {"energy": 4}


@pytest.mark.parametrize(
    ("title", "lead", "matches"),
    [
        ("Dam", "", True),
        ("Quiet", "A dam", False),
        ("Valley", "A dam", True),
        ("Valley", "", False),
        ("Valley and slope", "", True),
        ("Quiet", "A dam on a slope by a weir", True),
        ("Quiet", "Valley and slope", False),
    ],
)
def test_a_topic_matches_from_two_points_on(make: Make, title: str, lead: str, matches: bool) -> None:
    found = make({"water.sure": "dam, weir", "water.hint": "valley, slope"}).classify(title, lead=lead)
    assert [one.topic for one in found] == ["water"] * matches


def test_topics_come_in_one_order_with_those_of_three_points_strict(make: Make) -> None:
    lists = make({"sport.sure": "match", "kazakhstan.anywhere": "kazakh*", "economy.anywhere": "gdp"})
    found = lists.classify("Match of Kazakhs and GDP")
    assert [(one.topic, one.strict) for one in found] == [("kazakhstan", True), ("economy", True), ("sport", False)]


def test_a_stretch_of_text_counts_once_by_its_longest_term(make: Make) -> None:
    lists = make(
        {"energy.anywhere": "gas pipeline", "energy.sure": "gas, pipeline", "energy.hint": "pipeline operator"}
    )
    found = lists.classify("Gas pipeline opens")
    assert points(found) == {"energy": 3}
    assert reasons(found, "energy") == [("gas pipeline", "title")]


def test_a_term_without_points_in_a_place_covers_no_other_there(make: Make) -> None:
    lists = make({"energy.anywhere": "gas", "energy.sure": "pipeline", "energy.hint": "pipeline operator"})
    assert points(lists.classify("Gas", lead="A pipeline operator")) == {"energy": 4}
    assert points(lists.classify("Quiet", "The gas pipeline operator sells gas", lead="Rain")) == {"energy": 2}


def test_of_two_terms_on_the_same_words_the_stronger_one_counts(make: Make) -> None:
    lists = make({"energy.hint": "pipeline", "energy.sure": "pipe*"})
    assert points(lists.classify("Pipeline")) == {"energy": 2}
    # The same where another topic has the word of the weaker one, which is found first then.
    lists = make({"economy.sure": "pipeline", "energy.hint": "pipeline", "energy.sure": "pipe*"})
    assert points(lists.classify("Pipeline")) == {"economy": 2, "energy": 2}


def test_one_stretch_may_count_for_several_topics(make: Make) -> None:
    found = make({"energy.sure": "hydropower", "water.sure": "hydro*"}).classify("Hydropower")
    assert points(found) == {"energy": 2, "water": 2}


def test_repeated_words_count_once_in_a_place(make: Make) -> None:
    lists = make({"energy.sure": "gas, oil"})
    assert points(lists.classify("Gas, more gas and oil", lead="")) == {"energy": 4}
    assert points(lists.classify("Gas", lead="Gas again")) == {"energy": 3}
    assert points(make({"economy.sure": "export"}).classify("Exports: what was exported")) == {"economy": 2}
    lists = make({"energy.sure": "gas, =gas, gas price"})
    assert points(lists.classify("Gas, gas and gas")) == {"energy": 2}
    assert points(lists.classify("Gas price and gas")) == {"energy": 4}


def test_two_mentions_in_a_body_count_and_one_is_in_passing(make: Make) -> None:
    lists = make({"energy.anywhere": "gas, oil, coal", "energy.hint": "price"})
    found = lists.classify("Quiet", "Gas, oil and coal.", lead="Nothing")
    assert points(found) == {"energy": 2}
    assert reasons(found, "energy") == [("gas", "text"), ("oil", "text")]
    assert points(lists.classify("Quiet", "Gas is burnt, and gas is sold.", lead="Nothing")) == {"energy": 2}
    assert lists.classify("Quiet", "Gas is burnt.", lead="Nothing") == ()
    assert points(lists.classify("Price", "Gas is burnt.", lead="Nothing")) == {"energy": 2}


@pytest.mark.parametrize(
    ("title", "expected"),
    [
        ("Police use tear gas", {}),
        ("Police use tear gas near a pipeline", {"energy": 2}),
        ("Tear gas price falls", {"energy": 2}),  # a longer term wins over the words that speak against
        ("Police and a pipeline", {"energy": 2}),
        ("Cooking at the pipeline", {}),  # no sign stands within: it counts against the topic
        ("Cooking gas at the pipeline", {"energy": 2}),
    ],
)
def test_words_against_a_topic_silence_signs_or_count_against(make: Make, title: str, expected: dict[str, int]) -> None:
    lists = make({"energy.sure": "gas, pipeline, tear gas price", "energy.not": "tear gas, cooking gas, cooking"})
    assert points(lists.classify(title)) == expected


def test_of_overlapping_terms_of_one_length_the_one_against_the_topic_counts(make: Make) -> None:
    lists = make({"energy.anywhere": "gas pipeline", "energy.not": "tear gas"})
    assert lists.classify("Tear gas pipeline") == ()
    assert lists.classify("Tear gas at a gas pipeline") == ()  # three points less two


def test_words_against_a_topic_are_no_reason_and_touch_no_other(make: Make) -> None:
    lists = make({"sport.sure": "medal, team, cup", "sport.not": "school", "culture.sure": "school"})
    found = lists.classify("Medal for a school team with a cup")
    assert points(found) == {"culture": 2, "sport": 4}
    assert reasons(found, "sport") == [("medal", "title"), ("team", "title"), ("cup", "title")]


@pytest.mark.parametrize("lead", ["Gas for Osh", "gas — for “OSH”!"])
def test_a_lead_equal_to_the_title_adds_nothing(make: Make, lead: str) -> None:
    lists = make({"energy.sure": "gas"})
    assert points(lists.classify("Gas for Osh", lead=lead)) == {"energy": 2}
    assert points(lists.classify("Gas for Osh", lead=f"{lead} at last")) == {"energy": 3}


@pytest.mark.parametrize("tag", ["Oil & Gas", "oil-and-gas", "OIL GAS", "oil and gas"])
def test_a_mapped_tag_is_a_sign_in_every_spelling(make: Make, tag: str) -> None:
    found = make({"energy.tags": "oil and gas, fuel", "energy.sure": "oil"}).classify("Quiet", tags=(tag, "fuel"))
    assert points(found) == {"energy": 2}
    assert reasons(found, "energy") == [("oil gas", "tag")]


def test_tags_that_are_not_mapped_say_nothing(make: Make) -> None:
    lists = make({"energy.tags": "oil and gas", "energy.anywhere": "oil", "politics.sure": "politics"})
    assert lists.classify("Quiet", tags=("oil", "Politics", "news", "local politics", "", "&")) == ()


def test_one_tag_may_mean_several_topics_and_several_tags_count_once(make: Make) -> None:
    lists = make({"energy.tags": "hydropower, power", "water.tags": "hydropower"})
    assert points(lists.classify("Quiet", tags=("hydropower", "power", "Hydropower"))) == {"energy": 2, "water": 2}


def test_a_tag_that_names_a_country_is_a_sign_of_it(make: Make) -> None:
    lists = make({"kazakhstan.anywhere": "kazakh*", "china.sure": "china", "home.uzbekistan": ".uz"})
    found = lists.classify("Quiet", tags=("Kazakhstan features", "china"), host="gazeta.uz")
    assert points(found) == {"kazakhstan": 2}
    assert reasons(found, "kazakhstan") == [("kazakhstan features", "tag")]


def test_words_that_speak_against_a_country_do_not_name_it(make: Make) -> None:
    lists = make({"russia.anywhere": "russia*", "russia.not": "white russian", "home.uzbekistan": ".uz"})
    assert points(lists.classify("A White Russian at the bar", host="kun.uz")) == {"uzbekistan": 2}


@pytest.mark.parametrize(
    ("host", "country"),
    [
        ("gazeta.uz", "uzbekistan"),
        ("WWW.Gazeta.UZ.", "uzbekistan"),
        ("asiaplustj.info", "tajikistan"),
        ("news.asiaplustj.info", "tajikistan"),
        ("notasiaplustj.info", None),
        ("timesca.com", None),
        ("uz", "uzbekistan"),
        ("uz.example", None),
        ("", None),
        (".", None),
        ("..", None),
        ("xn--e1afmkfd.uz", "uzbekistan"),
    ],
)
def test_an_article_that_names_no_country_is_about_that_of_its_site(make: Make, host: str, country: str | None) -> None:
    lists = make({"home.uzbekistan": ".uz", "home.tajikistan": "asiaplustj.info"})
    found = lists.classify("Rain", host=host)
    assert [one.topic for one in found] == ([country] if country else [])
    if country:
        assert reasons(found, country) == [(host, "home")]


@pytest.mark.parametrize(
    ("article", "expected"),
    [
        ({"title": "Kazakhs win"}, ["kazakhstan"]),
        ({"title": "Rain", "lead": "Kazakhs win"}, ["kazakhstan"]),
        ({"title": "Rain", "lead": "", "tags": ("kazakhstan",)}, ["kazakhstan"]),
        ({"title": "Rain in America"}, []),
        ({"title": "Rain", "lead": "In the USA"}, []),
        # A country in the body alone is mentioned; two mentions match.
        ({"title": "Rain", "lead": "", "text": "Kazakhs and the USA"}, ["uzbekistan"]),
        ({"title": "Rain", "lead": "", "text": "Kazakhs and Kazakhstan"}, ["kazakhstan", "uzbekistan"]),
        ({"title": "Rain", "lead": "", "tags": ("usa",)}, ["uzbekistan"]),
    ],
)
def test_the_country_of_the_site_is_assumed_only_where_no_other_is_named(
    make: Make, article: dict[str, str], expected: list[str]
) -> None:
    lists = make({"kazakhstan.anywhere": "kazakh*", "elsewhere": "america, usa", "home.uzbekistan": ".uz"})
    assert [one.topic for one in lists.classify(**article, host="kun.uz")] == expected


def test_names_of_other_countries_are_no_topic(make: Make) -> None:
    assert make({"elsewhere": "america"}).classify("America", "America", lead="America") == ()


@pytest.mark.parametrize(
    ("listed", "title", "matches"),
    [
        ("export", "Exports grew", True),
        ("exports", "They exported wheat", True),
        ("export*", "Exporters meet", True),
        ("export*", "An export", True),
        ("export*", "Re-export", True),
        ("export*", "Expo", False),
        ("=customs", "Customs seized it", True),
        ("=customs", "An old custom", False),
        ("customs", "An old custom", True),
        ("middle corridor", "The Middle Corridor", True),
        ("middle corridor", "The middle of a corridor", False),
        ("trans-caspian", "A Trans Caspian route", True),
        ("trans caspian", "A trans-Caspian route", True),
        ("trans-casp*", "The trans-Caspian route", True),
        ("gas + tariff", "Tariffs on imported gas", True),
        ("gas + tariff", "Gas", False),
        ("gas + tariff", "Tariffs", False),
        ("central bank + dollar", "Dollar bought by the central bank", True),
        ("central bank + dollar", "Dollar bought by the bank", False),
        ("soʻm", "The so'm fell", True),
        ("тоқаев", "Приезд Токаева", True),
        ("импорт", "An important visit", False),  # nor is a word one of the other alphabet by its sound
        ("реактор", "Два реактора", True),
        ("атом*", "Атомные станции", True),
    ],
)
def test_a_term_is_a_word_a_beginning_an_exact_form_a_phrase_or_several(
    make: Make, listed: str, title: str, matches: bool
) -> None:
    assert bool(make({"economy.sure": {"ru": listed}}).classify(title)) == matches


def test_words_of_one_term_stand_in_one_place(make: Make) -> None:
    assert make({"economy.anywhere": "gas + tariff"}).classify("Gas", "Tariff", lead="Tariff") == ()


def test_all_columns_are_read_where_the_language_of_the_text_is_unknown(make: Make) -> None:
    lists = make({"energy.sure": {"en": "gas", "ru": "газ", "kk": "мұнай"}})
    for title in ("Gas", "Цены на газ", "Мұнай бағасы"):
        assert points(lists.classify(title)) == {"energy": 2}


@pytest.mark.parametrize(
    ("language", "column", "listed", "title"),
    [
        ("kk", "kk", "мұнай", "Елдегі мұнайдың қоры"),
        ("ky", "ky", "суу", "Сууга болгон муктаждык"),
        ("uz", "uz", "soliq", "Yangi soliqlar joriy etildi"),
        ("uz_cyrl", "uz", "soliq", "Янги солиқлар жорий этилди"),
        ("uz", "uz", "soliq*", "Янги солиққа тўғри"),
        ("tg", "tg", "обанбор", "Обанборҳои нав"),
        ("tk", "tk", "nebit", "Nebitiň bahasy"),
    ],
)
def test_words_of_a_language_are_compared_by_its_rules(
    make: Make, language: str, column: str, listed: str, title: str
) -> None:
    lists = make({"energy.sure": {column: listed}})
    assert points(lists.classify(title, language=language)) == {"energy": 2}
    assert lists.classify(title, language="ru") == ()


def test_the_words_of_a_language_are_prepared_for_the_first_article_in_it() -> None:
    read: list[str] = []

    class Recorded(TopicLists):
        def terms(self, topic: str, kind: str, languages: Iterable[str] = LANGUAGES) -> tuple[ListedTerm, ...]:
            read.extend(languages)
            return super().terms(topic, kind, languages)

    lists = shipped_lists()
    classifier = Classifier(Recorded(lists.columns, lists.tags, lists.home, lists.version), stem_of)
    for language, needed in (("ru", {"en", "ru"}), ("de", set()), ("kk", {"kk"}), ("kk", set()), ("uz_cyrl", {"uz"})):
        classifier.classify("Мұнай", language=language)
        assert set(read) == needed
        read.clear()
    classifier.classify("Мұнай")
    assert set(read) == {"ky", "tg", "tk"}


def test_the_first_articles_in_a_language_may_come_in_several_threads() -> None:
    classifier, lists = Classifier(shipped_lists(), stem_of), ["kk", None] * 8
    with ThreadPoolExecutor(len(lists)) as threads:
        found = list(threads.map(lambda language: classifier.classify("Мұнай бағасы", language=language), lists))
    assert [points(one)["energy"] for one in found] == [points(found[0])["energy"]] * len(lists)


def test_a_word_may_be_listed_in_several_languages(make: Make) -> None:
    lists = make({"energy.sure": {"ru": "газ", "kk": "газ", "ky": "газ"}})
    assert points(lists.classify("Газға баға", language="kk")) == {"energy": 2}
    assert points(lists.classify("Цены на газ", language="ru")) == {"energy": 2}


def test_reasons_name_the_words_of_the_text_and_their_place(make: Make) -> None:
    lists = make({"energy.anywhere": "gas + tariff, oil*", "energy.tags": "power", "home.kazakhstan": ".kz"})
    found = lists.classify("Tariffs on imported gas", lead="Oils", tags=("Power",), host="x.kz")
    assert reasons(found, "energy") == [(f"tariffs {GAP} gas", "title"), ("oils", "lead"), ("power", "tag")]
    assert points(found) == {"kazakhstan": 2, "energy": 7}
    found = lists.classify("Quiet", "Oilfields", lead="Oils")
    assert reasons(found, "energy") == [("oils", "lead"), ("oilfields", "text")]


def test_no_more_reasons_are_named_than_a_line_has_room_for(make: Make) -> None:
    words = [f"word{number}" for number in range(MAX_REASONS + 3)]
    [found] = make({"energy.sure": ", ".join(words)}).classify(" ".join(words))
    assert found.points == 2 * len(words)
    assert found.reasons == tuple(Reason(word, "title") for word in words[:MAX_REASONS])


@pytest.mark.parametrize(
    ("text", "lead", "rest"),
    [
        ("", "", ""),
        ("One.", "One.", ""),
        ("ASTANA.\n\nA bridge opens.\n\nMore.", "ASTANA.\nA bridge opens.", "More."),
        ("x" * 80 + "\n\nMore.", "x" * 80, "More."),
        ("x" * 500, "x" * MAX_LEAD, "x" * 100 + "\n\n"),
        ("word " * 100 + "\n\nMore.", ("word " * 80).strip(), " " + "word " * 20 + "\n\nMore."),
    ],
)
def test_the_lead_is_the_first_paragraph(text: str, lead: str, rest: str) -> None:
    found, others = lead_and_rest(text)
    assert (found, others.split()) == (lead, rest.split())
    assert len(found) <= MAX_LEAD


def test_a_long_lead_is_a_text_with_a_lead(make: Make) -> None:
    lists = make({"energy.sure": "gas", "water.anywhere": "dam"})
    found = lists.classify("Quiet", lead="word " * 100 + "gas dam and dam", tags=())
    assert points(found) == {"water": 2}
    assert reasons(found, "water") == [("dam", "text")]


def test_a_title_of_ten_thousand_letters_is_a_title_and_a_text(make: Make) -> None:
    lists = make({"energy.sure": "gas, oil", "water.anywhere": "dam"})
    assert points(lists.classify("Gas " + "word " * 2000 + "oil dam dam")) == {"energy": 2, "water": 2}
    assert lists.classify("x" * 10_000) == ()
    assert points(lists.classify("x" * MAX_TITLE + " dam dam")) == {"water": 2}


def test_the_first_tags_of_many_are_read(make: Make) -> None:
    lists = make({"energy.tags": "gas", "water.tags": "dam"})
    tags = ["gas", *(f"tag {number}" for number in range(500)), "dam"]
    assert points(lists.classify("Quiet", tags=tags)) == {"energy": 2}
    assert points(lists.classify("Quiet", tags=tags[1:][-MAX_TAGS:])) == {"water": 2}


@pytest.mark.parametrize("title", ["", " ", "\ud800", "gas \udfff", "\x00", "🙂", "\u202e\u200f", "!!!", "و" * 50])
def test_titles_without_words_are_about_nothing_more(make: Make, title: str) -> None:
    lists = make({"energy.sure": "gas"})
    assert points(lists.classify(title, "\ud800", tags=("\udfff",))) == ({"energy": 2} if "gas" in title else {})


def test_the_work_grows_with_the_length_of_a_text_and_not_faster(make: Make, monkeypatch: pytest.MonkeyPatch) -> None:
    compared = 0

    def counting(*arguments: object) -> bool:
        nonlocal compared
        compared += 1
        return stands(*arguments)

    stands: Callable[..., bool] = terms._stands
    monkeypatch.setattr(terms, "_stands", counting)
    lists = make({"energy.anywhere": "gas + tariff", "energy.sure": "gas, gas price", "energy.not": "tear gas"})
    assert lists.classify("Quiet", "gas " * 20_000, lead="tear gas " * 20_000) == ()
    assert lists.classify("Quiet", "gas " * 20_000 + "tariff", lead="") == ()
    assert points(lists.classify("Tariff on gas", "gas " * 20_000 + "tariff", lead="")) == {"energy": 3}
    assert compared <= 8 * 80_000


# A model of the rule for lists of single words, none of which is a form of another.
KINDS = {"anywhere": (3, 2, 1), "sure": (2, 1, 0), "hint": (1, 0, 0), "not": (-2, -1, 0)}
VOCABULARY = {
    topic: {kind: [f"{topic[:2]}{kind}{letter}" for letter in "xyz"] for kind in KINDS}
    for topic in ("kazakhstan", "energy", "sport")
}
OTHER_WORDS = ("quiet", "rain", "и", "дождь", "42")
LISTED_WORDS = [word for kinds in VOCABULARY.values() for listed in kinds.values() for word in listed]
TEXTS = st.lists(st.sampled_from([*LISTED_WORDS, *OTHER_WORDS]), max_size=12)
TAGS = st.lists(st.sampled_from(["power", "match", "kaanywherex", "news", "Power!"]), max_size=6)


@pytest.fixture(scope="module")
def lists(tmp_path_factory: pytest.TempPathFactory) -> Classifier:
    listed = {
        f"{topic}.{kind}": ", ".join(f"={word}" for word in words)
        for topic, kinds in VOCABULARY.items()
        for kind, words in kinds.items()
    }
    more = {"energy.tags": "power", "sport.tags": "match", "home.china": ".cn", "elsewhere": "usa"}
    return classifier(tmp_path_factory.mktemp("lists"), listed | more)


def expected_points(title: list[str], lead: list[str], text: list[str], tags: list[str]) -> dict[str, int]:
    totals = {}
    for topic, kinds in VOCABULARY.items():
        total = 0
        for number, place in enumerate((title, [] if lead == title else lead, text)):
            words = place if number == 2 else dict.fromkeys(place)
            counted = [KINDS[kind][number] for kind, listed in kinds.items() for word in words if word in listed]
            if number == 2:
                body = min(sum(filter(None, counted)), 2)
            else:
                total += sum(counted)
        mapped = {"energy": ["power"], "sport": ["match"], "kazakhstan": ["kaanywherex"]}[topic]
        total += 2 * any(tag.lower().strip("!") in mapped for tag in tags)
        if total < 3:
            total += body
        if total >= 2:
            totals[topic] = total
    return totals


@given(TEXTS, TEXTS, TEXTS, TAGS)
def test_points_are_the_sum_of_the_signs(
    lists: Classifier, title: list[str], lead: list[str], text: list[str], tags: list[str]
) -> None:
    found = lists.classify(" ".join(title), " ".join(text), lead=" ".join(lead), tags=tags)
    # A lead longer than MAX_LEAD is cut; these are shorter.
    assert points(found) == expected_points(title, lead, text, tags)
    assert all(one.reasons for one in found)
    assert list(points(found)) == [topic for topic in TOPICS if topic in points(found)]


@given(TEXTS, TAGS, st.randoms(use_true_random=False))
def test_the_order_of_tags_does_not_matter(
    lists: Classifier, title: list[str], tags: list[str], random: object
) -> None:
    other = [*tags]
    random.shuffle(other)  # type: ignore[attr-defined]
    assert points(lists.classify(" ".join(title), tags=tags)) == points(lists.classify(" ".join(title), tags=other))


@given(TEXTS, TEXTS, TEXTS, st.lists(st.sampled_from(OTHER_WORDS), max_size=200), st.sampled_from(["", "x.cn"]))
def test_words_of_no_list_in_the_body_change_nothing(
    lists: Classifier, title: list[str], lead: list[str], text: list[str], more: list[str], host: str
) -> None:
    def classified(body: list[str]) -> tuple[TopicMatch, ...]:
        return lists.classify(" ".join(title), " ".join(body), lead=" ".join(lead), host=host)

    assert classified(text + more) == classified(more + text) == classified(text)


@given(TEXTS, TEXTS, TEXTS, TEXTS)
def test_more_body_loses_no_topic(
    lists: Classifier, title: list[str], lead: list[str], text: list[str], more: list[str]
) -> None:
    before, after = (
        points(lists.classify(" ".join(title), " ".join(body), lead=" ".join(lead))) for body in (text, text + more)
    )
    assert all(after[topic] >= count for topic, count in before.items())


@given(st.text(), st.text(), st.none() | st.text(), st.lists(st.text(), max_size=40), st.text())
def test_any_text_is_classified(
    lists: Classifier, title: str, text: str, lead: str | None, tags: list[str], host: str
) -> None:
    found = lists.classify(title, text, lead=lead, tags=tags, host=host)
    assert {one.topic for one in found} <= {*VOCABULARY, "china"}


@given(st.text(max_size=2000))
def test_the_lead_and_the_rest_are_the_whole_text(text: str) -> None:
    lead, rest = lead_and_rest(text)
    assert len(lead) <= MAX_LEAD
    assert "".join(f"{lead}{rest}".split()) == "".join(text.split())

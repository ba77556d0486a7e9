"""Files of word lists: each bad one is refused in one clear line, and the version follows the meaning."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.domain.topics.curated import TOPICS
from bot.domain.topics.lists import (
    ELSEWHERE,
    KINDS,
    MAX_BYTES,
    SHIPPED,
    ListsError,
    Part,
    TopicLists,
    home_of,
    read_lists,
    shipped_lists,
)
from tests.small_lists import Words, toml_of, write


def read(folder: Path, listed: Words) -> TopicLists:
    return read_lists(write(folder / "lists.toml", listed))


def refused(folder: Path, content: str | bytes) -> str:
    """Return the one line that says what is wrong with a file."""
    path = folder / "own.toml"
    path.write_bytes(content if isinstance(content, bytes) else content.encode())
    with pytest.raises(ListsError) as caught:
        read_lists(path)
    line = str(caught.value)
    assert line.startswith("own.toml: ")
    assert line.isprintable()
    assert len(line) < 500
    return line.removeprefix("own.toml: ")


def test_the_shipped_lists_are_valid_and_have_words_for_every_topic() -> None:
    shipped = shipped_lists()
    assert all(any(shipped.terms(topic, kind) for kind in KINDS) for topic in TOPICS)


def test_terms_are_normalized_words_beginnings_exact_forms_and_phrases(tmp_path: Path) -> None:
    found = read(tmp_path, {"energy.sure": "Gas, EXPORT*, =Customs, Trans-Caspian route, central  bank+dollar, soʻm"})
    assert [(term.text, term.phrases) for term in found.terms("energy", "sure")] == [
        ("gas", ((Part("gas"),),)),
        ("export*", ((Part("export", prefix=True),),)),
        ("=customs", ((Part("customs", exact=True),),)),
        ("trans caspian route", ((Part("trans"), Part("caspian"), Part("route")),)),
        ("central bank + dollar", ((Part("central"), Part("bank")), (Part("dollar"),))),
        ("som", ((Part("som"),),)),
    ]


def test_lines_remarks_and_commas_do_not_matter(tmp_path: Path) -> None:
    found = read(
        tmp_path, {"energy.sure": "\n# fuels, all of them\ngas, , oil # and more, such as coal\nhydro  power,"}
    )
    assert [term.text for term in found.terms("energy", "sure")] == ["gas", "oil", "hydro power"]


def test_tags_hosts_and_other_countries_are_tables_of_their_own(tmp_path: Path) -> None:
    listed: Words = {
        "energy.tags": "Oil & Gas, hydropower",
        "water.tags": "hydropower",
        "home.tajikistan": ".tj, asiaplustj.info",
        "elsewhere": {"en": "america", "ru": "сша"},
    }
    found = read(tmp_path, listed)
    assert dict(found.tags) == {"oil gas": ("energy",), "hydropower": ("energy", "water")}
    assert dict(found.home) == {".tj": "tajikistan", "asiaplustj.info": "tajikistan"}
    assert [term.text for term in found.terms(ELSEWHERE, "")] == ["america", "сша"]
    assert (home_of(found.home, "pressa.tj"), home_of(found.home, "timesca.com")) == ("tajikistan", None)


def test_a_file_may_begin_with_a_byte_order_mark(tmp_path: Path) -> None:
    path = tmp_path / "lists.toml"
    path.write_bytes(b"\xef\xbb\xbf" + toml_of({"energy.sure": "gas"}).encode())
    assert [term.text for term in read_lists(path).terms("energy", "sure")] == ["gas"]


def test_a_word_of_several_themes_is_allowed_and_reported(tmp_path: Path) -> None:
    listed = {
        "energy.sure": "dam, gas",
        "water.anywhere": "Dam",
        "nuclear.not": "gas",
        "kazakhstan.anywhere": "steppe",
        "culture.hint": "steppe",
    }
    assert read(tmp_path, listed).shared() == {"dam": ("energy", "water")}


@pytest.mark.parametrize(
    ("listed", "line"),
    [
        ({"energy.sure": "gas, oil, Gas"}, "[energy.sure] en has 'gas' twice; the first is in [energy.sure] en"),
        ({"energy.sure": "gas", "energy.not": "gas"}, "[energy.not] en has 'gas' twice; the first is in [energy.sure] en"),
        ({"energy.sure": {"en": "gas", "ru": "gas"}}, "[energy.sure] ru has 'gas' twice; the first is in [energy.sure] en"),
        ({"elsewhere": "usa, USA"}, "[elsewhere] en has 'usa' twice; the first is in [elsewhere] en"),
        ({"energy.tags": "oil and gas, oil-gas"}, "[energy] tags has 'oil gas' twice"),
        ({"energy.tags": "oil, &"}, "[energy] tags: '&' has no word"),
        ({"home.kazakhstan": ".kz", "home.russia": ".ru, .kz"}, "[home] has '.kz' twice"),
        ({"home.kazakhstan": "https://kun.kz"}, "[home] kazakhstan: 'https://kun.kz' is no host"),
        ({"home.kazakhstan": "Kun.kz"}, "[home] kazakhstan: 'Kun.kz' is no host"),
        ({"home.kazakhstan": "kun kz"}, "[home] kazakhstan: 'kun kz' is no host"),
        ({"home.energy": ".kz"}, "[home] energy: expected one of kazakhstan, "),
        ({"energy.sure": {"de": "gas"}}, "[energy.sure] de: expected one of en, ru, "),
        ({"elsewhere": {"fr": "usa"}}, "[elsewhere] fr: expected one of en, ru, "),
        ({"energy.maybe": "gas"}, "[energy] has no list 'maybe'; the lists are anywhere, sure, hint, not and tags"),
        ({"gossip.sure": "star"}, "[gossip] is no topic; the topics are kazakhstan, "),
        ({"energy.sure": "gas (natural)"}, "[energy.sure] en: 'gas (natural)' has signs that words have not"),
        ({"energy.sure": "g*s"}, "[energy.sure] en: 'g*s' has signs that words have not"),
        ({"energy.sure": "gas; oil"}, "[energy.sure] en: 'gas; oil' has signs that words have not"),
        ({"energy.sure": "=gas="}, "[energy.sure] en: '=gas=' has signs that words have not"),
        ({"energy.sure": "*"}, "[energy.sure] en: '*' has signs that words have not"),
        ({"energy.sure": "-gas"}, "[energy.sure] en: '-gas' has signs that words have not"),
        ({"energy.sure": "'gas'"}, "[energy.sure] en: \"'gas'\" has signs that words have not"),
        ({"energy.sure": "x" * 9999 + "!"}, f"[energy.sure] en: '{'x' * 60}' has signs that words have not"),
        ({"energy.sure": "ga*"}, "[energy.sure] en: 'ga*' begins too many words: at least 3 letters before *"),
        ({"energy.sure": "trans-c*"}, "[energy.sure] en: 'trans-c*' begins too many words: at least 3 letters before *"),
        ({"energy.sure": "gas +"}, "[energy.sure] en: 'gas +' is no word and no phrase of at most 6 words"),
        ({"energy.sure": "+"}, "[energy.sure] en: '+' is no word and no phrase of at most 6 words"),
        ({"energy.sure": "a b c d e f g"}, "[energy.sure] en: 'a b c d e f g' is no word and no phrase of at most 6 words"),
    ],
)  # fmt: skip
def test_what_is_wrong_in_a_list_is_named_with_its_place(tmp_path: Path, listed: Words, line: str) -> None:
    found = refused(tmp_path, toml_of(listed))
    assert found.startswith(line) if line.endswith(" ") else found == line


@pytest.mark.parametrize(
    ("extra", "line"),
    [
        ("energy = 'gas'", "expected a table [energy]"),
        ("energy = ['gas']", "expected a table [energy]"),
        ("[[energy]]", "expected a table [energy]"),
        ("[energy]\nsure = 'gas'", '[energy.sure]: expected words by language, such as en = "..."'),
        ("[energy]\nsure = 2", '[energy.sure]: expected words by language, such as en = "..."'),
        ("[energy.sure]\nen = 2", "[energy.sure] en: expected words divided by commas, in one text"),
        ("[energy.sure]\nen = ['gas']", "[energy.sure] en: expected words divided by commas, in one text"),
        ("[energy.sure]\nen = 2025-12-08", "[energy.sure] en: expected words divided by commas, in one text"),
        ("[energy.sure.en]\nfuel = 'gas'", "[energy.sure] en: expected words divided by commas, in one text"),
        ("[energy]\ntags = ['gas']", "[energy] tags: expected words divided by commas, in one text"),
        ("[energy]\n[home]\nkazakhstan = true", "[home] kazakhstan: expected words divided by commas, in one text"),
        ("[energy]\n[home]\nkazakhstan.a = '.kz'", "[home] kazakhstan: expected words divided by commas, in one text"),
        (
            "[energy]\nelsewhere = 3",
            "[energy] has no list 'elsewhere'; the lists are anywhere, sure, hint, not and tags",
        ),
        ('[energy]\n["a\\nb\\u001b[31m"]', "[a b [31m] is no topic; the topics are " + ", ".join(TOPICS)),
        ('[energy]\n["\\u202e"]', "[ ] is no topic; the topics are " + ", ".join(TOPICS)),
        (f"[energy]\n[{'x' * 9999}]", f"[{'x' * 40}] is no topic; the topics are " + ", ".join(TOPICS)),
    ],
)
def test_values_of_another_kind_are_refused(tmp_path: Path, extra: str, line: str) -> None:
    # Values without a table stand first in TOML.
    others = toml_of({}).replace("[energy]\n", "")
    assert refused(tmp_path, f"{extra}\n{others}") == line


@pytest.mark.parametrize("topic", ["kazakhstan", "sport"])
def test_every_topic_needs_its_table(tmp_path: Path, topic: str) -> None:
    assert refused(tmp_path, toml_of({}).replace(f"[{topic}]\n", "")) == f"the topic [{topic}] is missing"


@pytest.mark.parametrize(
    ("content", "line"),
    [
        (b"", "the topic [kazakhstan] is missing"),
        (b"[energy", "this is no TOML: "),
        (b"energy = ", "this is no TOML: "),
        (b"[energy]\n[energy]\n", "this is no TOML: "),
        (b"[energy]\nen = 1\nen = 2", "this is no TOML: "),
        (b'x = "\x1b[31m', "this is no TOML: "),
        (b'x = "\\ud800"', "this is no TOML: "),
        (b"x = " + b"1" * 5000, "this is no TOML: "),
        (b"x = " + b"[" * 100_000, "this is no TOML: "),
        (b"{}\x00", "this is no TOML: "),
        ("x = 'газ'".encode("cp1251"), "expected UTF-8 text"),
        ("x = 'gas'".encode("utf-16"), "expected UTF-8 text"),
        (b"# " + b"x" * MAX_BYTES, "expected at most 2048 KiB"),
    ],
    ids=range(13),
)
def test_a_file_that_is_no_toml_is_refused(tmp_path: Path, content: bytes, line: str) -> None:
    assert refused(tmp_path, content).startswith(line)


def test_a_file_that_cannot_be_read_is_refused(tmp_path: Path) -> None:
    with pytest.raises(ListsError, match=r"^none\.toml: the file cannot be read \(No such file or directory\)$"):
        read_lists(tmp_path / "none.toml")
    with pytest.raises(ListsError, match=r"the file cannot be read \(Is a directory\)$"):
        read_lists(tmp_path)


@given(st.binary(max_size=200) | st.text(max_size=200).map(lambda text: text.encode("utf-8", "replace")))
def test_any_content_is_read_or_refused(tmp_path_factory: pytest.TempPathFactory, content: bytes) -> None:
    assert refused(tmp_path_factory.getbasetemp(), content)


@given(st.text(max_size=100).filter(lambda text: not {"\r", "\\", '"'} & {*text} and text.isprintable()))
def test_any_term_is_read_or_refused(tmp_path_factory: pytest.TempPathFactory, text: str) -> None:
    path = write(tmp_path_factory.getbasetemp() / "any.toml", {"energy.sure": text})
    try:
        found = read_lists(path).terms("energy", "sure")
    except ListsError:
        return
    again = write(path, {"energy.sure": ", ".join(term.text for term in found)})
    assert read_lists(again).terms("energy", "sure") == found


BASE: Words = {
    "energy.sure": {"en": "gas, oil", "ru": "газ"},
    "energy.tags": "power, fuel",
    "home.kazakhstan": ".kz, inform.kz",
    "elsewhere": "usa, korea",
}


@pytest.mark.parametrize(
    "change",
    [
        {"energy.sure": {"en": "Oil,\n  GAS # fuels", "ru": "газ"}},
        {"energy.sure": {"ru": "газ", "en": "gas, oil,"}},
        {"energy.sure": {"ru": "газ, gas, oil"}},
        {"energy.tags": "Fuel, & power"},
        {"home.kazakhstan": "inform.kz, .kz"},
        {"elsewhere": {"ru": "korea", "en": "usa"}},
        {"energy.hint": "# nothing yet"},
    ],
)
def test_the_version_stays_where_the_meaning_does(tmp_path: Path, change: Words) -> None:
    assert read(tmp_path, {**BASE, **change}).version == read(tmp_path, BASE).version


def test_the_version_does_not_depend_on_the_order_of_topics(tmp_path: Path) -> None:
    content = toml_of({"energy.sure": "gas", "energy.tags": "power", "water.sure": "dam", "water.tags": "power"})
    first, *tables = content.split("\n[")
    path = tmp_path / "turned.toml"
    path.write_text("\n[".join(["", *reversed(tables), first.removeprefix("[")]), encoding="utf-8")
    other = read_lists(path)
    same = read(tmp_path, {"energy.sure": "gas", "energy.tags": "power", "water.sure": "dam", "water.tags": "power"})
    assert other.version == same.version


@pytest.mark.parametrize(
    "change",
    [
        {"energy.sure": {"en": "gas", "ru": "газ"}},
        {"energy.sure": {"en": "gas, =oil", "ru": "газ"}},
        {"energy.sure": {"en": "gas, oil*", "ru": "газ"}},
        {"energy.sure": {"en": "gas oil", "ru": "газ"}},
        {"energy.sure": {"en": "gas + oil", "ru": "газ"}},
        {"energy.sure": {"en": "gas", "ru": "газ"}, "energy.hint": "oil"},
        {"energy.sure": {"en": "gas", "ru": "газ"}, "water.sure": "oil"},
        {"energy.not": "tear gas"},
        {"energy.tags": "power"},
        {"energy.tags": "power", "water.tags": "fuel"},
        {"water.tags": "power"},
        {"home.kazakhstan": ".kz"},
        {"home.kazakhstan": ".kz", "home.russia": "inform.kz"},
        {"elsewhere": "usa"},
    ],
)
def test_the_version_changes_with_the_meaning(tmp_path: Path, change: Words) -> None:
    assert read(tmp_path, {**BASE, **change}).version != read(tmp_path, BASE).version


def test_a_version_is_equal_on_every_machine(tmp_path: Path) -> None:
    # Articles are stored with it: where it is computed otherwise, every archive is classified again.
    assert read(tmp_path, BASE).version == "3ec2cbad72ff"


def test_the_shipped_file_leaves_room_for_more_languages() -> None:
    assert SHIPPED.stat().st_size < MAX_BYTES / 2

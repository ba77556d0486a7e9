"""Letters that no database stores are joined, replaced or dropped, and nothing else is touched."""

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.domain.letters import storable, storable_data, without_bad_references

ANY_LETTER = st.characters(codec=None, exclude_categories=())
ANY_TEXT = st.text(ANY_LETTER, max_size=40)


@pytest.mark.parametrize(
    ("given", "kept"),
    [
        ("Silk road", "Silk road"),
        ("Дорога \U0001f42b", "Дорога \U0001f42b"),
        ("half \ud83c", "half \ufffd"),
        ("\udf38 half", "\ufffd half"),
        ("\ud83c\ud83c", "\ufffd\ufffd"),
        ("joined \ud83d\udcc8", "joined \U0001f4c8"),
        ("wrong way \udcc8\ud83d", "wrong way \ufffd\ufffd"),
        ("nu\x00l", "nul"),
        ("\ud83d\x00\udcc8", "\U0001f4c8"),
        ("bytes of a header \udcff", "bytes of a header \ufffd"),
        ("", ""),
    ],
)
def test_a_text_is_made_storable(given: str, kept: str) -> None:
    assert storable(given) == kept


@given(ANY_TEXT)
def test_what_is_kept_can_be_stored_and_is_kept_as_it_is_from_then_on(text: str) -> None:
    kept = storable(text)
    kept.encode()
    assert "\x00" not in kept
    assert storable(kept) == kept
    if "\x00" not in text and not any("\ud800" <= letter <= "\udfff" for letter in text):
        assert kept == text


@pytest.mark.parametrize(
    ("given", "kept"),
    [
        ("&#xD83C; alone", "\ufffd alone"),
        ("&#55357;&#56520; up", "\U0001f4c8 up"),
        ("&#xd83d;&#XDCC8; up", "\U0001f4c8 up"),
        ("&#0;&#x0;&#x00000;nothing", "nothing"),
        ("&#8217;&#x41;&#1087;", "&#8217;&#x41;&#1087;"),
        ("&#9999999999;&#xFFFFFFFF;", "&#9999999999;&#xFFFFFFFF;"),
        ("AT&T &#; &#x; &# 5;", "AT&T &#; &#x; &# 5;"),
    ],
)
def test_a_reference_to_such_a_letter_is_mended(given: str, kept: str) -> None:
    assert without_bad_references(given) == kept


@given(
    st.recursive(
        st.none() | st.booleans() | st.integers() | ANY_TEXT,
        lambda inner: st.lists(inner, max_size=4) | st.dictionaries(ANY_TEXT, inner, max_size=4),
        max_leaves=12,
    )
)
def test_all_texts_and_names_of_json_become_storable(value: object) -> None:
    kept, changed = storable_data(value)
    json.dumps(kept, ensure_ascii=False).encode()
    assert storable_data(kept) == (kept, 0)
    assert changed > 0 or kept == value


def test_changed_texts_of_json_are_counted() -> None:
    value = {"title": "half \ud83c", "tags": ["a\x00", "b", {"\ud83c": 1}], "n": 1.5}
    assert storable_data(value) == ({"title": "half \ufffd", "tags": ["a", "b", {"\ufffd": 1}], "n": 1.5}, 3)

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.domain.excerpts import SNIPPET_LENGTH, Excerpt, excerpt, marked


def wanted(word: str) -> str | None:
    normal = word.casefold()
    return normal if normal in ("gold", "silver") else None


def shown(found: Excerpt | None) -> str | None:
    return None if found is None else "".join(f"[{text}]" if meant else text for text, meant in found)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("", ""),
        ("Nothing", "Nothing"),
        ("Gold, “gold”!", "[Gold], “[gold]”!"),
        ("Golden gold's", "Golden gold's"),
        ("go\u202eld", "[gold]"),
    ],
)
def test_meant_words_are_marked_and_their_signs_are_not(text: str, expected: str) -> None:
    assert shown(marked(text, wanted)) == expected


def test_a_short_text_is_shown_whole() -> None:
    assert shown(excerpt("One.\n\nTwo gold  three.", wanted)) == "One. Two [gold] three."


def test_a_text_that_does_not_say_it_has_no_excerpt() -> None:
    assert excerpt("Nothing here", wanted) is None


def test_of_a_long_text_the_place_with_the_most_different_words_is_shown() -> None:
    filler = "word " * 100
    found = shown(excerpt(f"{filler}gold gold gold {filler}silver and gold {filler}", wanted))
    assert found is not None
    assert found.startswith("…word")
    assert "[silver] and [gold]" in found
    assert found.endswith("word…")


def test_an_excerpt_ends_at_a_word() -> None:
    assert shown(excerpt("gold one two three four five", wanted, 18)) == "[gold] one two…"


@given(
    st.lists(st.sampled_from(["gold", "Silver", "a", "longerword", "x" * 300, "\n", "—"]), max_size=120).map(" ".join)
)
def test_an_excerpt_is_never_too_long_and_says_what_was_asked(text: str) -> None:
    found = excerpt(text, wanted)
    assert (found is None) == (wanted("gold") is None or not any(wanted(word) for word in text.split()))
    if found is not None:
        assert sum(len(piece) for piece, _ in found) <= SNIPPET_LENGTH
        assert any(meant for _, meant in found)
        assert all(wanted(piece) for piece, meant in found if meant)

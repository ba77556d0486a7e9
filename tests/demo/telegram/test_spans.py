"""Entities after parsing: trimming, the limit, and the entities that the server adds."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.demo.telegram.spans import MAX_ENTITIES, found_entities, trimmed, utf16_length


def entity(kind: str, offset: int, length: int) -> dict[str, object]:
    return {"type": kind, "offset": offset, "length": length}


@pytest.mark.parametrize(
    ("text", "entities"),
    [
        ("/start", [entity("bot_command", 0, 6)]),
        ("📈 /rates@JarchiBot now", [entity("bot_command", 3, 16)]),
        ("see https://a.org/x?y=1. Or", [entity("url", 4, 19)]),
        (
            "ask @ann_b, #oil and /help",
            [entity("mention", 4, 6), entity("hashtag", 12, 4), entity("bot_command", 21, 5)],
        ),
        ("1/2 and/or a@b.org /path/to #1", []),
    ],
)
def test_the_server_finds_commands_links_mentions_and_hashtags(text: str, entities: list[dict[str, object]]) -> None:
    assert found_entities(text, []) == entities


def test_nothing_is_found_inside_code_and_links_but_in_bold_text_it_is() -> None:
    text = "/a /b /c"
    taken = [entity("code", 0, 2), entity("text_link", 3, 2), entity("bold", 6, 2)]
    assert found_entities(text, taken) == [entity("bot_command", 6, 2)]


def test_white_space_around_a_text_is_cut_and_entities_move() -> None:
    assert trimmed("\n  ab \n", [entity("bold", 0, 4), entity("italic", 4, 3), entity("code", 0, 2)]) == (
        "ab",
        [entity("bold", 0, 1), entity("italic", 1, 1)],
    )


def test_entities_beyond_the_limit_are_dropped() -> None:
    many = [entity("bold", i, 1) for i in range(MAX_ENTITIES + 5)]
    assert trimmed("x" * 200, many) == ("x" * 200, many[:100])


@given(st.text(st.characters(exclude_categories=["Cs"])))
def test_utf16_length_counts_code_units(text: str) -> None:
    assert utf16_length(text) == sum(2 if ord(character) > 0xFFFF else 1 for character in text)

"""Messages as people type and edit them."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.demo.telegram import EmbeddedTelegram
from bot.demo.telegram.writing import edit, formatted, write

ANN, BEK, GROUP = 5, 6, -1_001_000_000_001


@pytest.mark.parametrize(
    ("typed", "text", "entities"),
    [
        ("plain", "plain", []),
        ("**Big** news", "Big news", [("bold", 0, 3)]),
        ("😀 __so__ ~~no~~", "😀 so no", [("italic", 3, 2), ("strikethrough", 6, 2)]),
        ("||x|| `y`", "x y", [("spoiler", 0, 1), ("code", 2, 1)]),
        ("2 ** 3 ** 4", "2 ** 3 ** 4", []),
        ("****", "****", []),
    ],
)
def test_typed_marks_become_formatting(typed: str, text: str, entities: list[tuple[str, int, int]]) -> None:
    plain, found = formatted(typed)
    assert (plain, [(one["type"], one["offset"], one["length"]) for one in found]) == (text, entities)


@given(st.text(alphabet="a *_~|`\n😀", max_size=40))
def test_formatting_lies_within_the_text(typed: str) -> None:
    text, entities = formatted(typed)
    units = len(text.encode("utf-16-le")) // 2
    assert all(one["length"] > 0 and one["offset"] + one["length"] <= units for one in entities)


async def test_an_edited_message_keeps_its_place_and_its_reply(tg: EmbeddedTelegram) -> None:
    first = write(tg.world, ANN, "one", ANN)
    second = write(tg.world, ANN, "two /rates", ANN, first["message_id"])
    edited = edit(tg.world, ANN, second["message_id"], "three /news", ANN)
    assert [message["text"] for message in tg.messages(ANN)] == ["one", "three /news"]
    assert edited["reply_to_message"]["text"] == "one"
    assert edited["entities"] == [{"type": "bot_command", "offset": 6, "length": 5}]


@pytest.mark.parametrize("text", ["", " ", "one", "x" * 4097])
async def test_an_edit_needs_another_text(tg: EmbeddedTelegram, text: str) -> None:
    write(tg.world, ANN, "one", ANN)
    with pytest.raises(ValueError, match="another text"):
        edit(tg.world, ANN, 1, text, ANN)


async def test_only_the_author_edits_a_message(tg: EmbeddedTelegram) -> None:
    write(tg.world, ANN, "one", GROUP)
    with pytest.raises(ValueError, match="no text 1"):
        edit(tg.world, BEK, 1, "two", GROUP)


async def test_an_edit_that_the_bot_does_not_see_sends_no_update(tg: EmbeddedTelegram) -> None:
    write(tg.world, BEK, "hello", GROUP)
    edit(tg.world, BEK, 1, "hello all", GROUP)
    assert len(tg.world.updates) == 0

"""The rights that the bot needs, and the names of chats that people type."""

import pytest

from bot.domain.chats import username_in
from bot.domain.rights import Right, needed


def test_each_kind_of_chat_needs_the_right_to_post_first() -> None:
    assert needed(channel=True, forum=False) == (Right.POST, Right.EDIT)
    assert needed(channel=False, forum=False) == (Right.POST, Right.PIN)
    assert needed(channel=False, forum=True) == (Right.POST, Right.PIN, Right.TOPICS)


@pytest.mark.parametrize(
    "typed", ["@almaty_today", "t.me/almaty_today", "https://t.me/almaty_today/", " @almaty_today "]
)
def test_a_name_or_a_link_names_a_chat(typed: str) -> None:
    assert username_in(typed) == "@almaty_today"


@pytest.mark.parametrize(
    "typed",
    [
        "almaty_today",
        "@abc",
        "@1almaty",
        "@алматы",
        "t.me/joinchat/abcdef",
        "https://t.me/c/12/3",
        "@almaty today",
        "",
        "@" + "a" * 33,
    ],
)
def test_other_texts_name_none(typed: str) -> None:
    assert username_in(typed) is None

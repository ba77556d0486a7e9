"""Each sentence of Telegram's and its family, in any letter case, with or without the status before it."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.delivery.families import Family, family, seconds_in

SENTENCES = {
    Family.TOPIC: [
        "TOPIC_DELETED",
        "TOPIC_ID_INVALID",
        "TOPIC_CLOSED",
        "topic closed",
        "topic not found",
        "the topic was deleted",
        "General topic is closed",
        "message thread not found",
        "MESSAGE_THREAD_INVALID",
        "the chat is not a forum",
        "CHANNEL_FORUM_MISSING",
        "invalid message thread identifier specified",
        "topics are disabled in the chat",
    ],
    Family.RIGHTS: [
        "not enough rights to send text messages to the chat",
        "not enough rights to send photos to the chat",
        "have no rights to send a message",
        "have no write access to the chat",
        "need administrator rights in the channel chat",
        "CHAT_WRITE_FORBIDDEN",
        "CHAT_ADMIN_REQUIRED",
        "CHAT_RESTRICTED",
        "CHAT_SEND_PLAIN_FORBIDDEN",
        "CHAT_SEND_PHOTOS_FORBIDDEN",
        "CHAT_SEND_WEBPAGE_FORBIDDEN",
        "user is restricted",
        "CHAT_GUEST_SEND_FORBIDDEN",
        "USER_BANNED_IN_CHANNEL",
        "USER_RESTRICTED",
        "RIGHT_FORBIDDEN",
        "ALLOW_PAYMENT_REQUIRED_50",
    ],
    Family.BLOCKED: [
        "bot was blocked by the user",
        "user is deactivated",
        "bot can't initiate conversation with a user",
        "bot was kicked from the supergroup chat",
        "bot was removed from the group chat",
        "bot is not a participant of the channel chat",
        "user has blocked the bot",
        "bot was stopped by the user",
        "bot is not a member of the channel chat",
        "the group chat was deleted",
        "group is deactivated",
        "USER_IS_BLOCKED",
        "YOU_BLOCKED_USER",
        "INPUT_USER_DEACTIVATED",
        "USER_DEACTIVATED_BAN",
        "CHANNEL_PRIVATE",
        "CHAT_FORBIDDEN",
    ],
    Family.NOT_FOUND: [
        "chat not found",
        "private chat not found",
        "user not found",
        "PEER_ID_INVALID",
        "CHAT_ID_INVALID",
        "CHANNEL_INVALID",
        "USER_ID_INVALID",
    ],
    Family.MOVED: [
        "group chat was upgraded to a supergroup chat",
        "group chat was migrated to a supergroup chat",
        "CHAT_MIGRATED",
    ],
    Family.FLOOD: [
        "Too Many Requests: retry after 5",
        "FLOOD_WAIT_5",
        "FLOOD_WAIT_X",
        "SLOWMODE_WAIT_30",
        "retry after 9",
        "Flood control exceeded. Retry in 9 seconds",
    ],
    Family.NOT_MODIFIED: [
        "message is not modified: specified new message content and reply markup are exactly the same",
        "MESSAGE_NOT_MODIFIED",
    ],
    Family.MESSAGE_GONE: [
        "message to edit not found",
        "message to delete not found",
        "message can't be edited",
        "message can't be deleted for everyone",
        "MESSAGE_ID_INVALID",
        "MESSAGE_EDIT_TIME_EXPIRED",
        "message to be replied not found",
        "query is too old and response timeout expired or query ID is invalid",
        "QUERY_ID_INVALID",
    ],
    Family.TO_BOT: ["the bot can't send messages to the bot", "bots can't send messages to bots", "USER_IS_BOT"],
    Family.NOT_PAID: ["FLOODSKIP_NOT_ALLOWED", "BALANCE_TOO_LOW"],
    Family.MALFORMED: [
        'can\'t parse entities: Unsupported start tag "topic closed, chat not found" at byte offset 0',
        "message text is empty",
        "message is too long",
        "MESSAGE_TOO_LONG",
        "reply markup is too long",
        "BUTTON_DATA_INVALID",
        "BUTTON_URL_INVALID",
        "Wrong HTTP URL",
        "WEBPAGE_CURL_FAILED",
        "Request Entity Too Large",
    ],
    Family.UNKNOWN: [
        "",
        "something that nobody has seen yet",
        "QUITE_NEW_RULE",
        "Internal Server Error",
        "a" * 100_000,
    ],
}
ROWS = [(found, words) for found, sentences in SENTENCES.items() for words in sentences]


@pytest.mark.parametrize(("expected", "words"), ROWS, ids=[words[:40] for _, words in ROWS])
def test_the_family_of_a_sentence(expected: Family, words: str) -> None:
    for status in ("", "Bad Request: ", "Forbidden: ", "Error: "):
        if expected is Family.NOT_MODIFIED and status == "Forbidden: ":
            continue  # an edit is never refused so
        assert family(status + words) is expected
        assert family((status + words).upper()) is expected
        assert family(words.capitalize()) is expected  # as python-telegram-bot leaves it


@pytest.mark.parametrize(
    ("words", "seconds"),
    [
        ("Too Many Requests: retry after 5", 5.0),
        ("FLOOD_WAIT_43", 43.0),
        ("A wait of 17 seconds is required", 17.0),
        ("flood wait 8", 8.0),
        ("Flood control exceeded. Retry in 12 seconds", 12.0),
        ("FLOOD_WAIT_X", None),
        ("Too Many Requests", None),
        ("", None),
    ],
)
def test_the_seconds_in_a_sentence(words: str, seconds: float | None) -> None:
    assert seconds_in(words) == seconds


@given(st.text())
def test_any_text_has_a_family(words: str) -> None:
    assert isinstance(family(words), Family)
    assert seconds_in(words) is None or seconds_in(words) >= 0

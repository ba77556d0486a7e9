"""Each sentence of the server and what it means for a delivery."""

import datetime as dt

import pytest
from telegram.error import (
    BadRequest,
    ChatMigrated,
    Forbidden,
    InvalidToken,
    NetworkError,
    RetryAfter,
    TelegramError,
    TimedOut,
)

from bot.delivery.answers import NotSent
from bot.delivery.outcomes import Outcome, decide
from bot.domain.events import EventKind

NOW = dt.datetime(2026, 1, 1, tzinfo=dt.UTC)


@pytest.mark.parametrize(
    ("error", "outcome"),
    [
        (None, Outcome.SENT),
        (
            NetworkError("Internal Server Error: sent message was immediately deleted and can't be returned"),
            Outcome.SENT,
        ),
        (Forbidden("Forbidden: bot was blocked by the user"), Outcome.GONE),
        (Forbidden("Forbidden: user is deactivated"), Outcome.GONE),
        (Forbidden("Forbidden: bot was kicked from the supergroup chat"), Outcome.GONE),
        (Forbidden("Forbidden: bot can't initiate conversation with a user"), Outcome.GONE),
        (BadRequest("Chat not found"), Outcome.NOT_FOUND),
        (BadRequest("Peer_id_invalid"), Outcome.NOT_FOUND),
        (BadRequest("Chat_write_forbidden"), Outcome.PAUSED),
        (BadRequest("Not enough rights to send text messages to the chat"), Outcome.PAUSED),
        (BadRequest("Topic_closed"), Outcome.NO_TOPIC),
        (BadRequest("Can't parse entities: unsupported start tag"), Outcome.OUR_FAULT),
        (BadRequest("Message is too long"), Outcome.OUR_FAULT),
        (BadRequest("Button_data_invalid"), Outcome.OUR_FAULT),
        (InvalidToken("Unauthorized"), Outcome.STOP),
        (ChatMigrated(-1005), Outcome.MOVED),
        (RetryAfter(dt.timedelta(seconds=7)), Outcome.LATER),
        (NotSent("no connection"), Outcome.LATER),
        (TimedOut(), Outcome.UNCERTAIN),
        (NetworkError("Bad Gateway"), Outcome.UNCERTAIN),
        (NetworkError("an answer that cannot be read (502)"), Outcome.UNCERTAIN),
        (TelegramError("something of the library"), Outcome.OUR_FAULT),
    ],
)
def test_what_an_answer_means(error: TelegramError | None, outcome: Outcome) -> None:
    assert decide(error, EventKind.ARTICLE, 0, False, NOW).outcome is outcome


def test_a_flood_limit_is_waited_out_and_does_not_count() -> None:
    decision = decide(RetryAfter(dt.timedelta(seconds=7)), EventKind.ARTICLE, 3, False, NOW)
    assert (decision.counts, decision.not_before) == (False, NOW + dt.timedelta(seconds=7.1))


@pytest.mark.parametrize(("kind", "repeat", "again"), [
    (EventKind.ARTICLE, False, False), (EventKind.DIGEST, False, False), (EventKind.CROSSING, False, True), (EventKind.CROSSING, True, False),
])  # fmt: skip
def test_only_a_crossing_is_sent_once_more_when_its_fate_is_uncertain(
    kind: EventKind, repeat: bool, again: bool
) -> None:
    assert (decide(TimedOut(), kind, 0, repeat, NOW).not_before is not None) is again


def test_pauses_grow_while_there_is_no_connection() -> None:
    pauses = [decide(NotSent("x"), EventKind.ARTICLE, n, False, NOW).not_before for n in range(12)]
    assert pauses == sorted(pauses)
    assert pauses[0] == NOW + dt.timedelta(seconds=2)
    assert pauses[-1] == NOW + dt.timedelta(minutes=10)

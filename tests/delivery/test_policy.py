"""The decision about a delivery before it is sent, and the outcome of each answer of the server."""

import datetime as dt
from dataclasses import replace

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
from bot.delivery.policy import DAY, LONGEST_CHAT_WAIT, MAX_ATTEMPTS, Outcome, decide, judge, requeue
from bot.domain.chats import Chat, ChatState, Quiet
from bot.domain.deliveries import Delivery, DeliveryState
from bot.domain.events import Event, EventKind
from storage.claims import LEASE
from storage.deliveries import Message
from tests.events import sample

NOW = dt.datetime(2026, 1, 1, tzinfo=dt.UTC)
CHAT = Chat(1, "private", "en", "Asia/Almaty")


def delivery(kind: EventKind = EventKind.ARTICLE, attempts: int = 0, repeat: bool = False) -> Delivery:
    return Delivery(1, Event(1, f"{kind}:1", sample(kind), NOW), 1, 0, silent=False, attempts=attempts, repeat=repeat)


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
    assert judge(error, replace(delivery(), thread_id=7), NOW).outcome is outcome


def test_a_closed_general_topic_is_one_of_the_topics() -> None:
    assert judge(BadRequest("Topic_closed"), delivery(), NOW).outcome is Outcome.NO_TOPIC


def test_a_flood_limit_is_waited_out_and_does_not_count() -> None:
    update = judge(RetryAfter(dt.timedelta(seconds=7)), delivery(attempts=3), NOW).update
    assert (update.attempted, update.not_before) == (False, NOW + dt.timedelta(seconds=7.1))


@pytest.mark.parametrize(("kind", "repeat", "again"), [
    (EventKind.ARTICLE, False, False), (EventKind.DIGEST, False, False), (EventKind.CROSSING, False, True), (EventKind.CROSSING, True, False),
])  # fmt: skip
def test_only_a_crossing_is_sent_once_more_when_its_fate_is_uncertain(
    kind: EventKind, repeat: bool, again: bool
) -> None:
    update = judge(TimedOut(), delivery(kind, repeat=repeat), NOW).update
    expected = (DeliveryState.PENDING, True) if again else (DeliveryState.UNCERTAIN, None)
    assert (update.state, update.repeat) == expected
    assert (update.not_before is not None) is again


def test_pauses_grow_while_there_is_no_connection() -> None:
    pauses = [judge(NotSent("x"), delivery(attempts=n), NOW).update.not_before for n in range(MAX_ATTEMPTS - 1)]
    assert pauses == sorted(pauses)  # type: ignore[type-var]
    assert pauses[0] == NOW + dt.timedelta(seconds=2)
    assert pauses[-1] == NOW + dt.timedelta(seconds=128)


def test_what_fails_too_often_is_kept_and_what_does_not_count_is_tried_for_ever() -> None:
    last = delivery(attempts=MAX_ATTEMPTS - 1)
    assert judge(NotSent("x"), last, NOW).update.state is DeliveryState.DEAD
    assert judge(RetryAfter(dt.timedelta(seconds=7)), last, NOW).update.state is DeliveryState.PENDING
    assert judge(InvalidToken("Unauthorized"), last, NOW).update.state is DeliveryState.PENDING


def test_what_is_not_sent_now() -> None:
    quiet = replace(CHAT, quiet=Quiet(10 * 60, 12 * 60))  # until 7:00 UTC
    morning = dt.datetime(2026, 1, 1, 7, tzinfo=dt.UTC)
    at = morning - dt.timedelta(minutes=30)
    correction = delivery(EventKind.CORRECTION)
    message = Message(7, at, 1, at, several=False)
    blocked = replace(delivery(), blocked_until=NOW + DAY)
    assert decide(delivery(), CHAT, NOW, 0.0, None) is None
    assert decide(correction, quiet, at, 0.0, message) is None
    assert decide(delivery(EventKind.DIGEST), quiet, at, 0.0, None) is None
    assert decide(delivery(), quiet, at, 0.0, None) == requeue(delivery(), morning)
    assert decide(blocked, CHAT, NOW, 0.0, None) == requeue(blocked, NOW + DAY)
    assert decide(delivery(), CHAT, NOW, LONGEST_CHAT_WAIT, None) is None
    assert decide(delivery(), CHAT, NOW, 60.0, None) == requeue(delivery(), NOW + dt.timedelta(minutes=1))
    for state in (ChatState.GONE, ChatState.STOPPED):
        dropped = decide(delivery(), replace(CHAT, state=state), NOW, 0.0, None)
        assert dropped is not None
        assert dropped.state is DeliveryState.DROPPED
    assert decide(delivery(), replace(CHAT, state=ChatState.PAUSED), NOW, 0.0, None) is None


def test_a_correction_of_a_message_on_its_way_waits_once() -> None:
    first, second = (decide(delivery(EventKind.CORRECTION, attempts=n), CHAT, NOW, 0.0, None) for n in (0, 1))
    assert first is not None
    assert second is not None
    assert (first.state, first.not_before, first.attempted) == (DeliveryState.PENDING, NOW + LEASE, True)
    assert second.state is DeliveryState.DROPPED

"""Answers to the messages of the last minute, so that an edited message replaces its answer. In memory, bounded."""

from __future__ import annotations

import datetime as dt
from collections import OrderedDict
from dataclasses import dataclass, field

from telegram import Message

# A later edit is ignored: it corrects a message, and is no new request.
EDITABLE = dt.timedelta(minutes=1)
# Telegram lets a bot answer some 1,800 messages a minute; beyond this number (1 KiB each) the oldest is removed.
MAX_ANSWERS = 4_000


@dataclass(frozen=True, slots=True)
class Sent:
    """A message of an answer; `text`: whether its text can be edited."""

    message_id: int
    text: bool = True


@dataclass(slots=True)
class Answer:
    """The answer to a message: the messages `sent`, and the rows `made` (a kind such as alert, and its id).

    `text_hash` is the hash of the message's cleaned text: the text itself is not kept. `prompt` is the key of the
    prompt that the message answered, if it did.
    """

    text_hash: int
    sent: list[Sent] = field(default_factory=list)
    made: list[tuple[str, int]] = field(default_factory=list)
    prompt: str | None = None


class Answers:
    """The answers to the newest messages, by chat and message."""

    def __init__(self, limit: int = MAX_ANSWERS) -> None:
        self._limit = limit
        self._answers: OrderedDict[tuple[int, int], Answer] = OrderedDict()

    def __len__(self) -> int:
        """Return the number of answers."""
        return len(self._answers)

    def get(self, message: Message) -> Answer | None:
        """Return the answer to a message before it was edited."""
        return self._answers.get((message.chat.id, message.message_id))

    def keep(self, message: Message, answer: Answer) -> None:
        """Store an answer; beyond the limit the oldest is removed."""
        self._answers[message.chat.id, message.message_id] = answer
        self._answers.move_to_end((message.chat.id, message.message_id))
        if len(self._answers) > self._limit:
            self._answers.popitem(last=False)


def in_time(message: Message) -> bool:
    """Return whether a message was edited soon enough after it was sent to be answered again."""
    return message.edit_date is not None and message.edit_date - message.date <= EDITABLE

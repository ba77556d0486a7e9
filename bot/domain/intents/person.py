"""The person who typed a sentence, as far as the meaning of its words depends on them."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Person:
    """The language of the chat, the own currencies, the day and the time zone (IANA name) of a person.

    `som` is the code of the money that the person said to mean by that word; empty until they were asked.
    """

    language: str = "en"
    own: tuple[str, ...] = ()
    today: dt.date | None = None
    timezone: str = ""
    som: str = ""

"""The tour of the demo: steps for each person, finished by what happens in the person's chat with the bot.

One more step is for people who own a channel: the bot's first post there finishes it. The page has the words of the
steps (bot/demo/page/tour.js). A step is recognised by the actions of the buttons under the bot's messages, which are
the same in every language.
"""

from __future__ import annotations

import re
from collections.abc import Callable

from bot.demo.telegram import EmbeddedTelegram
from bot.demo.telegram.rights import CREATOR
from bot.demo.telegram.wire import JSON
from bot.views.buttons import RECORD_VERSION

# In the order in which the page shows them: press Start; convert money; set an alert; receive it, or follow a topic;
# publish to one's channel; be somebody who writes in another language.
START, CONVERT, ALERT, EVENT, CHANNEL, OTHER = STEPS = ("start", "convert", "alert", "event", "channel", "other")

# The data of buttons under a conversion, a stored alert, an alert that fired (a record), and a topic that is followed.
_CONVERSION = re.compile(r"\w+:convert:ask:.")
_ALERT = re.compile(r"\w+:alerts:(?!list:)\w+:\d+(?::|$)")
_EVENT = re.compile(
    rf"{RECORD_VERSION}:alerts:(?!list:)\w+:\d+(?::|$)|\w+:topics:(?:(?!list:)\w+:\d+(?::|$)|set:[\w-]+:0$)"
)


class Tour:
    """Watches the chats of people with the bot. `on_alert` gets the text about the first alert that a person sets."""

    def __init__(self, telegram: EmbeddedTelegram, on_alert: Callable[[str], None]) -> None:
        self._telegram, self._on_alert = telegram, on_alert
        self._people = telegram.world.people
        self._done: dict[int, set[str]] = {person: set() for person in self._people}
        self._amounts: set[int] = set()  # people who have written a text with a number in it
        telegram.world.listeners.append(self._happened)
        self._show()

    def _happened(self, event: JSON) -> None:
        """Finish the steps that a new or changed message shows."""
        person = event.get("chat")
        if event["type"] == "message":
            self._posted(event)
        if event["type"] not in ("message", "edit") or person not in self._done:
            return
        message = event["message"]
        if message["from"]["id"] == person:
            if any(sign.isdigit() for sign in message.get("text", "")):  # a shared chat has no text
                self._amounts.add(person)
            return
        found = {START} | {step for step, pattern in self._patterns(person) if _has_button(message, pattern)}
        if not found <= self._done[person]:
            first_alert = ALERT in found - self._done[person]
            self._done[person] |= found
            self._show()
            if first_alert:
                self._on_alert(message.get("text", ""))

    def _posted(self, event: JSON) -> None:
        """Finish the step of a channel's owner with the bot's first post there."""
        world = self._telegram.world
        chat = world.chats[event["chat"]]
        if chat.kind != "channel" or chat.author(event["message"]) != world.bot["id"]:
            return
        for owner in (person for person, member in chat.people.items() if member.status == CREATOR):
            if owner in self._done and CHANNEL not in self._done[owner]:
                self._done[owner].add(CHANNEL)
                self._show()

    def _patterns(self, person: int) -> list[tuple[str, re.Pattern[str]]]:
        converting = [(CONVERT, _CONVERSION)] if person in self._amounts else []
        return [*converting, (ALERT, _ALERT), (EVENT, _EVENT)]

    def _show(self) -> None:
        for person, done in self._done.items():
            if any(
                CONVERT in self._done[other] for other in self._done if self._language(other) != self._language(person)
            ):
                done.add(OTHER)
        self._telegram.show_tour(
            {person: [step for step in STEPS if step in done] for person, done in self._done.items()}
        )

    def _language(self, person: int) -> str | None:
        return self._people[person].language_code


def _has_button(message: JSON, pattern: re.Pattern[str]) -> bool:
    rows = message.get("reply_markup", {}).get("inline_keyboard", [])
    return any(pattern.match(button.get("callback_data", "")) for row in rows for button in row)

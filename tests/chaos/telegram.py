"""The embedded Telegram as a process: it reads JSON commands from standard input and answers on standard output.

A line is {"do": a method of the embedded Telegram, or a function below, "arguments": {...}}; the answer is
{"done": what it returned}. Between answers it writes {"sent": the number of sendMessage requests}.
"""

from __future__ import annotations

import asyncio
import json
import sys
from typing import Any

from bot.demo.telegram import EmbeddedTelegram
from bot.demo.telegram.flood import FloodPolicy
from bot.demo.telegram.people import SUPERGROUPS_BELOW

# As over a network, so that messages are under way.
LATENCY_SECONDS = 0.03
# The rights of the bot in a channel.
POSTING = ["can_post_messages"]
# Each line is one order; the longest names all people.
LONGEST_LINE = 1 << 20


def begin(
    telegram: EmbeddedTelegram,
    people: list[int],
    groups: dict[str, list[int]],
    channels: dict[str, list[int]],
    names: dict[str, str],
    threads: int,
) -> tuple[str, list[int]]:
    """Add all people, groups and channels with their admins.

    The group with a supergroup's id becomes a forum with so many topics; return the address and their numbers.
    """
    for person in people:
        telegram.add_person(person, f"P{person}")
    for group, admins in groups.items():
        telegram.add_group(int(group), names[group], [], admins)
    for channel, admins in channels.items():
        telegram.add_channel(int(channel), names[channel], [], admins, bot_rights=POSTING)
    forum, admins = next((int(group), admins) for group, admins in groups.items() if int(group) < SUPERGROUPS_BELOW)
    telegram.make_forum(forum, admins[0])
    board(telegram, forum, 0)  # the number of the first message of a forum is that of its General topic
    return telegram.url, [telegram.create_topic(forum, admins[0], f"T{n}") for n in range(threads)]


def board(telegram: EmbeddedTelegram, chat_id: int, thread: int) -> int:
    """Let the bot send a message that becomes a board; return its number."""
    place = {"message_thread_id": thread, "is_topic_message": True} if thread else {}
    world = telegram.world
    return int(world.add_message(world.chats[chat_id], world.bot, {"text": "board", **place})["message_id"])


def text_of(telegram: EmbeddedTelegram, chat_id: int, message_id: int) -> str:
    """The text of a message, empty if it is gone."""
    return str(telegram.world.chats[chat_id].messages.get(message_id, {}).get("text", ""))


def allow(telegram: EmbeddedTelegram, channel: int, by: int, post: bool) -> None:
    """Give the bot the right to post in a channel (add it there), or take it away."""
    telegram.promote(channel, by, telegram.world.bot["id"], POSTING if post else [])


def drafts(telegram: EmbeddedTelegram) -> list[tuple[int, int, str, list[str]]]:
    """The messages in private chats with buttons of a review: person, message, text, the buttons' data."""
    found = []
    for person in telegram.world.people:
        for message in telegram.messages(person):
            rows = message.get("reply_markup", {}).get("inline_keyboard", [])
            data = [button.get("callback_data", "") for row in rows for button in row]
            if any(":review:" in one for one in data):
                found.append((person, message["message_id"], message["text"], data))
    return found


def calm(telegram: EmbeddedTelegram) -> None:
    """Forget the faults that were not met."""
    telegram._faults.pending.clear()


def shown(telegram: EmbeddedTelegram) -> dict[int, list[tuple[int, int, str]]]:
    """The bot's messages in each chat: (message id, thread, text)."""
    bot = telegram.world.bot["id"]
    return {
        number: [
            (message["message_id"], message.get("message_thread_id", 0), message["text"])
            for message in chat.messages.values()
            if chat.author(message) == bot and "text" in message
        ]
        for number, chat in telegram.world.chats.items()
    }


def unanswered(telegram: EmbeddedTelegram) -> list[tuple[int, int, str]]:
    """The sendMessage requests with no answer, or one without a result or too late: chat, thread, text."""
    return [
        (call.params["chat_id"], call.params.get("message_thread_id", 0), call.params["text"])
        for call in telegram.calls_of("sendMessage")
        # Of what was cut off and of garbage there is no result; a late answer was to be a good one.
        if call.result is None or call.status >= 500 or id(call) in LATE
    ]


OWN = {function.__name__: function for function in (allow, begin, board, calm, drafts, shown, text_of, unanswered)}
# The ids of calls answered after every client's timeout.
LATE: set[int] = set()
LATE_SECONDS = 2.0


def note_late(telegram: EmbeddedTelegram) -> None:
    """Note which calls meet a long silence: the call is kept right after its fault was taken and obeyed."""
    take, keep = telegram._faults.take, telegram._api._answered
    silences: list[tuple[str, object]] = []

    def taking(method: str, chat_id: object) -> Any:
        fault = take(method, chat_id)
        if fault and fault.kind == "hang" and fault.seconds >= LATE_SECONDS:
            silences.append((method, chat_id))
        return fault

    def keeping(call: Any) -> None:
        if (which := (call.method, call.params.get("chat_id"))) in silences:
            silences.remove(which)
            LATE.add(id(call))
        keep(call)

    telegram._faults.take, telegram._api._answered = taking, keeping  # type: ignore[method-assign]


async def serve(token: str) -> None:
    """Serve until standard input ends."""
    loop = asyncio.get_running_loop()
    orders = asyncio.StreamReader(limit=LONGEST_LINE)
    await loop.connect_read_pipe(lambda: asyncio.StreamReaderProtocol(orders), sys.stdin)
    async with EmbeddedTelegram(token, latency=LATENCY_SECONDS, flood=FloodPolicy()) as telegram:
        note_late(telegram)
        reporting = asyncio.create_task(report_sent(telegram))
        while line := await orders.readline():
            order: dict[str, Any] = json.loads(line)
            own = OWN.get(order["do"])
            done = own(telegram, **order["arguments"]) if own else getattr(telegram, order["do"])(**order["arguments"])
            print(json.dumps({"done": done}), flush=True)
        reporting.cancel()


async def report_sent(telegram: EmbeddedTelegram) -> None:
    """Report the count at each new sendMessage request."""
    count = 0
    while True:
        await telegram.wait_for(lambda: len(telegram.calls_of("sendMessage")) > count, timeout=3600)  # noqa: B023
        count = len(telegram.calls_of("sendMessage"))
        print(json.dumps({"sent": count}), flush=True)


if __name__ == "__main__":
    asyncio.run(serve(sys.argv[1]))

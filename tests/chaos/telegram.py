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

# As over a network, so that messages are under way.
LATENCY_SECONDS = 0.03
# Each line is one order; the longest names all people.
LONGEST_LINE = 1 << 20


def begin(telegram: EmbeddedTelegram, people: list[int], groups: list[int]) -> str:
    """Add all people and groups; return the address."""
    for person in people:
        telegram.add_person(person, f"P{person}")
    for group in groups:
        telegram.add_group(group, f"G{group}", [people[0]], [people[0]])
    return telegram.url


def calm(telegram: EmbeddedTelegram) -> None:
    """Forget the faults that were not met."""
    telegram._faults.pending.clear()


def shown(telegram: EmbeddedTelegram) -> dict[int, list[tuple[int, str]]]:
    """The bot's messages in each chat: (message id, text)."""
    return {
        chat: [(m["message_id"], m["text"]) for m in telegram.messages(chat) if m["from"]["is_bot"] and "text" in m]
        for chat in telegram.world.chats
    }


def unanswered(telegram: EmbeddedTelegram) -> list[tuple[int, str]]:
    """The sendMessage requests with no answer, an answer without a result, or one that came too late: chat, text."""
    return [
        (call.params["chat_id"], call.params["text"])
        for call in telegram.calls_of("sendMessage")
        # Of what was cut off and of garbage there is no result; a late answer was to be a good one.
        if call.result is None or call.status >= 500 or id(call) in LATE
    ]


OWN = {function.__name__: function for function in (begin, calm, shown, unanswered)}
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
    async with EmbeddedTelegram(token, latency=LATENCY_SECONDS) as telegram:
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

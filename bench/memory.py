"""Whether memory stabilizes: `jarchi run` in a process of its own while new people keep writing to it.

The embedded Telegram sends commands, plain sentences, buttons, inline queries and groups, a hundred thousand updates
in all, each person for the first time; memory is the resident size, read after every 20,000.
"""

from __future__ import annotations

import asyncio
import random
import tempfile
from pathlib import Path
from typing import Any

import psutil

from bench import databases, report, scale
from bot.demo.site import EditionSite
from bot.demo.telegram import EmbeddedTelegram

ROUNDS, ROUND = 5, 20_000
# People who write at the same time: fewer than the updates that the bot handles at once, so that none is dropped.
AT_ONCE = 40
# Memory that still grows by more than this over the last rounds has not stabilized.
NOISE_MIB = 3.0
# Memory is read after a pause, so that pending answers do not count.
PAUSE_SECONDS = 2.0
# An update without an answer after this time counts as unanswered; its person goes on.
TIMEOUT = 30.0
# Words that people type: half of them from a common vocabulary, half of them unique (names, mistakes).
COMMON_WORDS = 5_000
_TOPICS = ("uranium", "cotton", "gas", "border", "railway", "Tokayev", "drought", "election", "gold", "migrants")
_SYLLABLES = [a + b for a in "bdfgklmnprstvz" for b in ("a", "e", "i", "o", "u", "ai", "ey", "oo")]
_FIRST_PERSON = 1_000


def run() -> None:
    """Measure on both databases, and write the section."""
    asyncio.run(_run())


async def _run(rounds: int = ROUNDS, updates: int = ROUND) -> None:
    rows, half = [], rounds // 2
    for engine in databases.BOTH:
        with databases.address(engine) as address:
            held = await _measure(address, rounds, updates)
        grown = held[-1] - held[half]
        verdict = "levels off" if grown < NOISE_MIB else "grows"
        print(f"{engine}: {grown:+.1f} MiB over the last {(rounds - half) * updates:,} updates: {verdict}")
        rows.append((engine, *(f"{mib:.1f}" for mib in held), f"{grown:+.1f}"))
    report.section(
        "memory",
        (
            "## Memory while people write",
            (
                f"`jarchi run`, MiB resident, while {rounds * updates:,} updates come, {AT_ONCE} at a time, from as "
                "many people as it takes, each new to the bot: commands, sentences, buttons, inline queries, groups, "
                f"charts. The last column is the growth over the last {(rounds - half) * updates:,}."
            ),
            report.table(("", *(f"{n * updates:,}" for n in range(rounds + 1)), "growth"), rows),
        ),
        ("python-telegram-bot", "aiohttp", "uvloop", "SQLAlchemy", "aiosqlite", "asyncpg"),
    )


async def _measure(database: str, rounds: int, updates: int) -> list[float]:
    """Return the resident MiB of the bot before the first round and after each."""
    site = EditionSite()
    await site.start()
    try:
        with tempfile.TemporaryDirectory() as folder:
            async with EmbeddedTelegram(scale.TOKEN, record=False) as telegram:
                sources = {
                    "NEWS_FEED_URL": site.feed_url,
                    "TICKER_URL": site.ticker_url,
                    "BANK_BASE_URL": site.banks_url,
                }
                async with scale.running(Path(folder), database, telegram.url, sources) as (_, process, bot):
                    crowd = _Crowd(telegram)
                    held = [await _memory(bot)]
                    for n in range(rounds):
                        await crowd.talk(updates)
                        held.append(await _memory(bot))
                        counts = f"{crowd.people:,} people, {crowd.unanswered} unanswered"
                        print(f"{(n + 1) * updates:>9,} updates: {held[-1]:.1f} MiB, {counts}", flush=True)
                        if process.returncode is not None:
                            raise SystemExit("the bot has ended")
                    return held
    finally:
        await site.stop()


async def _memory(bot: psutil.Process) -> float:
    await asyncio.sleep(PAUSE_SECONDS)
    return float(bot.memory_info().rss) / 2**20


class _Crowd:
    """People who come one after another, some at a time, and wait for each answer before they go on."""

    def __init__(self, telegram: EmbeddedTelegram) -> None:
        self._telegram = telegram
        self._answers: dict[tuple[str, int], asyncio.Future[dict[str, Any]]] = {}
        self._random = random.Random(1)
        self._common = [self._word() for _ in range(COMMON_WORDS)]
        self._left = 0
        self.people = self.unanswered = 0
        telegram.world.listeners.append(self._take)

    async def talk(self, updates: int) -> None:
        """Have new people write until so many updates were answered."""
        self._left = updates
        async with asyncio.TaskGroup() as talking:
            for _ in range(AT_ONCE):
                talking.create_task(self._queue())

    async def _queue(self) -> None:
        while self._left > 0:
            self.people += 1
            await self._person(_FIRST_PERSON + self.people)

    async def _person(self, person: int) -> None:
        telegram = self._telegram
        telegram.add_person(person, f"P{person}", language_code=("en", "ru")[person % 2])
        started = (await self._answer("message", person, lambda: telegram.say(person, "/start"))).get("message", {})
        rows = started.get("reply_markup", {}).get("inline_keyboard", [])
        data = [button["callback_data"] for row in rows for button in row if "callback_data" in button]
        if data:
            number, pressed = started["message_id"], self._random.choice(data)
            await self._answer("answer", person, lambda: telegram.press(person, number, pressed))
        for words in self._said(person):
            await self._answer("message", person, lambda words=words: telegram.say(person, words))
        await self._answer("inline", person, lambda: telegram.ask_inline(person, self._words(1)))
        if person % 10 == 0:
            telegram.add_group(-person, f"G{person}", [person], [person])
            await self._answer("message", -person, lambda: telegram.say(person, "/rates", -person))

    def _said(self, person: int) -> list[str]:
        texts = ["/rates", self._words(4), f"{self._random.randrange(1, 10**6)} usd in kzt", self._words(2)]
        if person % 4 == 0:
            texts += [f"/search {self._words(1)}", f"/subscribe {self._random.choice(_TOPICS)}"]
        if person % 100 == 0:
            texts.append("/chart kzt")
        return texts

    def _words(self, count: int) -> str:
        return " ".join(self._random.choice(self._common) if n % 2 else self._word() for n in range(count))

    def _word(self) -> str:
        return "".join(self._random.choice(_SYLLABLES) for _ in range(self._random.randrange(2, 5)))

    async def _answer(self, kind: str, chat: int, act: Any) -> dict[str, Any]:
        """Do something and wait for the bot's reaction."""
        answer = self._answers[kind, chat] = asyncio.get_running_loop().create_future()
        act()
        self._left -= 1
        try:
            async with asyncio.timeout(TIMEOUT):
                return await answer
        except TimeoutError:
            self.unanswered += 1
            return {}
        finally:
            del self._answers[kind, chat]

    def _take(self, event: dict[str, Any]) -> None:
        kind = event["type"]
        if kind == "message" and not event["message"]["from"]["is_bot"]:
            return
        waiting = self._answers.get((kind, event.get("person", event.get("chat", 0))))
        if waiting is not None and not waiting.done():
            waiting.set_result(event)


if __name__ == "__main__":
    run()

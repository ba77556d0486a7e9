"""From an update to its answer at 200 updates a second: Jarchi's /rates and /banks beside a bot that only echoes.

The embedded Telegram runs in a process of its own and measures the time from a person's message to the answer's
arrival; each bot runs in another, as its operators would start it, with long polling. The echo bot is the library's:
its default request client, updates one after another (its default) or concurrently. Jarchi reads the chat and the
rates of its database for each answer, polls a site with moving rates and new articles, and delivers these to their
subscribers meanwhile. Each second person asks for /rates, the others for the offers of banks.
"""

from __future__ import annotations

import asyncio
import contextlib
import json
import signal
import sys
import time
from collections import defaultdict
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from itertools import product
from typing import TYPE_CHECKING, Any

import uvloop

from bench import databases
from bot.demo.site import EditionSite
from bot.demo.telegram import EmbeddedTelegram

if TYPE_CHECKING:
    from bot.config import Settings

# The rate of updates for a bot of a hundred thousand people when a currency jumps.
RATES = (200,)
# Enough people that none exceeds the throttle of a minute.
PEOPLE = 1000
# Subscribers of all articles, whose deliveries are sent meanwhile.
SUBSCRIBERS = 5000
WARM_SECONDS = 3.0
SECONDS = 20.0
# The latency of the Bot API: none, or that from Central Asia on a good day.
LATENCIES = (0.0, 0.05)
POLL_SECONDS = 5
# The longest wait for an answer after the last update: without an answer by then the bot is overloaded.
TIMEOUT = 15.0
# Requests to Jarchi, in turn.
ASKED = ("/rates", "/banks rub tjs")
TOKEN = "1234567890:embedded-telegram-of-the-bench"
_FIRST_PERSON, _FIRST_SUBSCRIBER = 1, 100_001


def run() -> None:
    """Measure each bot at each latency."""
    asyncio.run(_run())


async def _run(rates: Sequence[int] = RATES, latencies: Sequence[float] = LATENCIES, seconds: float = SECONDS) -> None:
    for rate, latency in product(rates, latencies):
        print(f"-- {rate} updates/s for {seconds:g} s, the Bot API answers after {latency * 1000:g} ms")
        print(f"{'':<40} {'p50 ms':>9} {'p99 ms':>9} {'answered':>10}  besides")
        rivals = []
        for name, role in (("echo, one after another", "echo"), ("echo, concurrent_updates", "echo-concurrent")):
            result = await _measure(role, latency, ("hello",), rate, seconds)
            rivals.append(result["took"]["hello"]["p99"])
            _row(name, result, "hello")
        for engine in databases.BOTH:
            with databases.address(engine) as address:
                result = await _measure("jarchi", latency, ASKED, rate, seconds, address)
            for words in ASKED:
                _row(f"Jarchi, {words}, {engine}", result, words)
            table, offers = (result["took"][words] for words in ASKED)
            print(f"{'  p99 of /rates against the quicker echo':<40} {table['p99'] / min(rivals):>19.2f} x")
            ratios = (f"{offers[name] / table[name]:.2f}" for name in ("p50", "p99"))
            print(f"{'  /banks against /rates':<40} {' x '.join(ratios) + ' x':>19}")
        if min(rivals) == float("inf"):
            print("inf: the machine was too busy for that bot to answer everybody; measure again when it is quiet")


def _row(name: str, result: dict[str, Any], words: str) -> None:
    took = result["took"][words]
    answered = f"{took['answered']}/{took['asked']}"
    besides = f"{result['besides']} delivered" if result["besides"] else ""
    print(f"{name:<40} {took['p50'] * 1000:>9.1f} {took['p99'] * 1000:>9.1f} {answered:>10}  {besides}")


async def _measure(
    role: str, latency: float, words: Sequence[str], rate: int, seconds: float, database: str = ""
) -> dict[str, Any]:
    """Have people write words to a bot in turn; returns the measurements of the embedded Telegram."""
    async with _process("telegram", str(latency), "|".join(words), str(rate), str(seconds)) as telegram:
        url = (await _line(telegram)).strip()
        site = EditionSite()
        await site.start()
        try:
            async with _process(role, url, database, site.feed_url, site.ticker_url, site.banks_url):
                return dict(json.loads(await _line(telegram)))
        finally:
            await site.stop()


async def _line(process: asyncio.subprocess.Process) -> str:
    if process.stdout is None:
        raise SystemExit("a process without an output")
    line = await asyncio.wait_for(process.stdout.readline(), WARM_SECONDS + SECONDS + TIMEOUT + 60)
    if not line:
        raise SystemExit("a process of the measurement has ended")
    return line.decode()


@asynccontextmanager
async def _process(role: str, *arguments: str) -> AsyncIterator[asyncio.subprocess.Process]:
    """Run a role of this module in a process of its own."""
    process = await asyncio.create_subprocess_exec(
        sys.executable, "-m", "bench.answering", role, *arguments, stdout=asyncio.subprocess.PIPE
    )
    try:
        yield process
    finally:
        with contextlib.suppress(ProcessLookupError):
            process.send_signal(signal.SIGTERM)
        await process.wait()


# -- the embedded Telegram and the people


class _Stopwatch:
    """The time of each person's message, and the durations of the answers."""

    def __init__(self) -> None:
        self.written: dict[int, tuple[str, float]] = {}
        self.took: dict[str, list[float]] = defaultdict(list)
        self.besides = 0

    def receive(self, event: dict[str, Any]) -> None:
        """Record a message of the bot in a chat."""
        if event["type"] != "message" or not event["message"]["from"]["is_bot"]:
            return
        began = self.written.pop(event["chat"], None)
        if began is not None:
            words, at = began
            self.took[words].append(time.perf_counter() - at)
        elif event["chat"] >= _FIRST_SUBSCRIBER:
            self.besides += 1


async def _telegram(latency: str, words: str, rate: str, seconds: str) -> None:
    telegram = EmbeddedTelegram(TOKEN, latency=float(latency), record=False)
    for person in range(_FIRST_PERSON, _FIRST_PERSON + PEOPLE):
        telegram.add_person(person, f"P{person}")
    for person in range(_FIRST_SUBSCRIBER, _FIRST_SUBSCRIBER + SUBSCRIBERS):
        telegram.add_person(person, f"S{person}")
    async with telegram:
        print(telegram.url, flush=True)
        await telegram.wait_for(lambda: telegram.polling, timeout=60)
        # Everything is imported and connections are open; two in five of the people are new chats still.
        each = words.split("|")
        await _talk(telegram, each, int(rate), WARM_SECONDS)
        watch = await _talk(telegram, each, int(rate), float(seconds))
        took = {one: _summary(watch, one) for one in each}
        print(json.dumps({"took": took, "besides": watch.besides}), flush=True)
        await asyncio.Event().wait()


def _summary(watch: _Stopwatch, words: str) -> dict[str, float]:
    """Return how many messages with the words were sent and answered, and the median and the p99 of the answers."""
    took, waiting = sorted(watch.took[words]), sum(one == words for one, _ in watch.written.values())
    every = took + [float("inf")] * waiting
    middle, late = every[len(every) // 2], every[len(every) * 99 // 100]
    return {"asked": len(every), "answered": len(took), "p50": middle, "p99": late}


async def _talk(telegram: EmbeddedTelegram, words: Sequence[str], rate: int, seconds: float) -> _Stopwatch:
    """Have one person after another send the next of the words, and wait for the answers; returns them."""
    watch = _Stopwatch()
    telegram.world.listeners.append(watch.receive)
    loop = asyncio.get_running_loop()
    began = loop.time()
    count = round(seconds * rate)
    for n in range(count):
        pause = began + n / rate - loop.time()
        if pause > 0:
            await asyncio.sleep(pause)
        person = _FIRST_PERSON + n % PEOPLE
        said = words[n % len(words)]
        watch.written[person] = (said, time.perf_counter())
        telegram.say(person, said)
    with contextlib.suppress(TimeoutError):
        await telegram.wait_for(lambda: not watch.written, timeout=TIMEOUT)
    telegram.world.listeners.remove(watch.receive)
    return watch


# -- the bots


def _echo(url: str, *, concurrent: bool) -> None:
    from telegram import Update
    from telegram.ext import ApplicationBuilder, MessageHandler, filters

    async def answer(update: Update, _context: object) -> None:
        if update.message and update.message.text:
            await update.message.reply_text(update.message.text)

    builder = ApplicationBuilder().token(TOKEN).base_url(f"{url}/bot").concurrent_updates(concurrent)
    application = builder.build()
    application.add_handler(MessageHandler(filters.TEXT, answer))
    application.run_polling()


async def _jarchi(url: str, database: str, feed: str, ticker: str, banks: str) -> None:
    from bot.app import App, root
    from bot.app import telegram as telegram_module
    from bot.config import load
    from bot.delivery.request import AiohttpRequest
    from bot.log import set_up

    def uncounted(_limiter: object = None, *arguments: Any, **options: Any) -> AiohttpRequest:
        return AiohttpRequest(None, *arguments, **options)

    # Telegram would not allow as many messages as this load needs: answers would leave no quota for deliveries. Both
    # have to run, so the answers do not count against the limits.
    telegram_module.AiohttpRequest = uncounted  # type: ignore[assignment,misc]
    set_up("WARNING", "console", TOKEN)
    values = {
        "bot_token": TOKEN,
        "telegram_api_url": url,
        "database_url": database,
        "news_feed_url": feed,
        "ticker_url": ticker,
        "bank_base_url": banks,
        "poll_seconds": POLL_SECONDS,
        "allow_private_sources": True,
        "http_port": 0,
        "webhook_url": "",
        "webhook_secret": "",
    }
    settings = load({}, _env_file=None, **values)
    await _prepare(settings)
    app = App(settings)
    asyncio.get_running_loop().add_signal_handler(signal.SIGTERM, app.stop)
    running = asyncio.create_task(app.run())
    await app.ready.wait()
    root.freeze_gc()  # as `jarchi run` does
    await running


async def _prepare(settings: Settings) -> None:
    """Fill the database with subscribers of all articles, with offers, and with history, which is filled only once."""
    import datetime as dt

    from sqlalchemy import insert

    from bot.app.parts import make_fetcher, make_filler, make_offer_filler, utc_now
    from storage import topics
    from storage.database import Database
    from storage.migrate import upgrade
    from storage.models import ChatRow, SubscriptionRow

    database, fetcher = Database(settings.database_url.get_secret_value()), make_fetcher(settings)
    await upgrade(database)
    now = dt.datetime.now(dt.UTC)
    people = range(_FIRST_SUBSCRIBER, _FIRST_SUBSCRIBER + SUBSCRIBERS)
    person = {"kind": "private", "language": "en", "timezone": "Asia/Almaty", "state": "active", "not_found_days": 0}
    async with database.write() as connection:
        queries = [await topics.ensure_query(connection, word) for word in ("kazakhstan", "uzbekistan", "the")]
        await connection.execute(insert(ChatRow), [{"id": one, "created_at": now, **person} for one in people])
        await connection.execute(
            insert(SubscriptionRow),
            [{"chat_id": one, "query_id": query.id, "created_at": now} for one in people for query in queries],
        )
    await make_filler(settings, database, fetcher, utc_now).run()
    await make_offer_filler(settings, database, fetcher, utc_now).run()
    await fetcher.close()
    await database.close()


def _main(role: str, *arguments: str) -> None:
    if role == "telegram":
        with contextlib.suppress(KeyboardInterrupt):
            uvloop.run(_telegram(*arguments))
    elif role == "jarchi":
        uvloop.run(_jarchi(*arguments))
    else:
        _echo(arguments[0], concurrent=role == "echo-concurrent")


if __name__ == "__main__":
    _main(*sys.argv[1:])

"""Run the embedded Telegram by itself: `python -m bot.demo.telegram --port 8081 --person 1:Aida:en`."""

from __future__ import annotations

import argparse
import asyncio
import signal
import sys

import uvloop

from bot.demo.telegram.flood import FloodPolicy
from bot.demo.telegram.people import SUPERGROUPS_BELOW, Person
from bot.demo.telegram.server import DEFAULT_TOKEN, EmbeddedTelegram


def _person(text: str) -> tuple[int, str, str]:
    """Read `id:name` or `id:name:language`."""
    number, _, rest = text.partition(":")
    name, _, language = rest.partition(":")
    if not number.isdigit() or int(number) == 0 or not name:
        raise argparse.ArgumentTypeError(f"{text!r} is not id:name:language")
    return int(number), name, language or "en"


async def _serve(args: argparse.Namespace) -> None:
    # A standalone server may run for days, and recorded calls would fill the memory.
    flood = FloodPolicy(args.flood) if args.flood else None
    telegram = EmbeddedTelegram(args.token, record=False, flood=flood, latency=args.latency, stars=args.stars)
    for number in range(1, args.people + 1):
        telegram.world.add_person(Person(number, f"P{number}", None, "en", True))
    for person_id, name, language in args.person or [(1, "Aida", "en")] * (not args.people):
        telegram.add_person(person_id, name, language_code=language)
    for number in range(1, args.channels + 1):
        owner = next(iter(telegram.world.people))
        telegram.add_channel(SUPERGROUPS_BELOW - number, f"C{number}", [], [owner], bot_rights=["can_post_messages"])
    await telegram.start(port=args.port)
    stopped = asyncio.Event()
    for name in (signal.SIGINT, signal.SIGTERM):
        asyncio.get_running_loop().add_signal_handler(name, stopped.set)
    sys.stdout.write(f"Chat:    {telegram.url}/\nBot API: {telegram.url}/bot<token>/\n")
    sys.stdout.flush()
    try:
        await stopped.wait()
    finally:
        await telegram.stop()


def main() -> None:
    """Serve until interrupted."""
    parser = argparse.ArgumentParser(prog="python -m bot.demo.telegram", description="An embedded Telegram on loopback")
    parser.add_argument("--port", type=int, default=0, help="0 takes a free one")
    parser.add_argument("--token", default=DEFAULT_TOKEN, help="the only token it accepts")
    parser.add_argument(
        "--person", type=_person, action="append", metavar="ID:NAME:LANGUAGE", help="someone to talk to the bot"
    )
    parser.add_argument("--people", type=int, default=0, metavar="N", help="a crowd besides, with the ids 1 to N")
    parser.add_argument("--channels", type=int, default=0, metavar="N", help="channels that the bot may post to")
    parser.add_argument("--flood", choices=["window", "bucket"], help="Telegram's limits, counted so; without: none")
    parser.add_argument("--latency", type=float, default=0.0, metavar="SECONDS", help="added to each answer")
    parser.add_argument("--stars", action="store_true", help="the bot can pay for broadcasts")
    args = parser.parse_args()
    try:
        uvloop.run(_serve(args))
    except (OSError, ValueError) as error:
        parser.exit(1, f"{parser.prog}: {error}\n")


if __name__ == "__main__":
    main()

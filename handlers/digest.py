"""/digest: the hour of the daily digest, or one right now."""

from __future__ import annotations

from dataclasses import replace
from zoneinfo import ZoneInfo

from bot.delivery.digests import compose
from bot.domain.times import MINUTES_A_DAY, NotATime, next_digest, parse_clock
from bot.views import digest as views
from bot.views.message import View
from bot.views.zones import described
from handlers.turn import Command, Press, Turn

_OFF = ("off", "stop", "no", "нет", "выкл", "выключить")
_NOW = ("now", "сейчас")


async def show_digest(turn: Turn) -> None:
    """Answer /digest 08:00, /digest off, /digest now; without a word, offer hours."""
    words = turn.arguments.casefold()
    if not words:
        await turn.say(views.choose(turn.t, turn.chat.digest_at))
    elif words in _NOW:
        await send_now(turn)
    elif words in _OFF:
        await _set(turn, None)
    else:
        try:
            await _set(turn, parse_clock(words))
        except NotATime:
            await turn.say(View(turn.t("digest.not_a_time")))


async def _set(turn: Turn, digest_at: int | None) -> None:
    zone = ZoneInfo(turn.chat.timezone)
    due = None if digest_at is None else next_digest(turn.now, digest_at, zone, turn.chat.last_digest_on)
    await turn.save(replace(turn.chat, digest_at=digest_at, next_digest_at=due))
    await turn.show(views.set_to(turn.t, digest_at, described(turn.chat.timezone, turn.now)))


async def send_now(turn: Turn) -> None:
    """Send a digest at once; it does not count as the day's."""
    date = turn.now.astimezone(ZoneInfo(turn.chat.timezone)).date()
    async with turn.database.read() as connection:
        view = await compose(connection, turn.chat, date, turn.now, asked=True)
    await turn.say(view)


async def choose(turn: Turn) -> None:
    """Offer hours."""
    await turn.show(views.choose(turn.t, turn.chat.digest_at))


async def set_at(turn: Turn, minutes: str) -> None:
    """Set the hour by button."""
    if not (minutes.isascii() and minutes.isdigit() and len(minutes) <= 4 and int(minutes) < MINUTES_A_DAY):
        await turn.old_button()
    else:
        await _set(turn, int(minutes))


async def switch_off(turn: Turn) -> None:
    """End the digest by button."""
    await _set(turn, None)


COMMANDS = (Command("digest", show_digest, changes=True, description_key="digest.command.digest", reads=("", *_NOW)),)
BUTTONS = {
    ("digest", "choose"): Press(choose, changes=True),
    ("digest", "at"): Press(set_at, changes=True),
    ("digest", "off"): Press(switch_off, changes=True),
    ("digest", "now"): Press(send_now),
}

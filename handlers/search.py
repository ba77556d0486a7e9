"""/search: words in the whole archive, by relevance and freshness."""

from __future__ import annotations

import datetime as dt
from zoneinfo import ZoneInfo

from bot.domain.searches import Search, SearchError, narrowed, read
from bot.domain.times import at_local
from bot.domain.topics import QueryError, parse
from bot.ingest.matching import learn
from bot.views import search as views
from bot.views.message import View
from bot.views.news import PAGE_SIZE
from bot.views.search import Shown
from handlers.turn import Command, Press, Turn
from storage import search as archive
from storage import topics

# Two hundred stories: who has not found it by then, needs other words.
MAX_PAGE = 40


async def search(turn: Turn) -> None:
    """Answer /search words, or tell how to search."""
    if not turn.arguments:
        await turn.say(views.how(turn.t))
        return
    try:
        wanted = read(turn.arguments)
    except SearchError as error:
        await turn.say(views.problem(turn.t, error))
        return
    await turn.say(await _page(turn, wanted, await _wish(turn, wanted), 0))


async def _wish(turn: Turn, wanted: Search) -> str:
    """Return what stands for the words in buttons: themselves, or # and the number under which they are stored."""
    words = str(wanted.query)
    try:
        views.place(wanted, words, MAX_PAGE)
    except ValueError:
        return f"#{(await learn(turn.database, words, None, turn.now)).id}"
    return words


async def _page(turn: Turn, wanted: Search, wish: str, page: int) -> View:
    zone = ZoneInfo(turn.chat.timezone)
    async with turn.database.read() as connection:
        found = await archive.find(
            connection,
            wanted.query,
            turn.now,
            since=at_local(wanted.since, 0, zone) if wanted.since else None,
            until=at_local(wanted.until + dt.timedelta(days=1), 0, zone) if wanted.until else None,
            source=wanted.source,
            limit=PAGE_SIZE,
            offset=page * PAGE_SIZE,
        )
    shown = [Shown(hit.article, hit.title, hit.snippet) for hit in found.hits]
    more = found.more and page < MAX_PAGE
    return views.results(turn.t, wanted, shown, wish=wish, page=page, more=more, zone=zone)


async def turn_to(turn: Turn, page: str, since: str, until: str, source: str, wish: str) -> None:
    """Show another page of a search in place."""
    wanted = None
    try:
        if words := await _words(turn, wish):
            wanted = narrowed(parse(words), _dashed(since), _dashed(until), source or None)
    except (SearchError, QueryError):
        pass  # forged
    if wanted is None or not (page.isascii() and page.isdigit() and len(page) < 3 and int(page) <= MAX_PAGE):
        await turn.old_button()
    else:
        await turn.show(await _page(turn, wanted, wish, int(page)))


def _dashed(day: str) -> str | None:
    """Return the day of a button, 20251208, as it is typed."""
    return f"{day[:4]}-{day[4:6]}-{day[6:]}" if day else None


async def _words(turn: Turn, wish: str) -> str | None:
    if not wish.startswith("#"):
        return wish
    number = wish[1:]
    if not (number.isascii() and number.isdigit() and len(number) < 19):
        return None
    async with turn.database.read() as connection:
        stored = await topics.get_query(connection, int(number))
    return stored.text if stored else None


COMMANDS = (Command("search", search, description_key="search.command.search"),)
BUTTONS = {("search", "at"): Press(turn_to)}

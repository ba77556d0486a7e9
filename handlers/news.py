"""/news: the newest stories, one's own topics, or words."""

from __future__ import annotations

from zoneinfo import ZoneInfo

from bot.domain.articles import StoredArticle
from bot.domain.topics import QueryError, parse
from bot.ingest.matching import backfill
from bot.views import news as views
from bot.views import topics as topic_views
from bot.views.message import Button, View, data
from handlers.turn import Command, Press, Turn
from storage import articles, topics

# Paging ends here: older stories are found by words.
MAX_PAGE = 40


async def show_news(turn: Turn) -> None:
    """Answer /news with the newest stories (one's own topics first), /news words with those about the words."""
    if not turn.arguments:
        async with turn.database.read() as connection:
            mine = bool(await topics.count_of_chat(connection, turn.chat.id))
        await turn.say(await _page(turn, "mine" if mine else "all", 0))
        return
    try:
        query = parse(turn.arguments)
    except QueryError as error:
        await turn.say(topic_views.problem(turn.t, error))
        return
    async with turn.database.write() as connection:
        stored = await topics.ensure_query(connection, str(query))
        await backfill(connection, stored, turn.now)
    await turn.say(await _about(turn, stored.id, 0))


async def _page(turn: Turn, which: str, page: int) -> View:
    mine = which == "mine"
    limit, offset = views.PAGE_SIZE + 1, page * views.PAGE_SIZE
    async with turn.database.read() as connection:
        if mine:
            found = await articles.for_chat(connection, turn.chat.id, limit, offset)
        else:
            found = await articles.latest(connection, limit, offset)
    other = Button(
        turn.t.plain("news.button_all" if mine else "news.button_mine"), data=data("news", "all" if mine else "mine", 0)
    )
    heading = turn.t("news.title_mine" if mine else "news.title_all")
    return _listing(turn, found, heading, page, ("news", which), other)


async def _about(turn: Turn, query_id: int, page: int) -> View:
    async with turn.database.read() as connection:
        query = await topics.get_query(connection, query_id)
        found = await articles.about(connection, query_id, views.PAGE_SIZE + 1, page * views.PAGE_SIZE)
    name = topic_views.name_of(turn.t, query.text, query.topic) if query else ""
    other = Button(turn.t.plain("news.button_all"), data=data("news", "all", 0))
    return _listing(turn, found, turn.t("news.title_about", words=name), page, ("news", "about", str(query_id)), other)


def _listing(
    turn: Turn, found: list[StoredArticle], heading: str, page: int, paging: tuple[str, ...], other: Button
) -> View:
    return views.listing(
        turn.t,
        found[: views.PAGE_SIZE],
        heading=heading,
        page=page,
        more=len(found) > views.PAGE_SIZE and page < MAX_PAGE,
        turn=paging,
        zone=ZoneInfo(turn.chat.timezone),
        other=other,
    )


def _number(text: str, largest: int) -> int | None:
    return int(text) if text.isascii() and text.isdigit() and len(text) < 19 and int(text) <= largest else None


async def turn_all(turn: Turn, page: str) -> None:
    """Turn the pages of the newest stories."""
    await _turn_to(turn, "all", page)


async def turn_mine(turn: Turn, page: str) -> None:
    """Turn the pages of the chat's own stories."""
    await _turn_to(turn, "mine", page)


async def _turn_to(turn: Turn, which: str, page: str) -> None:
    number = _number(page, MAX_PAGE)
    if number is None:
        await turn.old_button()
    else:
        await turn.show(await _page(turn, which, number))


async def turn_about(turn: Turn, query_id: str, page: str) -> None:
    """Turn the pages of stories about a query."""
    query, number = _number(query_id, 2**62), _number(page, MAX_PAGE)
    if query is None or number is None:
        await turn.old_button()
    else:
        await turn.show(await _about(turn, query, number))


COMMANDS = (Command("news", show_news, description_key="news.command.news"),)
BUTTONS = {
    ("news", "all"): Press(turn_all),
    ("news", "mine"): Press(turn_mine),
    ("news", "about"): Press(turn_about),
}

"""/news: the newest stories, one's own topics, or words."""

from __future__ import annotations

import asyncio
from zoneinfo import ZoneInfo

from bot.domain.articles import StoredArticle
from bot.domain.topics import Query, QueryError, parse
from bot.domain.topics.curated import query_of, slug_of
from bot.ingest.matching import learn, search
from bot.views import news as views
from bot.views import search as search_views
from bot.views import topics as topic_views
from bot.views.message import MAX_DATA_BYTES, Button, View, data
from handlers.turn import Command, Press, Turn
from storage import articles, topics
from storage.topics import StoredQuery

# Paging ends here: older stories are found by words.
MAX_PAGE = 40
# Words are looked for in the stories of about two months; a millisecond each.
SEARCHED_STORIES = 300
# Words that fit into the button that turns their pages; longer ones, and those with fields (a colon divides the data
# of buttons), are stored and stand there as a number.
_MAX_WORDS_BYTES = MAX_DATA_BYTES - max(
    len(data("news", "words", "", MAX_PAGE)), len(data("search", "at", 0, "", "", "", ""))
)


async def show_news(turn: Turn) -> None:
    """Answer /news with the newest stories (one's own topics first), /news words with those about the words."""
    if not turn.arguments:
        await turn.say(await _page(turn, "mine" if await _has_topics(turn) else "all", 0))
        return
    slug = slug_of(turn.arguments, topic_views.names())
    try:
        query = parse(query_of(slug) if slug else turn.arguments)
    except QueryError as error:
        await turn.say(topic_views.problem(turn.t, error))
        return
    if slug or ":" in str(query) or len(str(query).encode()) > _MAX_WORDS_BYTES:
        stored = await learn(turn.database, str(query), slug, turn.now)
        await turn.say(await _about(turn, stored, 0))
    else:
        await turn.say(await _found(turn, query, 0))


async def _has_topics(turn: Turn) -> bool:
    async with turn.database.read() as connection:
        return bool(await topics.count_of_chat(connection, turn.chat.id))


async def _page(turn: Turn, which: str, page: int) -> View:
    limit, offset = views.PAGE_SIZE + 1, page * views.PAGE_SIZE
    async with turn.database.read() as connection:
        if which == "mine":
            found = await articles.for_chat(connection, turn.chat.id, limit, offset)
        else:
            found = await articles.latest(connection, limit, offset)
    if which == "mine":
        other = _all_button(turn)
    elif await _has_topics(turn):
        other = Button(turn.t.plain("news.button_mine"), data=data("news", "mine", 0))
    else:
        other = Button(turn.t.plain("topics.button_pick"), data=data("topics", "pick"))
    return _listing(turn, found, turn.t(f"news.title_{which}"), page, ("news", which), other)


def _all_button(turn: Turn) -> Button:
    return Button(turn.t.plain("news.button_all"), data=data("news", "all", 0))


async def _about(turn: Turn, query: StoredQuery, page: int) -> View:
    """Show stories about a stored query."""
    async with turn.database.read() as connection:
        found = await articles.about(connection, query.id, views.PAGE_SIZE + 1, page * views.PAGE_SIZE)
    heading = turn.t("news.title_about", words=topic_views.name_of(turn.t, query.text, query.topic))
    return _listing(turn, found, heading, page, ("news", "about", str(query.id)), _all_button(turn))


async def _found(turn: Turn, query: Query, page: int) -> View:
    """Show stories about words that nobody subscribed to: looked for in the newest ones."""
    async with turn.database.read() as connection:
        recent = await articles.latest(connection, SEARCHED_STORIES)
    found = (await asyncio.to_thread(search, query, recent))[page * views.PAGE_SIZE :]
    heading = turn.t("news.title_about", words=str(query))
    last = len(found) <= views.PAGE_SIZE
    other = search_views.archive_button(turn.t, str(query)) if last else _all_button(turn)
    return _listing(turn, found, heading, page, ("news", "words", str(query)), other)


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
    """Turn the pages of stories about a stored query."""
    id_, number = _number(query_id, 2**62), _number(page, MAX_PAGE)
    stored = None
    if id_ is not None and number is not None:
        async with turn.database.read() as connection:
            stored = await topics.get_query(connection, id_)
    if stored is None or number is None:
        await turn.old_button()
    else:
        await turn.show(await _about(turn, stored, number))


async def turn_words(turn: Turn, text: str, page: str) -> None:
    """Turn the pages of stories about words."""
    number = _number(page, MAX_PAGE)
    try:
        query = parse(text)
    except QueryError:
        number = None
    if number is None:
        await turn.old_button()
    else:
        await turn.show(await _found(turn, query, number))


COMMANDS = (Command("news", show_news, description_key="news.command.news"),)
BUTTONS = {
    ("news", "all"): Press(turn_all),
    ("news", "mine"): Press(turn_mine),
    ("news", "about"): Press(turn_about),
    ("news", "words"): Press(turn_words),
}

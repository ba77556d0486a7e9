"""Articles and topics for the messages of one claim, each read once for all deliveries of the claim."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Collection, Mapping, Sequence
from typing import TypeVar

from bot.domain.articles import StoredArticle
from bot.domain.deliveries import Delivery
from bot.domain.events import ArticleCorrected, ArticlePublished
from storage import article_lists, articles, duplicates
from storage.articles import Topics
from storage.database import Connection
from storage.errors import DATABASE_ERRORS

T = TypeVar("T")


class ClaimReader:
    """Reads for the deliveries of one claim in one transaction, so that all of them see the database of one instant.

    One article goes to thousands of channels: read for each of them, it takes more time than sending it. Reads
    are made when they are first needed, and nothing is kept beyond the claim.
    """

    def __init__(self, connection: Connection, claimed: Sequence[Delivery]) -> None:
        self.connection = connection
        self._chats = {one.chat_id for one in claimed}
        self._carriers = [one.id for one in claimed if one.carries]
        contents = (one.event.content for one in claimed if not one.carries)
        self._wanted = {one.article_id for one in contents if isinstance(one, ArticlePublished | ArticleCorrected)}
        self._articles: dict[int, StoredArticle | None] = {}
        self._others: dict[int, list[StoredArticle]] = {}
        self._carried: dict[int, list[StoredArticle]] = {}
        # By whether muted sources are left out: the articles that were examined, and the topics that were found.
        self._matched: dict[bool, tuple[set[int], dict[tuple[int, int, int], Topics]]]
        self._matched = {False: (set(), {}), True: (set(), {})}

    async def article(self, article_id: int) -> StoredArticle | None:
        """Return one article."""
        if article_id not in self._articles:
            missing = (self._wanted | {article_id}) - self._articles.keys()
            self._articles |= await self._read(articles.get_many, missing, article_id)
        return self._articles[article_id]

    async def others(self, article_id: int) -> list[StoredArticle]:
        """Return the other articles on the event of an article, the first one first."""
        if article_id not in self._others:
            self._others[article_id] = await duplicates.others(self.connection, article_id)
        return self._others[article_id]

    async def carried_by(self, delivery_id: int) -> list[StoredArticle]:
        """Return the articles of one delivery's message, newest first."""
        if delivery_id not in self._carried:
            missing = {*self._carriers, delivery_id} - self._carried.keys()
            found = await self._read(article_lists.carried_by, missing, delivery_id)
            self._carried |= {one: carried or [] for one, carried in found.items()}
            known = {article.id: article for carried in found.values() for article in carried or ()}
            self._articles |= known
            self._wanted |= known.keys()
        return self._carried[delivery_id]

    async def topics(self, article_id: int, delivery: Delivery, *, unless_muted: bool) -> Topics:
        """Return (words, curated topic or None) of the subscriptions of a delivery's chat that an article matches.

        `unless_muted`: none if the chat has muted the article's source; these are the reasons to send the article.
        """
        examined, found = self._matched[unless_muted]
        if article_id not in examined:
            missing = (self._wanted | {article_id}) - examined
            chats = self._chats | {delivery.chat_id}
            found |= await articles.all_topics_matched(self.connection, missing, chats, unless_muted=unless_muted)
            examined |= missing
        return found.get((article_id, delivery.chat_id, delivery.thread_id), [])

    async def _read(
        self, read: Callable[[Connection, Collection[int]], Awaitable[Mapping[int, T]]], ids: set[int], one: int
    ) -> dict[int, T | None]:
        """Read what several deliveries need by id; where some of it is unreadable, only what one of them needs."""
        try:
            found = await read(self.connection, ids)
        except DATABASE_ERRORS:
            raise
        except Exception:
            if ids == {one}:
                raise
            ids = {one}
            found = await read(self.connection, ids)
        return {each: found.get(each) for each in ids}

"""The feed of a chat's articles for other programs: its content. Pure."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass

from bot.domain.articles import StoredArticle

# The articles of a feed. The busiest topics have some thirty a day, and readers poll every hour or two.
FEED_SIZE = 50


@dataclass(frozen=True, slots=True)
class FeedItem:
    """An article of a feed, and when (UTC) it was last corrected; if never, its own time."""

    article: StoredArticle
    updated_at: dt.datetime


@dataclass(frozen=True, slots=True)
class Feed:
    """The content of a feed, newest article first.

    `key` identifies it in documents and does not reveal its address. `title` is the name of its group or channel, empty
    for a private chat. `since` (UTC) is when its address was made.
    """

    key: str
    title: str
    since: dt.datetime
    items: tuple[FeedItem, ...]

    @property
    def updated_at(self) -> dt.datetime:
        """When (UTC) the newest change of an article was; of an empty feed, when its address was made."""
        return max((item.updated_at for item in self.items), default=self.since)

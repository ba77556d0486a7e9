"""The dates of articles: which are possible, and which articles are news."""

from __future__ import annotations

import datetime as dt
from collections.abc import Collection, Sequence
from dataclasses import dataclass, replace

from bot.domain.articles import Article

# An older article is history: it is stored and found, and sent to nobody.
NEWS_AGE = dt.timedelta(hours=48)
# Clocks differ by minutes. A date further ahead is a slip (most often of a time zone: five hours) or a lie.
FUTURE_TOLERANCE = dt.timedelta(hours=1)
# An article may be published hours after the time it is dated with (a draft, an editor's check); one that is dated
# longer before the newest known article of its source, and was not listed then, is history.
LATE_PUBLICATION = dt.timedelta(hours=6)
# The first news site is younger than this; a date before it (1970 above all) is a default value, not a date.
EARLIEST = dt.datetime(1995, 1, 1, tzinfo=dt.UTC)


def believable(date: dt.datetime, now: dt.datetime) -> bool:
    """Return whether an article can have been published at a time (both UTC)."""
    return EARLIEST <= date <= now + FUTURE_TOLERANCE


def dated(article: Article, now: dt.datetime) -> Article:
    """Return the article, without an impossible date: the time when it was first seen replaces it."""
    if article.published_at is None or believable(article.published_at, now):
        return article
    return replace(article, published_at=None)


def is_news(article: Article, now: dt.datetime) -> bool:
    """Return whether an article, dated as its source has it, is young enough to be sent. One without a date is.

    One with a date in the future is new too; one with a date in 1970 is not.
    """
    return article.published_at is None or now - article.published_at <= NEWS_AGE


@dataclass(frozen=True, slots=True)
class HighWater:
    """The dates (UTC) of a source's newest article and of the oldest one of its first poll.

    Articles further back than `NEWS_AGE` do not count as the oldest: a pinned one is no measure of the list.
    """

    newest: dt.datetime | None = None
    known_since: dt.datetime | None = None

    def raised(self, listed: Sequence[Article], *, filling: bool) -> HighWater:
        """Return the mark after a poll that listed these (with believable dates); `filling`: it is the first one."""
        dates = [article.published_at for article in listed if article.published_at is not None]
        if not dates:
            return HighWater() if filling else self
        newest = max(dates)
        if filling:
            return HighWater(newest, min(date for date in dates if newest - date <= NEWS_AGE))
        return replace(self, newest=max(newest, self.newest or newest))


def history(listed: Sequence[Article], known: Collection[Article], mark: HighWater) -> set[Article]:
    """Return which of the articles that a source lists are older than its known ones, if they are new here.

    By their dates (believable ones, UTC): those before the oldest of the first poll, or well before the newest known
    one. Of those without a date, the ones listed below all known ones (`known`): sites list the newest first.
    """
    last_known = max((place for place, article in enumerate(listed) if article in known), default=len(listed))
    return {
        article
        for place, article in enumerate(listed)
        if (place > last_known if article.published_at is None else _is_past(article.published_at, mark))
    }


def _is_past(date: dt.datetime, mark: HighWater) -> bool:
    first = mark.known_since is not None and date < mark.known_since
    return first or (mark.newest is not None and date < mark.newest - LATE_PUBLICATION)

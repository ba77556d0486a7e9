"""What an article's own date is worth: whether it can be, and whether the article is news."""

from __future__ import annotations

import datetime as dt
from dataclasses import replace

from bot.domain.articles import Article

# An older story is history: it is stored and found, and cried to nobody.
NEWS_AGE = dt.timedelta(hours=48)
# Clocks differ by minutes. A date further ahead is a slip (most often of a time zone: five hours) or a lie.
FUTURE_TOLERANCE = dt.timedelta(hours=1)
# The first news site is younger than this; a date before it (1970 above all) is a default value, not a date.
EARLIEST = dt.datetime(1995, 1, 1, tzinfo=dt.UTC)


def believable(date: dt.datetime, now: dt.datetime) -> bool:
    """Tell whether an article can have been published at a time (both UTC)."""
    return EARLIEST <= date <= now + FUTURE_TOLERANCE


def dated(article: Article, now: dt.datetime) -> Article:
    """Return the article, without a date that cannot be: it is told by when it was first seen instead."""
    if article.published_at is None or believable(article.published_at, now):
        return article
    return replace(article, published_at=None)


def is_news(article: Article, now: dt.datetime) -> bool:
    """Tell whether an article, dated as its source has it, is young enough to be cried. One without a date is.

    One that says it is of the future is new too; one that says it is of 1970 is not.
    """
    return article.published_at is None or now - article.published_at <= NEWS_AGE

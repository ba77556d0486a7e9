"""A snapshot: everything one look at one source gave."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass

from bot.domain.articles import Article
from bot.domain.rates import Quote


class NotAPage(ValueError):
    """The bytes are none of the forms a source is known to give (page, feed, REST answer).

    Its text is a short English reason for the operator, free of the content itself.
    """


@dataclass(frozen=True, slots=True)
class Snapshot:
    """What a source's bytes say, before anything is stored.

    `layout` names the form it was read as: home, archive, author, html, rss, atom or rest. `page_date` is the day
    the page was rendered, never the date of its articles. `warnings` are English lines for the operator: what was
    left out and why; the good part is kept.
    """

    layout: str
    rates: tuple[Quote, ...] = ()
    articles: tuple[Article, ...] = ()
    page_date: dt.date | None = None
    warnings: tuple[str, ...] = ()

"""A snapshot: everything one look at one source gave."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass

from bot.domain.articles import Article
from bot.domain.rates import Quote

# A warning of a snapshot whose source wrote what no database stores (bot/domain/letters.py).
LETTERS_REPLACED = "letters that cannot be stored were replaced"


class NotAPage(ValueError):
    """The bytes are none of the forms a source is known to give (page, feed, REST answer).

    Its text is a short English reason for the operator, free of the content itself.
    """


class ReaderError(NotAPage):
    """A reader met bytes that it has an error with: the program's fault, named by the kind of the error only."""


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


@dataclass(frozen=True, slots=True)
class Table:
    """What a central bank's answer says of one day: `valid_on` is the day the bank names, never the one asked for.

    Pairs are as the bank prints them: the foreign currency as base, its own as quote (USD/KZT = 478.77). `warnings`
    are English lines for the operator: what was left out and why; the good part is kept.
    """

    valid_on: dt.date
    quotes: tuple[Quote, ...]
    warnings: tuple[str, ...] = ()

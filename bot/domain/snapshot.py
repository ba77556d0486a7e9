"""A snapshot: the content of one poll of one source."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass

from bot.domain.articles import Article
from bot.domain.errors import SourceError
from bot.domain.rates import Quote

# A warning of a snapshot whose source has characters that no database stores (bot/domain/letters.py).
LETTERS_REPLACED = "letters that cannot be stored were replaced"


class NotAPage(SourceError):
    """The bytes have none of the forms that a source uses (page, feed, REST answer).

    Its text is a short English reason for the operator, free of the content itself.
    """


class ReaderError(NotAPage):
    """A reader failed on a document by an error of the program, named by the kind of the error only."""


@dataclass(frozen=True, slots=True)
class Snapshot:
    """The parsed content of a source's answer, before anything is stored.

    `layout` names the form that it was parsed as: home, archive, author, html, rss, atom or rest. `page_date` is the
    day the page was rendered, never the date of its articles. `warnings` are English lines for the operator: the parts
    that were left out and the reasons; the good parts are kept.
    """

    layout: str
    rates: tuple[Quote, ...] = ()
    articles: tuple[Article, ...] = ()
    page_date: dt.date | None = None
    warnings: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Table:
    """A central bank's rates of one day: `valid_on` is the day that the bank names, never the requested one.

    Pairs are as the bank prints them: the foreign currency as base, its own as quote (USD/KZT = 478.77). `warnings` are
    English lines for the operator: the parts that were left out and the reasons; the good parts are kept.
    """

    valid_on: dt.date
    quotes: tuple[Quote, ...]
    warnings: tuple[str, ...] = ()

"""Search: the results, with the searched words in bold."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from html import escape
from zoneinfo import ZoneInfo

from bot.domain.articles import StoredArticle
from bot.domain.excerpts import Excerpt
from bot.domain.searches import Search, SearchError
from bot.i18n import Html, Translator
from bot.views.message import Button, View, data, safe_url, shorten
from bot.views.news import PAGE_SIZE, numbers, origin
from bot.views.rate_text import moment

# The length of the words in a heading: two lines of a phone.
_WORDS_LENGTH = 100
# An invalid part is quoted only as far as needed to recognise it.
_AT_LENGTH = 40


@dataclass(frozen=True, slots=True)
class Shown:
    """A found article: its title with the searched words marked, and a passage of its text with them, if any."""

    article: StoredArticle
    title: Excerpt
    snippet: Excerpt | None


def place(search: Search, query: str, page: int) -> str:
    """Return the button data of a page; ValueError if the words do not fit. `query`: the words, or # and a number."""
    days = [day.strftime("%Y%m%d") if day else "" for day in (search.since, search.until)]
    return data("search", "at", page, *days, search.source or "", query)


def archive_button(t: Translator, query: str) -> Button:
    """Return the button that searches the whole archive."""
    return Button(t.plain("search.button_archive"), data=data("search", "at", 0, "", "", "", query))


def results(
    t: Translator, search: Search, found: Sequence[Shown], *, query: str, page: int, more: bool, zone: ZoneInfo
) -> View:
    """Show a page of results, or suggestions if there are none."""
    follow = Button(t.plain("search.button_follow"), data=data("topics", "hear", query))
    heading = "\n".join([t("search.title", words=shorten(str(search.query), _WORDS_LENGTH)), *_filters(t, search)])
    if not found:
        advice = t("search.nothing_filtered" if search.filtered else "search.nothing")
        anyway = (Button(t.plain("search.button_anyway"), data=data("search", "at", 0, "", "", "", query)),)
        return View(f"{heading}\n{advice}", ((anyway,) if search.filtered else ()) + ((follow,),))
    lines = [heading, *(f"{page * PAGE_SIZE + n}. {_entry(t, one, zone)}" for n, one in enumerate(found, 1))]
    paging = tuple(
        Button(sign, data=place(search, query, to))
        for sign, to, there in (("‹", page - 1, page > 0), ("›", page + 1, more))
        if there
    )
    opening = numbers([one.article for one in found], page * PAGE_SIZE + 1)
    return View("\n\n".join(lines), (opening, *((paging,) if paging else ()), (follow,)))


def _filters(t: Translator, search: Search) -> list[str]:
    parts = []
    if search.since:
        parts.append(t("search.since", day=search.since.isoformat()))
    if search.until:
        parts.append(t("search.until", day=search.until.isoformat()))
    if search.source:
        parts.append(t("search.source", source=search.source))
    return [" · ".join(parts)] if parts else []


def _entry(t: Translator, shown: Shown, zone: ZoneInfo) -> Html:
    title, safe = _bold(shown.title), safe_url(shown.article.url)
    headline = f'<a href="{escape(safe)}">{title}</a>' if safe else title
    if shown.article.withdrawn:
        headline = f"<s>{headline}</s>"
    where = origin(shown.article) or escape(shown.article.source)
    lines = [headline, f"{moment(shown.article.listed_at, t, zone, 'D')} · {where}"]
    if shown.snippet:
        lines.append(_bold(shown.snippet))
    return Html("\n".join(lines))


def _bold(pieces: Excerpt) -> str:
    return "".join(
        f"<b>{escape(text, quote=False)}</b>" if meant else escape(text, quote=False) for text, meant in pieces
    )


def problem(t: Translator, error: SearchError) -> View:
    """Explain which part of a search is invalid."""
    return View(t(error.key, at=shorten(error.at, _AT_LENGTH)))


def how(t: Translator) -> View:
    """Explain searching by example."""
    return View(t("search.how"))

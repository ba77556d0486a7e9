"""Search: the results, with the searched words in bold."""

from __future__ import annotations

from collections.abc import Sequence
from html import escape
from zoneinfo import ZoneInfo

from bot.domain.excerpts import Excerpt
from bot.domain.searches import Hit, Search, SearchError
from bot.i18n import Html, Translator
from bot.views import actions
from bot.views.message import Button, View, safe_url, shorten
from bot.views.news import PAGE_SIZE, numbers, origin
from bot.views.rate_text import moment

# The length of the words in a heading: two lines of a phone.
_WORDS_LENGTH = 100
# Characters of a wrong piece that are repeated.
_AT_LENGTH = 40


def place(search: Search, key: str, page: int) -> str:
    """Return the button data of a page; ValueError if the words do not fit. `key`: the words, or # and their id."""
    return actions.SEARCH_AT(page, (search.since, search.until, search.source or ""), key)


def archive_button(t: Translator, key: str) -> Button:
    """Return the button that searches the whole archive."""
    return Button(t.plain("search.button_archive"), data=actions.SEARCH_AT(0, actions.NO_FILTERS, key))


def results(
    t: Translator, search: Search, found: Sequence[Hit], *, key: str, page: int, more: bool, zone: ZoneInfo
) -> View:
    """List a page of results, or suggest what to do without any."""
    follow = Button(t.plain("search.button_follow"), data=actions.TOPICS_FOLLOW(key))
    heading = "\n".join([t("search.title", words=shorten(str(search.query), _WORDS_LENGTH)), *_filters(t, search)])
    if not found:
        advice = t("search.nothing_filtered" if search.filtered else "search.nothing")
        anyway = (Button(t.plain("search.button_anyway"), data=actions.SEARCH_AT(0, actions.NO_FILTERS, key)),)
        return View(f"{heading}\n{advice}", ((anyway,) if search.filtered else ()) + ((follow,),))
    lines = [heading, *(f"{page * PAGE_SIZE + n}. {_entry(t, one, zone)}" for n, one in enumerate(found, 1))]
    paging = tuple(
        Button(sign, data=place(search, key, to))
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


def _entry(t: Translator, hit: Hit, zone: ZoneInfo) -> Html:
    title, safe = _bold(hit.title), safe_url(hit.article.url)
    headline = f'<a href="{escape(safe)}">{title}</a>' if safe else title
    if hit.article.withdrawn:
        headline = f"<s>{headline}</s>"
    where = origin(hit.article) or escape(hit.article.source)
    lines = [headline, f"{moment(hit.article.listed_at, t, zone, 'D')} · {where}"]
    if hit.snippet:
        lines.append(_bold(hit.snippet))
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

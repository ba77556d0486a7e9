"""Search: the results, with the searched words in bold."""

from __future__ import annotations

import datetime as dt
from html import escape
from zoneinfo import ZoneInfo

from bot.domain.excerpts import Excerpt
from bot.domain.searches import Hit, Search, SearchError, SearchResults
from bot.i18n import Html, Translator
from bot.views import actions
from bot.views.message import Button, View, record, rows, safe_url, shorten, titled
from bot.views.news import PAGE_SIZE, numbers, origin, published
from bot.views.paging import turner
from bot.views.topic_names import example_beside

# The length of the words in a heading: two lines of a phone.
_WORDS_LENGTH = 100
# Characters of a wrong piece that are repeated.
_AT_LENGTH = 40
# Words in a button as wide as the message, behind what it does.
_BUTTON_WORDS = 20


def place(search: Search, key: str, page: int) -> str:
    """Return the button data of a page; ValueError if the words do not fit. `key`: the words, or # and their id."""
    return actions.SEARCH_AT(page, (search.since, search.until, search.source or ""), key)


def archive_button(t: Translator, key: str) -> Button:
    """Return the button that searches the whole archive."""
    return Button(t.plain("search.button_archive"), data=actions.SEARCH_AT(0, actions.NO_FILTERS, key))


def results(
    t: Translator, search: Search, found: SearchResults, *, key: str, page: int, zone: ZoneInfo, now: dt.datetime
) -> View:
    """List a page of results, or suggest what to do without any; `now` is UTC."""
    follow = Button(t.plain("search.button_follow"), data=actions.TOPICS_FOLLOW(key))
    heading = "\n".join([t("search.title", words=_words(search)), *_filters(t, search)])
    if not found.hits:
        advice = t("search.nothing_filtered" if search.filtered else "search.nothing")
        anyway = (Button(t.plain("search.button_anyway"), data=actions.SEARCH_AT(0, actions.NO_FILTERS, key)),)
        return View(f"{heading}\n{advice}", ((anyway,) if search.filtered else ()) + ((follow,),))
    first = page * PAGE_SIZE + 1
    lines = [heading, *(f"{n}. {_entry(t, one, zone, now)}" for n, one in enumerate(found.hits, first))]
    pages = min(-(-found.total // PAGE_SIZE), actions.LAST_SEARCH_PAGE + 1)
    turning = turner(page, lambda to: place(search, key, to), more=page + 1 < pages, pages=pages)
    opening = numbers([one.article for one in found.hits], first)
    return View("\n\n".join([*lines, t("news.numbers")]), (opening, *turning, (follow,)))


def best(t: Translator, search: Search, found: SearchResults, key: str, zone: ZoneInfo, now: dt.datetime) -> View:
    """Answer words with the best articles, and the ways to follow the words and to search for all of them."""
    lines = [t("search.best", words=_words(search), total=found.total)]
    for n, hit in enumerate(found.hits, 1):
        lines.append(f"{n}. {titled(hit.article)} · {published(hit.article, now, t, zone)} · {origin(hit.article)}")
    words = shorten(_words(search), _BUTTON_WORDS)
    buttons = (
        Button(t.plain("search.button_follow_words", words=words), data=actions.TOPICS_FOLLOW(key)),
        archive_button(t, key),
    )
    return record(View("\n".join(lines), rows(buttons, 1)))


def nothing_found(t: Translator, words: str, convert: str) -> View:
    """Answer words that no article has with what else there is; `convert` is the data of an example."""
    buttons = (
        Button(t.plain("search.button_rates"), data=actions.RATES_ALL()),
        Button(t.plain("search.button_convert"), data=convert),
        Button(t.plain("search.button_news"), data=actions.NEWS_ALL(0)),
        Button(t.plain("search.button_alerts"), data=actions.ALERTS_LIST(0)),
    )
    return record(View(t("search.nothing_words", words=shorten(words, _AT_LENGTH)), rows(buttons, 2)))


def _words(search: Search) -> str:
    return shorten(search.typed or str(search.query), _WORDS_LENGTH)


def _filters(t: Translator, search: Search) -> list[str]:
    parts = []
    if search.since:
        parts.append(t("search.since", day=search.since.isoformat()))
    if search.until:
        parts.append(t("search.until", day=search.until.isoformat()))
    if search.source:
        parts.append(t("search.source", source=search.source))
    return [" · ".join(parts)] if parts else []


def _entry(t: Translator, hit: Hit, zone: ZoneInfo, now: dt.datetime) -> Html:
    title, safe = _bold(hit.title), safe_url(hit.article.url)
    headline = f'<a href="{escape(safe)}">{title}</a>' if safe else title
    if hit.article.withdrawn:
        headline = f"<s>{headline}</s>"
    lines = [headline, f"{published(hit.article, now, t, zone)} · {origin(hit.article)}"]
    if hit.snippet:
        lines.append(_bold(hit.snippet))
    return Html("\n".join(lines))


def _bold(pieces: Excerpt) -> str:
    return "".join(
        f"<b>{escape(text, quote=False)}</b>" if meant else escape(text, quote=False) for text, meant in pieces
    )


def problem(t: Translator, error: SearchError) -> View:
    """Explain which part of a search is invalid."""
    at = shorten(error.at, _AT_LENGTH)
    return View(t(error.key, at=at, word=example_beside(t, at)))


def how(t: Translator) -> View:
    """Explain searching by example."""
    return View(t("search.how"))

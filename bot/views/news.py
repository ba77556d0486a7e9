"""News: one story as it is cried, and lists of them."""

from __future__ import annotations

import re
from collections.abc import Sequence
from urllib.parse import urlsplit
from zoneinfo import ZoneInfo

from bot.domain.articles import StoredArticle, clean_text
from bot.i18n import Html, Translator
from bot.views.figures import moment
from bot.views.message import Button, View, data, link, safe_url, shorten

# A taste of the story, not the story: the publisher's text is the publisher's.
LEAD_LENGTH = 200
# Five headlines fit on a phone's screen.
PAGE_SIZE = 5
# A one-line taste in lists.
_LINE_LENGTH = 90
_DATELINE = re.compile(r"^[A-Z][\w .,'’-]{1,60}?(?:\(TCA\)\s*)?\s[—–-]\s+")
_SENTENCE = re.compile(r"(?<=[.!?…])[\"'”’»)]*\s+(?=[\"'“‘«(]?[A-ZА-ЯЁ\d])")


def lead(text: str, length: int = LEAD_LENGTH) -> str:
    """Return the first sentences of a text that fit, its dateline stripped; at worst a sentence cut at a word."""
    first = clean_text(text).split("\n", 1)[0].strip()
    first = _DATELINE.sub("", first) if len(first) > 2 * length // 3 else first
    taken = ""
    for sentence in _SENTENCE.split(first):
        if len(taken) + len(sentence) + 1 > length:
            break
        taken = f"{taken} {sentence}".strip()
    return taken or shorten(first, length)


def _domain(url: str | None) -> str:
    safe = safe_url(url)
    return (urlsplit(safe).hostname or "").removeprefix("www.") if safe else ""


def story(
    t: Translator,
    article: StoredArticle,
    topics: Sequence[str],
    zone: ZoneInfo,
) -> View:
    """Cry one story: headline, a taste of it, when and where it stands, and why this person hears it."""
    tail = [moment(article.told_at, t, zone), _domain(article.url)]
    lines: list[str] = [link(article.title, article.url)]
    if article.text:
        lines.append(t("news.lead", lead=lead(article.text)))
    lines.append(" · ".join(part for part in tail if part))
    if topics:
        lines.append(t("news.because", topics=", ".join(topics)))
    buttons = []
    if safe := safe_url(article.url):
        buttons.append(Button(t.plain("news.button_open"), url=safe))
    buttons.append(Button(t.plain("news.button_topics"), data=data("topics", "list")))
    return View("\n".join(lines), (tuple(buttons),), preview_url=safe_url(article.url))


def headline(t: Translator, article: StoredArticle, zone: ZoneInfo) -> Html:
    """Return a story as a list shows it: linked headline, then date and one line."""
    line = lead(article.text, _LINE_LENGTH) if article.text else ""
    when = moment(article.told_at, t, zone, "Dt")
    return Html(f"{link(article.title, article.url)}\n{when}" + (t("news.line", line=line) if line else ""))


def listing(
    t: Translator,
    articles: Sequence[StoredArticle],
    *,
    heading: str,
    page: int,
    more: bool,
    turn: Sequence[str],
    zone: ZoneInfo,
    other: Button | None = None,
) -> View:
    """List a page of stories. `turn`: the button data of paging without the page (feature, action, arguments…)."""
    if not articles:
        return View(f"{heading}\n{t('news.nothing')}", ((other,),) if other else ())
    lines = [heading, *(f"{page * PAGE_SIZE + n}. {headline(t, a, zone)}" for n, a in enumerate(articles, 1))]
    paging = []
    if page > 0:
        paging.append(Button("‹", data=data(*turn, page - 1)))
    if more:
        paging.append(Button("›", data=data(*turn, page + 1)))
    buttons = tuple(row for row in (tuple(paging), (other,) if other else ()) if row)
    return View("\n\n".join(lines), buttons)

"""News: one story as it is cried, and lists of them."""

from __future__ import annotations

import re
from collections.abc import Sequence
from html import escape
from urllib.parse import urlsplit
from zoneinfo import ZoneInfo

from bot.domain.articles import StoredArticle, clean_text
from bot.domain.sites import HOME
from bot.domain.topics import Found
from bot.i18n import Html, Translator
from bot.views.figures import moment
from bot.views.message import Button, View, data, link, safe_url, shorten

# A taste of the story, not the story: the publisher's text is the publisher's.
LEAD_LENGTH = 200
# Five headlines fit on a phone's screen.
PAGE_SIZE = 5
# A one-line taste in lists.
_LINE_LENGTH = 90
# A story may be about a hundred topics of a person; the first few say enough, and the message stays a message.
_NAMED_TOPICS = 5
_NAME_LENGTH = 40
# `DUSHANBE (TCA) — `, `Astana, December 8 (TCA) - `, `ALMATY – `: capitals or an agency in brackets, and a dash.
_DATELINE = re.compile(r"^(?:[A-Z][A-Z .,'’-]+(?:\([A-Z]{2,10}\))?|[A-Z][\w .,'’-]{1,60}\([A-Z]{2,10}\))\s*[—–-]\s+")
# The end of a sentence, its closing quotes with it; not after an initial (U.S.) or a title.
_SENTENCE_END = re.compile(
    r"(?<!\b[A-Z])(?<!\b(?:Mr|Dr|St|No))(?<!\b(?:Mrs|Gen|Sen))[.!?…]+[\"'”’»)]*(?=\s+[\"'“‘«(]?[A-ZА-ЯЁ\d])"
)


def lead(text: str, length: int = LEAD_LENGTH) -> str:
    """Return the first sentences of a text that fit, its dateline stripped; at worst a sentence cut at a word."""
    first = _DATELINE.sub("", clean_text(text).strip().split("\n", 1)[0].strip())
    if len(first) <= length:
        return first
    ends = [end.end() for end in _SENTENCE_END.finditer(first[: 2 * length]) if end.end() <= length]
    return first[: ends[-1]] if ends else shorten(first, length)


def _because(t: Translator, topics: Sequence[str]) -> str:
    named = ", ".join(shorten(topic, _NAME_LENGTH) for topic in topics[:_NAMED_TOPICS])
    more = len(topics) - _NAMED_TOPICS
    return t("news.because_more", topics=named, more=more) if more > 0 else t("news.because", topics=named)


def domain(url: str | None) -> str:
    """Return the site a link leads to, without www; empty where there is no safe link."""
    safe = safe_url(url)
    return (urlsplit(safe).hostname or "").removeprefix("www.") if safe else ""


def origin(article: StoredArticle) -> str:
    """Return where a story is from, as HTML: the name of its source, or the host of the home site's link."""
    return _other_site(article) or escape(domain(article.url))


def _other_site(article: StoredArticle) -> str:
    return "" if article.source in HOME else escape(article.site, quote=False)


def headline_from(article: StoredArticle, title: str) -> Html:
    """Return a headline as a link, with its source where that is not the home site."""
    site = _other_site(article)
    return Html(link(title, article.url) + (f" · {site}" if site else ""))


def story(
    t: Translator,
    article: StoredArticle,
    topics: Sequence[str],
    zone: ZoneInfo,
) -> View:
    """Cry one story: headline, a taste of it, when and where it stands, and why this person hears it."""
    tail = [moment(article.told_at, t, zone), origin(article)]
    lines: list[str] = [link(article.title, article.url)]
    if article.text:
        lines.append(t("news.lead", lead=lead(article.text)))
    lines.append(" · ".join(part for part in tail if part))
    if topics:
        lines.append(_because(t, topics))
    buttons = []
    if safe := safe_url(article.url):
        buttons.append(Button(t.plain("news.button_open"), url=safe))
    buttons.append(Button(t.plain("news.button_topics"), data=data("topics", "open")))
    buttons.append(Button(t.plain("saved.button_save"), data=data("saved", "add", article.id)))
    if topics:
        buttons.append(Button(t.plain("news.button_why"), data=data("news", "why", article.id)))
    return View("\n".join(lines), (tuple(buttons),), preview_url=safe_url(article.url))


def why(t: Translator, article: StoredArticle, reasons: Sequence[tuple[str, Sequence[Found]]]) -> View:
    """Tell why a chat hears a story: by topic, the words that said it and where. No reasons: the words are gone."""
    lines: list[str] = [t("news.why", title=link(article.title, article.url))]
    for topic, found in reasons[:_NAMED_TOPICS]:
        said = ", ".join(t(f"news.why_{one.place}", said=shorten(one.said, _NAME_LENGTH)) for one in found)
        key = "news.why_topic" if said else "news.why_gone"
        lines.append(t(key, topic=shorten(topic, _NAME_LENGTH), said=Html(said)))
    if not reasons:
        lines.append(t("news.why_nothing"))
    return View("\n".join(lines))


def headline(t: Translator, article: StoredArticle, zone: ZoneInfo) -> Html:
    """Return a story as a list shows it: linked headline, then date, source where it is another, and one line."""
    line = lead(article.text, _LINE_LENGTH) if article.text else ""
    when = " · ".join(filter(None, (moment(article.told_at, t, zone, "Dt"), _other_site(article))))
    return Html(f"{link(article.title, article.url)}\n{when}" + (t("news.line", line=line) if line else ""))


def numbers(articles: Sequence[StoredArticle], first: int) -> tuple[Button, ...]:
    """Return a row of buttons that open the stories of a list, each by its number there."""
    return tuple(Button(str(n), data=data("news", "one", article.id)) for n, article in enumerate(articles, first))


def listing(
    t: Translator,
    articles: Sequence[StoredArticle],
    *,
    heading: str,
    page: int,
    more: bool,
    turn: Sequence[str],
    zone: ZoneInfo,
    other: Button,
) -> View:
    """List a page of stories. `turn`: the button data of paging without the page (feature, action, arguments…).

    `other` is the button below: where else to look.
    """
    if not articles:
        return View(f"{heading}\n{t('news.nothing')}", ((other,),))
    lines = [heading, *(f"{page * PAGE_SIZE + n}. {headline(t, a, zone)}" for n, a in enumerate(articles, 1))]
    paging = []
    if page > 0:
        paging.append(Button("‹", data=data(*turn, page - 1)))
    if more:
        paging.append(Button("›", data=data(*turn, page + 1)))
    opening = numbers(articles, page * PAGE_SIZE + 1)
    return View("\n\n".join(lines), (opening, *((tuple(paging),) if paging else ()), (other,)))

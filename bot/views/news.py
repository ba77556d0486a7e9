"""News: one article, and lists of articles."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from html import escape
from urllib.parse import urlsplit
from zoneinfo import ZoneInfo

from bot.domain.articles import StoredArticle, clean_text
from bot.domain.excerpts import without_dateline
from bot.domain.sites import HOME
from bot.domain.topics import Found
from bot.i18n import Html, Translator
from bot.views import actions
from bot.views.message import Button, View, link, rows, safe_url, shorten, titled
from bot.views.rate_text import moment

# An excerpt of the article, in characters: the text belongs to its publisher.
LEAD_LENGTH = 200
# Five headlines fit on a phone's screen.
PAGE_SIZE = actions.ARTICLES_A_PAGE
# Buttons below each other that a phone shows without scrolling; all of a person's topics are in /topics.
_MUTABLE_TOPICS = 8
# Ten of the longest headlines stay far below 4,096 characters; more of them are a digest.
BURST_SIZE = 10
# The excerpt in lists is one line.
_LINE_LENGTH = 90
# An article may match a hundred topics of a person; the first few are enough.
_NAMED_TOPICS = 5
_NAME_LENGTH = 40
# Twenty sites may report an event; three other ones are enough.
_NAMED_SITES = 3
# The end of a sentence, with its closing quotes; not after an initial (U.S.), a title or an abbreviation.
_SENTENCE_END = re.compile(
    r"(?<!\b[A-ZА-ЯЁ])(?<!\bг)(?<!\b(?:Mr|Dr|St|No|им|ул))(?<!\b(?:Mrs|Gen|Sen))[.!?…]+[\"'”’»)]*(?=\s+[\"'“‘«(]?[A-ZА-ЯЁ\d])"
)


def lead(text: str, length: int = LEAD_LENGTH) -> str:
    """Return the first sentences of a text that fit, without its dateline; at worst a sentence cut at a word."""
    first = without_dateline(clean_text(text).strip().split("\n", 1)[0].strip())
    if len(first) <= length:
        return first
    ends = [end.end() for end in _SENTENCE_END.finditer(first[: 2 * length]) if end.end() <= length]
    return first[: ends[-1]] if ends else shorten(first, length)


def _because(t: Translator, topics: Sequence[str]) -> str:
    named = ", ".join(shorten(topic, _NAME_LENGTH) for topic in topics[:_NAMED_TOPICS])
    more = len(topics) - _NAMED_TOPICS
    return t("news.because_more", topics=named, more=more) if more > 0 else t("news.because", topics=named)


def _also(t: Translator, article: StoredArticle, others: Sequence[StoredArticle]) -> str:
    """Name the other sites that report the event, each once, with links to their articles."""
    sites: dict[str, str | None] = {}
    for other in others:
        sites.setdefault(domain(other.url), other.url)
    elsewhere = [link(site, url) for site, url in sites.items() if site not in ("", domain(article.url))]
    return t("news.also", sites=Html(", ".join(elsewhere[:_NAMED_SITES]))) if elsewhere else ""


def domain(url: str | None) -> str:
    """Return the host of a link, without www; empty where there is no safe link."""
    safe = safe_url(url)
    return (urlsplit(safe).hostname or "").removeprefix("www.") if safe else ""


def origin(article: StoredArticle) -> str:
    """Return the origin of an article as HTML: the name of its source, or the host of the home site's link."""
    return _other_site(article) or escape(domain(article.url))


def _other_site(article: StoredArticle) -> str:
    return "" if article.source in HOME else escape(article.site, quote=False)


def headline_from(article: StoredArticle, length: int | None = None) -> Html:
    """Return a headline as a link, with its source unless it is the home site."""
    site = _other_site(article)
    return Html(titled(article, length) + (f" · {site}" if site else ""))


def article_view(
    t: Translator,
    article: StoredArticle,
    topics: Sequence[str],
    zone: ZoneInfo,
    others: Sequence[StoredArticle] = (),
    *,
    corrected: bool = False,
) -> View:
    """Show one article: headline, excerpt, time, site, and the topics of this chat that it matches.

    `others` are the articles of other sites about the same event; `corrected`: the headline has changed.
    """
    tail = [moment(article.listed_at, t, zone), origin(article)]
    lines: list[str] = [titled(article)]
    if article.withdrawn:
        lines.append(t("news.withdrawn"))
    elif article.text:
        lines.append(t("news.lead", lead=lead(article.text)))
    lines.append(" · ".join(part for part in tail if part))
    if corrected and not article.withdrawn:
        lines.append(t("news.corrected"))
    if also := _also(t, article, others):
        lines.append(also)
    if topics:
        lines.append(_because(t, topics))
    buttons = []
    if safe := safe_url(article.url):
        buttons.append(Button(t.plain("news.button_open"), url=safe))
    buttons.append(Button(t.plain("saved.button_save"), data=actions.SAVED_ADD(article.id)))
    below = [Button(t.plain("news.button_like"), data=actions.ARTICLE_LIKE(article.id, 0))]
    if topics:
        buttons.append(Button(t.plain("news.button_why"), data=actions.NEWS_WHY(article.id)))
        below.append(Button(t.plain("news.button_mute"), data=actions.ARTICLE_MUTE(article.id)))
    return View("\n".join(lines), (tuple(buttons), tuple(below)), preview_url=safe_url(article.url))


def burst(t: Translator, articles: Sequence[StoredArticle], *, corrected: bool = False) -> View:
    """Show several articles in one message: their headlines and sites, and numbers as buttons to open them."""
    shown = articles[:BURST_SIZE]
    lines = [t("news.burst", count=len(articles))]
    for n, article in enumerate(shown, 1):
        site = domain(article.url)
        lines.append(f"{n}. {titled(article)}" + (f" · {site}" if site else ""))
    if len(articles) > len(shown):
        lines.append(t("news.burst_more", more=len(articles) - len(shown)))
    if corrected:
        lines.append(t("news.corrected"))
    mine = Button(t.plain("news.button_more_news"), data=actions.NEWS_MINE(0))
    return View("\n".join(lines), (*rows(numbers(shown, 1), PAGE_SIZE), (mine,)))


def why(t: Translator, article: StoredArticle, reasons: Sequence[tuple[str, Sequence[Found]]]) -> View:
    """Explain why a chat got an article: the topics, the matching words and their place, unless pruned."""
    lines: list[str] = [t("news.why", title=titled(article))]
    for topic, found in reasons[:_NAMED_TOPICS]:
        words = ", ".join(t(f"news.why_{one.place}", words=shorten(one.words, _NAME_LENGTH)) for one in found)
        key = "news.why_topic" if words else "news.why_gone"
        lines.append(t(key, topic=shorten(topic, _NAME_LENGTH), words=Html(words)))
    if not reasons:
        lines.append(t("news.why_nothing"))
    return View("\n".join(lines), ((back(t, article),),))


def back(t: Translator, article: StoredArticle) -> Button:
    """Return the button that shows an article again in place of the view of one of its buttons."""
    return Button(t.plain("news.button_back"), data=actions.ARTICLE_SHOW(article.id))


def mute(t: Translator, article: StoredArticle, topics: Sequence[tuple[int, str]]) -> View:
    """Offer the topics of an article to mute: (query, name)."""
    choices = (
        Button(shorten(name, _NAME_LENGTH), data=actions.ARTICLE_MUTE_ONE(article.id, query), style="danger")
        for query, name in topics[:_MUTABLE_TOPICS]
    )
    mine = Button(t.plain("news.button_topics"), data=actions.TOPICS_LIST(0))
    return View(t("news.mute", title=titled(article)), (*rows(choices, 1), (back(t, article), mine)))


def muted(t: Translator, article: StoredArticle, query: int, name: str, level: str) -> View:
    """Show that a topic of an article is muted, with the way back."""
    undo = Button(t.plain("news.button_undo"), data=actions.ARTICLE_UNMUTE(article.id, query, level))
    text = f"{titled(article)}\n{t('news.muted', topic=shorten(name, _NAME_LENGTH))}"
    return View(text, ((undo, back(t, article)),))


def headline(t: Translator, article: StoredArticle, zone: ZoneInfo) -> Html:
    """Return an article for a list: linked headline, then date, source unless it is the home site, and one line."""
    line = lead(article.text, _LINE_LENGTH) if article.text else ""
    if article.withdrawn:
        line = Html(t("news.withdrawn"))
    when = " · ".join(filter(None, (moment(article.listed_at, t, zone, "Dt"), _other_site(article))))
    return Html(f"{titled(article)}\n{when}" + (t("news.line", line=line) if line else ""))


def numbers(articles: Sequence[StoredArticle], first: int) -> tuple[Button, ...]:
    """Return a row of buttons that open the articles of a list, each by its number there."""
    return tuple(Button(str(n), data=actions.NEWS_ONE(article.id)) for n, article in enumerate(articles, first))


def listing(
    t: Translator,
    articles: Sequence[StoredArticle],
    *,
    heading: str,
    page: int,
    more: bool,
    page_data: Callable[[int], str],
    zone: ZoneInfo,
    other: Button,
) -> View:
    """List a page of articles. `page_data` returns the callback data of another page.

    `other` is the button below, to another list.
    """
    if not articles:
        return View(f"{heading}\n{t('news.nothing')}", ((other,),))
    lines = [heading, *(f"{page * PAGE_SIZE + n}. {headline(t, a, zone)}" for n, a in enumerate(articles, 1))]
    paging = []
    if page > 0:
        paging.append(Button("‹", data=page_data(page - 1)))
    if more:
        paging.append(Button("›", data=page_data(page + 1)))
    opening = numbers(articles, page * PAGE_SIZE + 1)
    return View("\n\n".join(lines), (opening, *((tuple(paging),) if paging else ()), (other,)))

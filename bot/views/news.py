"""News: one article, and lists of articles."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Callable, Collection, Sequence
from contextlib import suppress
from html import escape
from urllib.parse import urlsplit
from zoneinfo import ZoneInfo

from babel import Locale

from bot.domain import links
from bot.domain.articles import StoredArticle, clean_text
from bot.domain.excerpts import CAPITALS, without_dateline
from bot.domain.news_languages import written
from bot.domain.topics import Found, may_exclude
from bot.domain.topics.curated import THEMES
from bot.domain.topics.subscription import FollowedTopic
from bot.i18n import LANGUAGES, Html, Translator
from bot.views import actions
from bot.views.message import Button, View, link, record, rows, safe_url, shorten, titled
from bot.views.paging import turner
from bot.views.rate_text import moment
from bot.views.topic_names import topic_name

# An excerpt of the article, in characters: the text belongs to its publisher.
LEAD_LENGTH = 200
# Five headlines fit on a phone's screen.
PAGE_SIZE = actions.ARTICLES_A_PAGE
# Buttons below each other that a phone shows without scrolling; all of a person's topics are in /topics.
_UNFOLLOWABLE = 8
# Words that can be excluded under one explanation, and the longest label of a row of its own.
_EXCLUSIONS = 3
_LABEL_LENGTH = 36
# Ten headlines with their links stay far below 4,096 characters and 100 entities; more of them are a digest.
BURST_SIZE = 10
# The longest true headline of 129 seen has 171 characters; ten longer ones would not fit beside other lines.
LONGEST_HEADLINE = 180
# The excerpt in lists is one line.
_LINE_LENGTH = 90
# An article may match a hundred topics of a person; the first few are enough.
_NAMED_TOPICS = 5
_NAME_LENGTH = 40
# Twenty sites may report an event; three other ones are enough.
_NAMED_SITES = 3
# The end of a sentence, with its closing quotes; not after an initial (U.S.), a title or an abbreviation.
_SENTENCE_END = re.compile(
    rf"(?<!\b[{CAPITALS}])(?<!\b[гжй])(?<!\b(?:Mr|Dr|St|No|им|ул))(?<!\b(?:Mrs|Gen|Sen))[.!?…]+[\"'”’»)]*"
    rf"(?=\s+[\"'“‘«(]?[{CAPITALS}\d])"
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
    """Name the other sources that report the event, each once, with links to their articles."""
    sites: dict[str, str | None] = {}
    for other in others:
        sites.setdefault(other.source_name, other.url)
    sites.pop(article.source_name, None)
    named = Html(", ".join([link(site, url) for site, url in sites.items()][:_NAMED_SITES]))
    return t("news.also", sites=named) if named else ""


def domain(url: str | None) -> str:
    """Return the host of a link, without www; empty where there is no safe link."""
    safe = safe_url(url)
    return (urlsplit(safe).hostname or "").removeprefix("www.") if safe else ""


def origin(article: StoredArticle) -> str:
    """Return the name of an article's source as HTML."""
    return escape(clean_text(article.source_name), quote=False)


def headline_from(article: StoredArticle, length: int | None = None) -> Html:
    """Return a headline as a link, with the name of its source."""
    return Html(f"{titled(article, length)} · {origin(article)}")


def published(article: StoredArticle, now: dt.datetime, t: Translator, zone: ZoneInfo) -> Html:
    """Return the time of an article, without the date if it is of today; `now` is UTC."""
    local = article.listed_at.astimezone(zone)
    if local.date() != now.astimezone(zone).date():
        return moment(article.listed_at, t, zone)
    return Html(f'<tg-time unix="{int(local.timestamp())}" format="t">{local:%H:%M}</tg-time>')


def article_view(
    t: Translator,
    article: StoredArticle,
    topics: Sequence[str],
    zone: ZoneInfo,
    now: dt.datetime,
    others: Sequence[StoredArticle] = (),
    *,
    corrected: bool = False,
    saved: bool = False,
    short: bool = False,
) -> View:
    """Show one article: headline, excerpt, time, source, and the topics of this chat that it matches.

    `others` are the articles of other sites about the same event; `corrected`: the headline has changed; `short`:
    without an excerpt. `now` is UTC.
    """
    lines: list[str] = [titled(article)]
    if article.withdrawn:
        lines.append(t("news.withdrawn"))
    elif article.text and not short:
        lines.append(t("news.lead", lead=lead(article.text)))
    lines.append(f"{published(article, now, t, zone)} · {origin(article)}")
    if corrected and not article.withdrawn:
        lines.append(t("news.corrected"))
    if also := _also(t, article, others):
        lines.append(also)
    if topics:
        lines.append(_because(t, topics))
    opening = [Button(t.plain("news.button_open"), url=safe) for safe in (safe_url(article.url),) if safe]
    saving = Button(
        t.plain("saved.button_saved" if saved else "saved.button_save"), data=actions.SAVED_SET(article.id, not saved)
    )
    share = Button(t.plain("news.button_share"), share=links.to_article(article.id))
    below = [Button(t.plain("news.button_like"), data=actions.ARTICLE_LIKE(article.id, 0))]
    if topics:
        below.insert(0, Button(t.plain("news.button_why"), data=actions.NEWS_WHY(article.id)))
        below.append(Button(t.plain("news.button_unfollow"), data=actions.ARTICLE_UNFOLLOW(article.id)))
    buttons = ((*opening, saving, share), tuple(below))
    return record(View("\n".join(lines), buttons, preview_url=safe_url(article.url)))


def burst(
    t: Translator, articles: Sequence[StoredArticle], *, corrected: bool = False, in_channel: bool = False
) -> View:
    """Show several articles in one message: their headlines and sources, and numbers as buttons to open them.

    `in_channel`: the readers have not chosen the topics.
    """
    shown = articles[:BURST_SIZE]
    lines = [t("posts.burst" if in_channel else "news.burst", count=len(articles))]
    lines += [f"{n}. {headline_from(article, LONGEST_HEADLINE)}" for n, article in enumerate(shown, 1)]
    if len(articles) > len(shown):
        lines.append(t("news.burst_more", more=len(articles) - len(shown)))
    if corrected:
        lines.append(t("news.corrected"))
    mine = Button(t.plain("news.button_mine"), data=actions.NEWS_MINE(0))
    return record(View("\n".join(lines), (*rows(numbers(shown, 1), PAGE_SIZE), (mine,))))


def why(
    t: Translator,
    article: StoredArticle,
    reasons: Sequence[tuple[FollowedTopic, Sequence[Found]]],
    source: str,
) -> View:
    """Explain why a chat got an article: the topics, the matching words and their place, unless pruned.

    Below are the ways to get fewer of its kind; `source` is the id under which its source is muted.
    """
    lines: list[str] = [t("news.why", title=titled(article))]
    buttons: list[Button] = []
    for topic, found in reasons[:_NAMED_TOPICS]:
        words = ", ".join(t(f"news.why_{one.place}", words=shorten(one.words, _NAME_LENGTH)) for one in found)
        key = "news.why_topic" if words else "news.why_gone"
        lines.append(t(key, topic=shorten(topic_name(t, topic), _NAME_LENGTH), words=Html(words)))
        buttons += _without(t, topic, found)
    buttons = buttons[:_EXCLUSIONS]
    buttons += [
        Button(shorten(t.plain("news.button_unfollow_topic", topic=topic_name(t, topic)), _LABEL_LENGTH), data=data)
        for topic, data in ((topic, actions.TOPICS_UNFOLLOW(topic.id)) for topic, _ in reasons[:_NAMED_TOPICS])
    ]
    if not reasons:
        lines.append(t("news.why_nothing"))
    mute = t.plain("news.button_mute_source", source=article.source_name)
    buttons.append(Button(shorten(mute, _LABEL_LENGTH), data=actions.SOURCES_MUTE(source)))
    return View("\n".join(lines), rows(buttons, 1))


def _without(t: Translator, topic: FollowedTopic, found: Sequence[Found]) -> list[Button]:
    """Return buttons that exclude the words by which an article matches a theme; long words do not fit into one."""
    if topic.curated not in THEMES:
        return []
    buttons = []
    for words in dict.fromkeys(one.words for one in found if may_exclude(one)):
        with suppress(ValueError):
            data = actions.TOPICS_EXCLUDE(topic.query, words)
            buttons.append(Button(shorten(t.plain("news.button_without", words=words), _LABEL_LENGTH), data=data))
    return buttons


def unfollow(t: Translator, article: StoredArticle, topics: Sequence[FollowedTopic]) -> View:
    """Offer the topics of an article to unfollow."""
    choices = (
        Button(shorten(topic_name(t, one), _NAME_LENGTH), data=actions.TOPICS_UNFOLLOW(one.id), style="danger")
        for one in topics[:_UNFOLLOWABLE]
    )
    mine = Button(t.plain("news.button_topics"), data=actions.TOPICS_LIST(0))
    return View(t("news.unfollow", title=titled(article)), (*rows(choices, 1), (mine,)))


def languages(t: Translator, available: Collection[str], chosen: Collection[str]) -> View:
    """Choose the languages of the news; a tick marks those that are read."""
    own = written(t.language)
    shown = sorted({*available, *chosen, own}, key=lambda code: (code != own, code))
    buttons = (
        Button(("✓ " if code in chosen else "") + _own_name(code), data=actions.NEWS_LANGUAGE(code, code not in chosen))
        for code in shown
    )
    back = Button(t.plain("settings.button_back"), data=actions.SETTINGS_ALL())
    nothing = "" if {*chosen} & {*available} else "\n" + t("news.languages_none")
    return View(t("news.languages") + nothing, (*rows(buttons, 2), (back,)))


def _own_name(code: str) -> str:
    """Return a language's own name for itself."""
    name = LANGUAGES.get(code) or Locale(code).get_language_name(code) or code
    return name[:1].upper() + name[1:]


def headline(t: Translator, article: StoredArticle, zone: ZoneInfo, now: dt.datetime) -> Html:
    """Return an article for a list: linked headline, then time and source, and one line."""
    line = lead(article.text, _LINE_LENGTH) if article.text else ""
    if article.withdrawn:
        line = Html(t("news.withdrawn"))
    when = f"{published(article, now, t, zone)} · {origin(article)}"
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
    now: dt.datetime,
    other: Button | None,
    pages: int | None = None,
) -> View:
    """List a page of articles; `now` is UTC. `page_data` returns the callback data of another page of `pages`.

    `other` is the button below, to another list.
    """
    below = ((other,),) if other else ()
    if not articles:
        return View(f"{heading}\n{t('news.nothing')}", below)
    first = page * PAGE_SIZE + 1
    lines = [heading, *(f"{n}. {headline(t, a, zone, now)}" for n, a in enumerate(articles, first)), t("news.numbers")]
    turning = turner(page, page_data, more=more, pages=pages)
    return View("\n\n".join(lines), (numbers(articles, first), *turning, *below))

"""Posts of groups and channels: the form that each chat has chosen, and what a channel leaves out."""

from __future__ import annotations

import datetime as dt
import re
import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass, replace
from functools import lru_cache
from html import escape
from zoneinfo import ZoneInfo

from bot.domain.articles import StoredArticle, clean_text
from bot.domain.chats import Chat
from bot.domain.posts import MAX_SIGNATURE
from bot.domain.topics import base_of
from bot.domain.topics.curated import TOPICS
from bot.i18n import Html, Translator
from bot.views import news
from bot.views.message import View
from bot.views.topic_names import name_of

# Hashtags under a post: more of them are read as advertising.
MAX_HASHTAGS = 5
# Posts that are kept, each for all chats that get the same: an article goes to thousands of them within minutes. Each
# holds the texts of its articles, some kilobytes.
MAX_KEPT = 128
_NOON = dt.time(12)
# Letters of a hashtag: longer ones are typed by nobody.
_LONGEST_HASHTAG = 30
_APOSTROPHES = str.maketrans("", "", "'’`")
_WORDS = re.compile(r"[^\W_]+")
# The words of a topic and the curated topic that it is, as articles are matched.
Topic = tuple[str, str | None]


def article_post(
    t: Translator,
    chat: Chat,
    article: StoredArticle,
    topics: Sequence[Topic],
    now: dt.datetime,
    others: Sequence[StoredArticle] = (),
    *,
    corrected: bool = False,
    saved: bool = False,
) -> View:
    """Show an article to a chat in the chat's form; `topics` are those of the chat's that it matches, `now` is UTC.

    The readers of a channel have not chosen its topics: none is named there.
    """
    today = now.astimezone(ZoneInfo(chat.timezone)).date()
    inputs = _Inputs.of(t, chat, [article], [topics], corrected=corrected)
    return _article_post(inputs, today, tuple(others), saved=saved)


def burst_post(
    t: Translator,
    chat: Chat,
    articles: Sequence[StoredArticle],
    topics: Sequence[Sequence[Topic]],
    *,
    corrected: bool = False,
) -> View:
    """Show several articles in one message to a chat; `topics` are those of the chat's that each of them matches."""
    return _burst_post(_Inputs.of(t, chat, articles, topics, corrected=corrected))


@dataclass(frozen=True, slots=True)
class _Inputs:
    """The inputs of a post of articles: chats with equal inputs get the same post, which is made once.

    `timezone` is the name of a zone. `topics` are those that each of the articles matches.
    """

    t: Translator
    timezone: str
    in_channel: bool
    lead: bool
    hashtags: bool
    articles: tuple[StoredArticle, ...]
    topics: tuple[tuple[Topic, ...], ...]
    corrected: bool

    @classmethod
    def of(
        cls,
        t: Translator,
        chat: Chat,
        articles: Sequence[StoredArticle],
        topics: Sequence[Sequence[Topic]],
        *,
        corrected: bool,
    ) -> _Inputs:
        """Return the inputs of the post of some articles in a chat."""
        form, matched = chat.post_form, tuple(map(tuple, topics))
        return cls(*(t, chat.timezone, chat.channel, form.lead, form.hashtags, tuple(articles), matched, corrected))


@lru_cache(maxsize=MAX_KEPT)
def _article_post(inputs: _Inputs, today: dt.date, others: tuple[StoredArticle, ...], *, saved: bool) -> View:
    """Return the post of one article on a day in its chat's zone."""
    t, zone = inputs.t, ZoneInfo(inputs.timezone)
    [article], [topics] = inputs.articles, inputs.topics
    named = [] if inputs.in_channel else [name_of(t, text, topic) for text, topic in topics]
    shown = news.article_view(
        t,
        article,
        named,
        zone,
        dt.datetime.combine(today, _NOON, zone),
        others,
        corrected=inputs.corrected,
        saved=saved,
        short=not inputs.lead,
    )
    return with_hashtags(shown, hashtags(t, article, topics) if inputs.hashtags else ())


@lru_cache(maxsize=MAX_KEPT)
def _burst_post(inputs: _Inputs) -> View:
    """Return the post of several articles."""
    t, tags = inputs.t, list[str]()
    if inputs.hashtags:
        for article, topics in zip(inputs.articles, inputs.topics, strict=True):
            tags += hashtags(t, article, topics)
    shown = news.burst(t, inputs.articles, corrected=inputs.corrected, in_channel=inputs.in_channel)
    return with_hashtags(shown, tags)


def with_hashtags(view: View, tags: Sequence[str]) -> View:
    """Return a view with a line of hashtags, without those beyond MAX_HASHTAGS."""
    line = " ".join([*dict.fromkeys(tags)][:MAX_HASHTAGS])
    return replace(view, text=f"{view.text}\n{line}") if line else view


def in_form(view: View, chat: Chat) -> View:
    """Return what a chat gets of a message that is sent to it by itself: signed, and in a channel without buttons.

    Readers of a channel change nothing there, and their presses would change it for all. Private chats have no form.
    """
    form = chat.post_form
    if chat.private:
        return view
    text = view.text
    if signature := clean_text(" ".join(form.signature.split()))[:MAX_SIGNATURE]:
        text = Html(f"{text}\n\n{escape(signature, quote=False)}")
    return replace(
        view,
        text=text,
        buttons=() if chat.channel else view.buttons,
        preview_url=view.preview_url if form.preview else None,
    )


def hashtags(t: Translator, article: StoredArticle, topics: Sequence[Topic]) -> list[str]:
    """Return hashtags of the topics that an article matches, else of the curated topics that it is about.

    A curated topic has its name in the chat's language, a topic of one word that word; other topics have none.
    """
    found = [tag for text, topic in topics if (tag := _of_topic(t, text, topic))]
    if found:
        return found
    about = sorted(article.topics, key=lambda one: -one.points)
    return [tag for one in about if one.topic in TOPICS and (tag := _hashtag(t.plain(f"topics.name.{one.topic}")))]


def _of_topic(t: Translator, text: str, topic: str | None) -> str:
    slug = topic if topic in TOPICS else base_of(text)
    if slug is not None:
        return _hashtag(t.plain(f"topics.name.{slug}"))
    return _hashtag(text) if _WORDS.fullmatch(text) else ""


def _hashtag(name: str) -> str:
    """Return a name as a hashtag of letters and digits (`#NuclearUranium`); empty where none can be made of it."""
    words = _WORDS.findall(unicodedata.normalize("NFC", name).translate(_APOSTROPHES))
    joined = "".join(word if n == 0 else word[:1].upper() + word[1:] for n, word in enumerate(words))
    # Telegram reads digits alone as a number.
    is_tag = len(joined) <= _LONGEST_HASHTAG and any(letter.isalpha() for letter in joined)
    return f"#{joined}" if is_tag else ""

"""Topics: the subscriptions of a chat, and choosing them."""

from __future__ import annotations

import re
from collections.abc import Collection, Sequence
from dataclasses import replace
from functools import lru_cache

from bot.domain.articles import StoredArticle
from bot.domain.spelling import fold
from bot.domain.topics import QueryError
from bot.domain.topics.curated import COUNTRIES, THEMES, TOPICS
from bot.domain.topics.subscription import LEVELS, FollowedTopic
from bot.i18n import LANGUAGES, Html, Translator
from bot.views import actions
from bot.views.message import Button, View, rows, shorten
from bot.views.news import headline_from

PAGE_SIZE = actions.TOPICS_A_PAGE
# Characters of a query shown on each side of its error.
_BESIDE = 20
_WORD = re.compile(r"\||\S+")
# The text that fits on half a phone's width, with an ellipsis.
_LABEL_LENGTH = 24
_LEVEL_SIGNS = {"instant": "🔔", "silent": "🔕", "digest": "📰"}


def name_of(t: Translator, text: str, topic: str | None) -> str:
    """Return the name of a subscription: that of a curated topic, or the query itself."""
    return t.plain(f"topics.name.{topic}") if topic in TOPICS else text


@lru_cache(maxsize=1)
def names() -> dict[str, str]:
    """Return the names of curated topics in every shipped language, normalized, with their slugs."""
    return {fold(Translator(language).plain(f"topics.name.{slug}")): slug for slug in TOPICS for language in LANGUAGES}


def listing(t: Translator, followed: Sequence[FollowedTopic], page: int = 0) -> View:
    """Show a chat's topics, twenty a page; a press opens one. A page that no longer exists shows the last one."""
    pick = (Button(t.plain("topics.button_pick"), data=actions.TOPICS_PICK()),)
    if not followed:
        return View(t("topics.empty"), (pick,))
    last = (len(followed) - 1) // PAGE_SIZE
    page = min(page, last)
    buttons = (
        Button(
            f"{_LEVEL_SIGNS[one.level]} {shorten(name_of(t, one.text, one.topic), _LABEL_LENGTH)}",
            data=actions.TOPICS_ONE(one.id),
        )
        for one in followed[page * PAGE_SIZE : (page + 1) * PAGE_SIZE]
    )
    paging = tuple(
        Button(sign, data=actions.TOPICS_LIST(to)) for sign, to in (("‹", page - 1), ("›", page + 1)) if 0 <= to <= last
    )
    text = f"{t('topics.title')}\n{t('topics.legend')}"
    return View(text, (*rows(buttons, 2), *((paging,) if paging else ()), pick))


def _described(t: Translator, followed: FollowedTopic) -> Html:
    """Return the content of a subscription: a curated topic's name and its query, or only the query."""
    query = Html(t("topics.query", query=followed.text))
    name = name_of(t, followed.text, followed.topic)
    return query if name == followed.text else Html(t("topics.named", name=name, query=query))


def one(t: Translator, followed: FollowedTopic) -> View:
    """Show one topic with its levels and its end."""
    levels = (
        Button(
            ("✓ " if level == followed.level else "") + t.plain(f"topics.level_{level}"),
            data=actions.TOPICS_LEVEL(followed.id, level),
        )
        for level in LEVELS
    )
    end = Button(t.plain("topics.button_end"), data=actions.TOPICS_UNFOLLOW(followed.id), style="danger")
    back = Button(t.plain("topics.button_list"), data=actions.TOPICS_LIST(0))
    return View(t("topics.one", topic=_described(t, followed)), (*rows(levels, 3), (end, back)))


def picker(t: Translator, chosen: Collection[str]) -> View:
    """Choose curated topics by buttons; a tick marks the chosen ones."""

    def button(slug: str) -> Button:
        return Button(
            ("✓ " if slug in chosen else "") + t.plain(f"topics.name.{slug}"), data=actions.TOPICS_TOGGLE(slug)
        )

    done = Button(t.plain("topics.button_done"), data=actions.TOPICS_LIST(0))
    return View(t("topics.pick"), (*rows(map(button, COUNTRIES), 2), *rows(map(button, THEMES), 2), (done,)))


def subscribed(t: Translator, followed: FollowedTopic, new: bool, examples: Sequence[StoredArticle]) -> View:
    """Confirm a subscription: its content, and matching articles of the last days."""
    key = "topics.subscribed" if new else "topics.known"
    lines = [t(key, topic=_described(t, followed))]
    if examples:
        lines.append(t("topics.examples"))
        lines += [f"• {headline_from(article)}" for article in examples]
    else:
        lines.append(t("topics.no_examples"))
    return View("\n".join(lines), one(t, followed).buttons)


def replacing(t: Translator, view: View, gone: Sequence[FollowedTopic]) -> View:
    """Add to an answer the topics that it replaces: their message was edited."""
    lines = [t("topics.replaced", name=name_of(t, one.text, one.topic)) for one in gone]
    return replace(view, text="\n".join([view.text, *lines]))


def problem(t: Translator, error: QueryError) -> View:
    """Explain a query's error, with its place underlined if it has one."""
    text = t(error.key, at=shorten(error.at, 40), topics=", ".join(THEMES), countries=", ".join(COUNTRIES))
    if error.at and error.text:
        before, after = error.text[: error.position], error.text[error.position :]
        first = _WORD.match(after)
        meant = first[0] if first else after
        text += "\n" + t(
            "topics.error.place",
            position=error.position + 1,
            before=("…" if len(before) > _BESIDE else "") + before[-_BESIDE:],
            at=shorten(meant, 40),
            after=shorten(after.removeprefix(meant), _BESIDE),
        )
    return View(text)


def not_subscribed(t: Translator, words: str) -> View:
    """Answer an /unsubscribe for a topic that the chat does not follow."""
    return View(t("topics.not_subscribed", words=shorten(words, 60)))


def ended(t: Translator, followed: FollowedTopic) -> str:
    """Return the callback answer for an ended subscription."""
    return shorten(t.plain("topics.ended", name=name_of(t, followed.text, followed.topic)), 190)

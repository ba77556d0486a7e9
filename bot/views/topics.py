"""Topics: what a chat listens for, and choosing it."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass

from bot.domain.articles import StoredArticle
from bot.domain.curated import COUNTRIES, THEMES, TOPICS
from bot.domain.topics import QueryError, fold
from bot.i18n import LANGUAGES, Translator
from bot.views.message import Button, View, data, link, rows, shorten

LEVELS = ("instant", "silent", "digest")
_LEVEL_SIGNS = {"instant": "🔔", "silent": "🔕", "digest": "📰"}


@dataclass(frozen=True, slots=True)
class Heard:
    """One subscription as a view needs it: its id, the query's text, its curated topic if any, and the level."""

    id: int
    text: str
    topic: str | None
    level: str


def name_of(t: Translator, text: str, topic: str | None) -> str:
    """Return what a subscription is called: a curated topic's name, or the query itself."""
    return t.plain(f"topics.name.{topic}") if topic in TOPICS else text


def names() -> dict[str, str]:
    """Return the names of curated topics in every shipped language, folded, with their slugs."""
    return {fold(Translator(language).plain(f"topics.name.{slug}")): slug for slug in TOPICS for language in LANGUAGES}


def listing(t: Translator, heard: Sequence[Heard]) -> View:
    """List a chat's topics: press one to change it."""
    pick = (Button(t.plain("topics.button_pick"), data=data("topics", "pick")),)
    if not heard:
        return View(t("topics.empty"), (pick,))
    lines = [t("topics.title")]
    buttons = []
    for one in heard:
        name = name_of(t, one.text, one.topic)
        lines.append(t("topics.item", sign=_LEVEL_SIGNS.get(one.level, ""), name=name))
        buttons.append(
            Button(f"{_LEVEL_SIGNS.get(one.level, '')} {shorten(name, 24)}", data=data("topics", "one", one.id))
        )
    lines.append(t("topics.legend"))
    return View("\n".join(lines), (*rows(buttons, 2), pick))


def one(t: Translator, heard: Heard) -> View:
    """Show one topic with its levels and the end."""
    levels = (
        Button(
            ("✓ " if level == heard.level else "") + t.plain(f"topics.level_{level}"),
            data=data("topics", "level", heard.id, level),
        )
        for level in LEVELS
    )
    end = Button(t.plain("topics.button_end"), data=data("topics", "end", heard.id), style="danger")
    back = Button(t.plain("topics.button_list"), data=data("topics", "list"))
    return View(
        t("topics.one", name=name_of(t, heard.text, heard.topic), query=heard.text), (*rows(levels, 3), (end, back))
    )


def picker(t: Translator, chosen: Collection[str]) -> View:
    """Choose curated topics by tapping; a tick marks the chosen."""

    def button(slug: str) -> Button:
        return Button(
            ("✓ " if slug in chosen else "") + t.plain(f"topics.name.{slug}"), data=data("topics", "toggle", slug)
        )

    done = Button(t.plain("topics.button_done"), data=data("topics", "list"))
    return View(t("topics.pick"), (*rows(map(button, COUNTRIES), 2), *rows(map(button, THEMES), 2), (done,)))


def subscribed(t: Translator, heard: Heard, new: bool, examples: Sequence[StoredArticle]) -> View:
    """Confirm a subscription: what will be heard, and a proof from the last days."""
    key = "topics.subscribed" if new else "topics.known"
    lines = [t(key, name=name_of(t, heard.text, heard.topic), query=heard.text)]
    if examples:
        lines.append(t("topics.examples"))
        lines += [f"• {link(article.title, article.url)}" for article in examples]
    else:
        lines.append(t("topics.no_examples"))
    shown = one(t, heard)
    return View("\n".join(lines), shown.buttons)


def problem(t: Translator, error: QueryError) -> View:
    """Explain a query that cannot be understood."""
    return View(t(error.key, at=shorten(error.at, 40)))


def too_many(t: Translator, limit: int) -> View:
    """Say that no more topics fit."""
    return View(t("topics.too_many", limit=limit))


def not_subscribed(t: Translator, words: str) -> View:
    """Answer an /unsubscribe for what the chat does not listen for."""
    return View(t("topics.not_subscribed", words=shorten(words, 60)))


def ended(t: Translator, heard: Heard) -> str:
    """Return the toast for an ended subscription."""
    return shorten(t.plain("topics.ended", name=name_of(t, heard.text, heard.topic)), 190)

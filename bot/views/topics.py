"""Topics: the subscriptions of a chat, and choosing them."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import replace

from bot.domain.articles import StoredArticle
from bot.domain.times import clock
from bot.domain.topics import QueryError, is_strict, parse
from bot.domain.topics.curated import COUNTRIES, THEMES
from bot.domain.topics.subscription import LEVELS, FollowedTopic
from bot.i18n import Html, Translator
from bot.views import actions
from bot.views.message import Button, View, rows, shorten
from bot.views.news import headline_from
from bot.views.paging import turner
from bot.views.topic_names import FLAGS, example_beside, topic_name

PAGE_SIZE = actions.TOPICS_A_PAGE
# Characters of a query shown on each side of its error.
_BESIDE = 20
_WORD = re.compile(r"\||\S+")
# The text that fits on half a phone's width, behind a sign.
_LABEL_LENGTH = 18
# The time of a digest that is begun here, in local minutes after midnight.
DIGEST_AT = 8 * 60
_LEVEL_SIGNS = {"instant": "🔔", "silent": "🔕", "digest": "🗞"}


def listing(t: Translator, followed: Sequence[FollowedTopic], page: int = 0) -> View:
    """Show a chat's topics, twenty a page; a press opens one. A page that no longer exists shows the last one."""
    pick = (Button(t.plain("topics.button_pick"), data=actions.TOPICS_PICK()),)
    if not followed:
        return View(t("topics.empty"), (pick,))
    pages = (len(followed) - 1) // PAGE_SIZE + 1
    page = min(page, pages - 1)
    buttons = (
        Button(
            f"{_LEVEL_SIGNS[one.level]} {shorten(topic_name(t, one), _LABEL_LENGTH)}",
            data=actions.TOPICS_ONE(one.id),
        )
        for one in followed[page * PAGE_SIZE : (page + 1) * PAGE_SIZE]
    )
    text = f"{t('topics.title')}\n{t('topics.legend')}"
    turning = turner(page, actions.TOPICS_LIST, more=page < pages - 1, pages=pages)
    return View(text, (*rows(buttons, 2), *turning, pick))


def _described(t: Translator, followed: FollowedTopic) -> Html:
    """Return the content of a subscription: the name of a curated topic, or the words of the query."""
    name = topic_name(t, followed)
    return Html(t("topics.named" if followed.curated else "topics.query", name=name))


def one(t: Translator, followed: FollowedTopic) -> View:
    """Show one topic with its levels and its end."""
    levels = (
        Button(
            ("✓ " if level == followed.level else "") + t.plain(f"topics.level_{level}"),
            data=actions.TOPICS_LEVEL(followed.id, level),
        )
        for level in LEVELS
    )
    end = Button(t.plain("topics.button_unfollow"), data=actions.TOPICS_UNFOLLOW(followed.id))
    text = [t("topics.one", topic=_described(t, followed))]
    if followed.curated:
        text.append(t("topics.widths"))
    share = Button(t.plain("share.button_share"), data=actions.SHARES_TOPIC(followed.id))
    return View("\n".join(text), (*rows(levels, 3), *_widths(t, followed), (end, share), (_list_button(t),)))


def _widths(t: Translator, followed: FollowedTopic) -> Iterator[tuple[Button, ...]]:
    """Yield the row that sets how strictly a curated topic is followed."""
    if followed.curated:
        strict = is_strict(parse(followed.text, curated=True))
        yield tuple(
            Button(
                ("✓ " if width is strict else "") + t.plain("topics.strict" if width else "topics.wide"),
                data=actions.TOPICS_WIDTH(followed.id, width),
            )
            for width in (False, True)
        )


def _list_button(t: Translator) -> Button:
    return Button(t.plain("topics.button_list"), data=actions.TOPICS_LIST(0))


def picker(t: Translator, followed: Sequence[FollowedTopic], digest_times: Sequence[int]) -> View:
    """Choose curated topics by buttons; a tick marks the chosen ones.

    `digest_times` are the times of the chat's digests (local minutes after midnight).
    """
    chosen = {one.curated for one in followed if one.curated}

    def button(slug: str) -> Button:
        sign = "✓ " if slug in chosen else f"{FLAGS[slug]} " if slug in FLAGS else ""
        return Button(sign + t.plain(f"topics.name.{slug}"), data=actions.TOPICS_SET(slug, slug not in chosen))

    def heading(key: str) -> tuple[Button, ...]:
        return (Button(t.plain(key), data=actions.TOPICS_PICK()),)

    text = [t("topics.picked", count=len(chosen)) if chosen else t("topics.pick")]
    below = [Button(t.plain("topics.button_done"), data=actions.TOPICS_LIST(0))]
    if followed:
        if digest_times and all(one.level == "digest" for one in followed):
            text.append(t("topics.once_a_day", time=", ".join(map(clock, digest_times))))
            level, label = "instant", t.plain("topics.button_instant")
        else:
            text.append(t("topics.as_they_appear"))
            level, label = (
                "digest",
                t.plain("topics.button_digest", time=clock(digest_times[0] if digest_times else DIGEST_AT)),
            )
        below.insert(0, Button(label, data=actions.TOPICS_DELIVERY(level)))
    buttons = (
        *(heading("topics.countries"), *rows(map(button, COUNTRIES), 2)),
        *(heading("topics.themes"), *rows(map(button, THEMES), 2)),
        tuple(below),
    )
    return View("\n".join(text), buttons)


def subscribed(
    t: Translator,
    followed: FollowedTopic,
    new: bool,
    examples: Sequence[StoredArticle],
    within: FollowedTopic | None = None,
) -> View:
    """Confirm a subscription: its content, and matching articles of the last days.

    `within` is another topic of the chat that has most of its articles.
    """
    key = "topics.subscribed" if new else "topics.known"
    lines = [t(key, topic=_described(t, followed))]
    if within is not None and new:
        lines.append(t("topics.within", name=topic_name(t, within)))
    if examples:
        lines.append(t("topics.examples"))
        lines += [f"• {headline_from(article)}" for article in examples]
    else:
        lines.append(t("topics.no_examples"))
    return View("\n".join(lines), one(t, followed).buttons)


def replacing(t: Translator, view: View, gone: Sequence[FollowedTopic]) -> View:
    """Add to an answer the topics that it replaces: their message was edited."""
    lines = [t("topics.replaced", name=topic_name(t, one)) for one in gone]
    return replace(view, text="\n".join([view.text, *lines]))


def unfollowed(t: Translator, gone: FollowedTopic) -> View:
    """Confirm the end of a subscription, with the way back."""
    undo = Button(t.plain("topics.button_undo"), data=actions.TOPICS_AGAIN(gone.query, gone.level))
    return View(t("topics.unfollowed", topic=_described(t, gone)), ((undo, _list_button(t)),))


def excluded(t: Translator, followed: FollowedTopic, words: str, before: int) -> View:
    """Confirm that a topic comes without some words; `before` is the id of its former query, for the way back."""
    undo = Button(t.plain("topics.button_undo"), data=actions.TOPICS_RESTORE(followed.query, before))
    text = t("topics.excluded", topic=_described(t, followed), words=words)
    return View(text, ((undo, _list_button(t)),))


def problem(t: Translator, error: QueryError) -> View:
    """Explain a query's error, with its place underlined if it has one."""
    at = shorten(error.at, 40)
    countries = ", ".join(t.plain(f"topics.name.{slug}") for slug in COUNTRIES)
    text = t(error.key, at=at, word=example_beside(t, at), topics=", ".join(THEMES), countries=countries)
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

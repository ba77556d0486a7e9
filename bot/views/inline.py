"""Inline mode: results to share in any chat. Their buttons are links, for the bot gets no presses from other chats."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass, replace
from zoneinfo import ZoneInfo

from bot.domain import links
from bot.domain.articles import StoredArticle
from bot.domain.rate_graph import RateTableRow
from bot.domain.rates import Pair, Rate
from bot.i18n import Translator
from bot.views import news, rates
from bot.views.currencies import flags
from bot.views.message import Button, View, plain_text, safe_url, shorten
from bot.views.rate_card import statement
from bot.views.rate_text import short

# Two lines beside a card, and a button's width above them.
_LINE_LENGTH = 120
_WORDS_LENGTH = 24
# Currencies named in the result of the rate table.
_NAMED = 5


@dataclass(frozen=True, slots=True)
class Card:
    """One result: its entry in the list, in plain text, and the message that it becomes."""

    id: str
    title: str
    line: str
    view: View


@dataclass(frozen=True, slots=True)
class Answer:
    """The results, and a button above them that opens the bot's chat with a parameter."""

    cards: tuple[Card, ...]
    label: str
    parameter: str


def _link(label: str, bot: str, parameter: str) -> Button:
    return Button(label, url=f"https://t.me/{bot}?start={parameter}")


def _card(name: str, view: View, *buttons: Button) -> Card:
    """Return a result whose title is the message's first line, and whose description is the next lines."""
    title, *rest = filter(None, map(str.strip, plain_text(view.text).splitlines()))
    return Card(name, title, shorten(" · ".join(rest), _LINE_LENGTH), replace(view, buttons=(buttons,)))


def article_view(
    t: Translator, bot: str, article: StoredArticle, parameter: str, zone: ZoneInfo, now: dt.datetime
) -> Card:
    """Offer an article; `parameter` is the deep link of its button."""
    follow = _link(t.plain("inline.button_follow"), bot, parameter)
    opening = (Button(t.plain("news.button_open"), url=safe) for safe in (safe_url(article.url),) if safe)
    return _card(f"story{article.id}", news.article_view(t, article, (), zone, now), *opening, follow)


def money(t: Translator, bot: str, view: View, pair: Pair) -> Card:
    """Offer the card of a pair or a conversion; its button creates an alert on the pair."""
    button = _link(t.plain("rates.button_alert"), bot, links.to_alert(pair))
    return _card(f"money{pair.base}{pair.quote}", view, button)


def pair(t: Translator, bot: str, view: View, rate: Rate) -> Card:
    """Offer the card of a pair; its entry in the list begins with the rate."""
    made = money(t, bot, view, rate.pair)
    return replace(made, title=f"{flags(rate.pair)} {plain_text(statement(t, rate))}".strip())


def rate_table(t: Translator, bot: str, lines: Sequence[RateTableRow], now: dt.datetime, zone: ZoneInfo) -> Card:
    """Offer today's rates."""
    view = rates.rate_table(t, lines, now, zone, per_dollar=True)
    named = " · ".join(f"{line.code} {short(t, line.resolved.rate)}" for line in lines[:_NAMED])
    alert = _link(t.plain("rates.button_alert"), bot, links.ALERT)
    return replace(_card("board", view, alert), title=t.plain("inline.rates"), line=named)


def about_words(t: Translator, cards: Sequence[Card], words: str) -> Answer:
    """Answer a search: the results, or that there are none, and how to follow the words."""
    key = "inline.follow" if cards else "inline.nothing_follow"
    return Answer(tuple(cards), t.plain(key, words=shorten(words, _WORDS_LENGTH)), links.to_follow(words))


def about_money(t: Translator, cards: Sequence[Card], pair: Pair) -> Answer:
    """Answer a pair of currencies."""
    return Answer(tuple(cards), t.plain("inline.alert", pair=str(pair)), links.to_alert(pair))


def shared(t: Translator, card: Card) -> Answer:
    """Answer the query of a button that shares one article."""
    return Answer((card,), t.plain("inline.open"), links.START)


def newest(t: Translator, cards: Sequence[Card]) -> Answer:
    """Answer an empty query with the newest articles."""
    return Answer(tuple(cards), t.plain("inline.open"), links.START)


def nothing(t: Translator) -> Answer:
    """Report that the query found nothing."""
    return Answer((), t.plain("inline.nothing"), links.START)


def sorry(t: Translator) -> Answer:
    """Report an internal error."""
    return Answer((), t.plain("inline.sorry"), links.START)

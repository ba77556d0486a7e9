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
from bot.domain.shares import Setup
from bot.i18n import Translator
from bot.views import news, rates, shares
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
    """One result: its entry in the list, in plain text, and the message that it becomes.

    `photo` is Telegram's id of a picture, whose caption is then the text of the message.
    """

    id: str
    title: str
    line: str
    view: View
    photo: str | None = None


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
    return Card(
        name, title, shorten(" · ".join(rest), _LINE_LENGTH), replace(view, buttons=(buttons,) if buttons else ())
    )


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


def with_chart(t: Translator, bot: str, found: Card, pair: Pair) -> Card:
    """Add to the card of a pair a link to its chart in the bot's chat."""
    chart = _link(t.plain("rates.button_chart"), bot, links.to_chart(pair))
    [row] = found.view.buttons
    return replace(found, view=replace(found.view, buttons=((chart, *row),)))


def chart(t: Translator, bot: str, caption: View, pair: Pair, file_id: str) -> Card:
    """Offer the chart of a pair, a picture that Telegram has."""
    alert = _link(t.plain("rates.button_alert"), bot, links.to_alert(pair))
    return replace(_card(f"chart{pair.base}{pair.quote}", caption, alert), photo=file_id)


def setup(t: Translator, bot: str, shared: Setup, parameter: str) -> Card:
    """Offer a setup to copy; `parameter` is that of its link."""
    copy = _link(t.plain("inline.button_copy"), bot, parameter)
    return _card("setup", View("\n".join(shares.described(t, shared))), copy)


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


def setups(t: Translator, cards: Sequence[Card]) -> Answer:
    """Answer a request for an alert that a link sets up."""
    return Answer(tuple(cards), t.plain("inline.open"), links.START)


def market(t: Translator, view: View, others: Sequence[Card]) -> Answer:
    """Answer a question for offers of banks or for gold: their view without its buttons, then other cards."""
    return Answer((_card("market", view), *others), t.plain("inline.open"), links.START)


def how(t: Translator, bot: str) -> Card:
    """Answer a guest query that is not understood by an example."""
    return _card("how", View(t("inline.how", bot=bot)))


def failed(t: Translator) -> Card:
    """Answer a guest query after an internal error."""
    return _card("failed", View(t("common.error")))


def too_fast(t: Translator, seconds: int) -> Card:
    """Answer a guest query over the limit of its person."""
    return _card("fast", View(t("common.too_fast", seconds=seconds)))


def newest(t: Translator, cards: Sequence[Card]) -> Answer:
    """Answer an empty query: the person's own pairs, the rate table, the newest articles."""
    return Answer(tuple(cards), t.plain("inline.open"), links.START)


def nothing(t: Translator) -> Answer:
    """Report that the query found nothing."""
    return Answer((), t.plain("inline.nothing"), links.START)


def sorry(t: Translator) -> Answer:
    """Report an internal error."""
    return Answer((), t.plain("inline.sorry"), links.START)

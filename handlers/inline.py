"""`@bot uranium` in any chat: articles, rates and conversions as cards to share. No data about the person is stored."""

from __future__ import annotations

import asyncio
from dataclasses import replace
from decimal import Decimal

from telegram import InlineQuery
from telegram.error import BadRequest

from bot.domain import links
from bot.domain.amounts import ConvertRequest
from bot.domain.articles import StoredArticle
from bot.domain.charts import DEFAULT_RANGE
from bot.domain.errors import InvalidInput
from bot.domain.gold import home_currency
from bot.domain.intents import Intent, IntentKind, understand
from bot.domain.offer_ranking import request_of
from bot.domain.own_rates import own_pairs
from bot.domain.rate_graph import PairRate
from bot.domain.rates import Pair
from bot.domain.searches import SearchError
from bot.domain.typed import clean
from bot.services import charts, rates, shares
from bot.services.articles import article
from bot.services.gold import price_lists
from bot.services.news import news
from bot.services.offers import rank_offers
from bot.services.search import best_articles
from bot.views import charts as chart_views
from bot.views import convert, gold, offers
from bot.views import inline as views
from bot.views.inline import Answer, Card
from bot.views.message import View
from bot.views.rate_card import card
from handlers.context import Context

# A screen and a half of a phone; Telegram takes 50 cards. Other words find more.
ARTICLES = 10
# The intents that are answered by a rate.
_MONEY = frozenset(IntentKind(kind) for kind in ("rates", "rate", "pair", "convert", "alert", "chart", "history"))
# The intents of texts that ask for nothing that a card can answer.
_NO_QUESTIONS = frozenset(IntentKind(kind) for kind in ("help", "menu", "greeting", "thanks", "number", "unknown"))
# A few articles while nothing is typed yet.
NEWEST = 5
# How long Telegram may answer the same person's same query by itself: rates and articles come every few minutes.
CACHE_SECONDS = 60
# Telegram forgets a query after ten seconds, and the answer takes some time to reach it.
ANSWER_SECONDS = 8.0


async def answer(ctx: Context, query: InlineQuery) -> None:
    """Answer an inline query in time, with cards or with the reason why there are none."""
    try:
        async with asyncio.timeout(ANSWER_SECONDS):
            found = await cards(ctx, query.query)
    except TimeoutError:
        await reply_error(ctx, query)
        return
    try:
        await ctx.sender.answer_inline(query.id, found, CACHE_SECONDS)
    except BadRequest:
        # Telegram refuses all results for one picture that it no longer has.
        others = tuple(one for one in found.cards if one.photo is None)
        if len(others) == len(found.cards):
            raise
        await ctx.sender.answer_inline(query.id, replace(found, cards=others), CACHE_SECONDS)


async def reply_error(ctx: Context, query: InlineQuery) -> None:
    """Answer that there was an error; Telegram may not cache this answer."""
    await ctx.sender.answer_inline(query.id, views.sorry(ctx.t), 0)


async def cards(ctx: Context, text: str) -> Answer:
    """Return the answer to a text: to none, to the query of a button that shares, to money, or to words."""
    text = clean(text)
    if not text:
        return await _newest(ctx)
    if text.startswith(f"{links.SHARE}_"):
        return await _share(ctx, text)
    if (number := links.article_in(text)) is not None and (one := await _find(ctx, number)) is not None:
        return views.shared(ctx.t, _article(ctx, one, links.FOLLOW))
    intent = _understood(ctx, text)
    intents = [intent]
    if intent.kind is IntentKind.WHICH_CURRENCY:  # a card cannot ask: one for each, the likeliest first
        intents = [_understood(ctx, text, code) for code in intent.meanings]
        intent = intents[0]
    if _is_general(intent) or (intent.kind is IntentKind.RATES and not intent.currencies and intent.problem is None):
        return await _newest(ctx)
    if (market := await _market(ctx, intent)) is not None:
        about = () if _has_digits(text) else (await _articles(ctx, text)).cards
        return views.market(ctx.t, market, about)
    money = [found for each in intents if (found := await _money(ctx, each)) is not None]
    if (asked := await _market_alert(ctx, intent)) is not None:
        return views.setups(ctx.t, (asked, *(found for found, _ in money)))
    if not money:
        pointless = intent.kind is IntentKind.NUMBER or intent.problem is not None
        return views.nothing(ctx.t) if pointless else await _articles(ctx, text)
    # The name of a currency stands in articles too; an amount does not.
    others = () if _has_digits(text) else (await _articles(ctx, text)).cards
    pair = money[0][1]
    first = [*await _chart(ctx, intents[0], pair), *(found for found, _ in money), *await _own_alerts(ctx, pair)]
    return views.about_money(ctx.t, (*first, *others), pair)


async def best(ctx: Context, text: str) -> Card | None:
    """Return the one answer to a text in a chat of others; None for a text that is not understood."""
    text = clean(text)
    intent = _understood(ctx, text)
    if not text or intent.kind in _NO_QUESTIONS:
        return None
    if _is_general(intent):
        found = (await news(ctx.database, ctx.chat, 1, own=False)).articles
        return _article(ctx, found[0], links.FOLLOW) if found else None
    return next((one for one in (await cards(ctx, text)).cards if one.photo is None), None)


def _understood(ctx: Context, text: str, som: str = "") -> Intent:
    return understand(text, ctx.t.language, ctx.chat.currencies, timezone=ctx.chat.timezone, som=som)


def _is_general(intent: Intent) -> bool:
    """Return whether an intent asks for news without a subject."""
    return intent.kind is IntentKind.NEWS and not intent.query


def _has_digits(text: str) -> bool:
    return any(map(str.isdigit, text))


async def _newest(ctx: Context) -> Answer:
    rows = await rates.rates_table(ctx.database, ctx.now)
    listed = (await news(ctx.database, ctx.chat, NEWEST, own=False)).articles
    table = [views.rate_table(ctx.t, ctx.bot.username, rows, ctx.now, ctx.zone)] if rows else []
    return views.newest(ctx.t, (*await _own(ctx), *table, *(_article(ctx, each, links.FOLLOW) for each in listed)))


async def _own(ctx: Context) -> list[Card]:
    """Return the cards of the person's own pairs."""
    own = await ctx.services.rates_views.own_rates(own_pairs(ctx.chat.currencies), ctx.now)
    return [_rate(ctx, PairRate(one.resolved, {"week": one.week_ago}, ())) for one in own]


def _rate(ctx: Context, found: PairRate) -> Card:
    view = card(ctx.t, replace(found, others=(), policy=()), ctx.now, ctx.zone)
    return views.pair(ctx.t, ctx.bot.username, view, found.resolved.rate)


async def _share(ctx: Context, parameter: str) -> Answer:
    """Return the card of a shared setup; nothing for a link that sets nothing up."""
    key, text = ctx.services.settings.link_key, parameter.removeprefix(f"{links.SHARE}_")
    try:
        setup = await shares.open_share(ctx.database, key, text, ctx.now)
    except InvalidInput:
        return views.nothing(ctx.t)
    return views.shared(ctx.t, views.setup(ctx.t, ctx.bot.username, setup, parameter))


async def _own_alerts(ctx: Context, pair: Pair) -> list[Card]:
    """Return the card that shares the person's own alerts on a pair; they choose it, or another one."""
    found = await shares.share_pair(ctx.database, ctx.services.settings.link_key, ctx.chat.id, pair, ctx.now)
    return [views.setup(ctx.t, ctx.bot.username, found.setup, found.parameter)] if found else []


async def _market(ctx: Context, intent: Intent) -> View | None:
    """Return the offers of banks or the prices of gold that are asked for, as short as for a group; else None."""
    own, zone = ctx.chat.currencies, ctx.chat.timezone
    if intent.kind is IntentKind.BANKS and intent.problem is None:
        request = request_of(intent.currencies, intent.channel, intent.amount, buys=intent.buys, own=own, timezone=zone)
        ranking = await rank_offers(ctx.database, request, ctx.now)
        return offers.answer(ctx.t, ranking, ctx.now, ctx.zone, private=False)
    if intent.kind is IntentKind.GOLD:
        lists = await price_lists(ctx.database, ctx.services.settings.gold)
        home = next(iter(intent.currencies), "") or home_currency(own, zone)
        shown = [one for one in lists if one.currency == home] or lists
        return gold.prices(ctx.t, shown, home=home, private=False) if shown else None
    return None


async def _market_alert(ctx: Context, intent: Intent) -> Card | None:
    """Return the card that shares an alert on offers or on gold as it is asked for; None for another intent.

    An alert on the official rate is set up by the button of the card with that rate.
    """
    request = intent.alert
    if request is None or not (request.market and request.complete):
        return None
    key, own = ctx.services.settings.link_key, ctx.chat.currencies
    try:
        found = await shares.share_request(ctx.database, key, request, own, ctx.now)
    except InvalidInput:
        return None
    return views.setup(ctx.t, ctx.bot.username, found.setup, found.parameter) if found else None


async def _chart(ctx: Context, intent: Intent, pair: Pair) -> list[Card]:
    """Return the card of a chart that is asked for, if Telegram has the picture, in any theme.

    The person's own alerts are not in it. Nothing is drawn: that takes longer than the answer may.
    """
    if intent.kind is not IntentKind.CHART:
        return []
    series = await charts.chart_series(ctx.database, None, pair, intent.span or DEFAULT_RANGE, ctx.now)
    for key in chart_views.known_keys(ctx.t, series, ctx.chat.theme) if series.main else ():
        if (file_id := await charts.picture_id(ctx.database, key)) is not None:
            caption = chart_views.caption(ctx.t, series)
            return [views.chart(ctx.t, ctx.bot.username, caption, pair, file_id)]
    return []


async def _money(ctx: Context, intent: Intent) -> tuple[Card, Pair] | None:
    """Return the card of a currency, a pair or an amount, and the pair of an alert on it; else None."""
    if intent.kind not in _MONEY or not intent.currencies or intent.problem is not None:
        return None
    request = ConvertRequest(intent.amount or Decimal(1), intent.currencies[0], intent.currencies[1:])
    if intent.amount is None and len(request.quotes) < 2 and (request.quotes or request.base != "USD"):
        pair = Pair(request.base, request.quotes[0]) if request.quotes else Pair("USD", request.base)
        found = await rates.pair_rate(ctx.database, pair, ctx.now, spans={})
        if found is None:
            return None
        shown = _rate(ctx, found)
        if intent.kind is IntentKind.CHART:
            shown = views.with_chart(ctx.t, ctx.bot.username, shown, pair)
        return shown, pair
    conversion = await rates.convert(ctx.database, request, ctx.now, ctx.chat.currencies)
    if not conversion.found:
        return None
    view = convert.answer(ctx.t, conversion, ctx.now, ctx.zone)
    pair = _per_dollar(conversion.found[0].rate.pair)
    return views.money(ctx.t, ctx.bot.username, view, pair), pair


def _per_dollar(pair: Pair) -> Pair:
    """Return the pair of an alert in the direction in which it is quoted: the dollar first, but for these two."""
    return pair.inverted if pair.quote == "USD" and pair.base not in ("EUR", "GBP") else pair


async def _articles(ctx: Context, text: str) -> Answer:
    try:
        wanted, found = await best_articles(ctx.database, text, ARTICLES, ctx.now)
    except SearchError:
        return views.nothing(ctx.t)
    words = wanted.topic
    parameter = links.to_follow(words)
    return views.about_words(ctx.t, [_article(ctx, hit.article, parameter) for hit in found.hits], words)


async def _find(ctx: Context, article_id: int) -> StoredArticle | None:
    found = await article(ctx.database, ctx.chat.id, 0, article_id)
    return found.article if found else None


def _article(ctx: Context, each: StoredArticle, parameter: str) -> Card:
    return views.article_view(ctx.t, ctx.bot.username, each, parameter, ctx.zone, ctx.now)

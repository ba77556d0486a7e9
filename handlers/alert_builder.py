"""Creation of an alert by buttons: the currency, then one screen with round levels."""

from __future__ import annotations

from collections.abc import Sequence

from bot.domain import links
from bot.domain.currencies import GOLD
from bot.domain.errors import InvalidInput
from bot.domain.gold import gold_of, home_currency
from bot.domain.offers import Side
from bot.domain.rates import Pair
from bot.services.alerts import current_rate, gold_with_rates
from bot.services.rates import known_currencies
from bot.views import alert_builder as views
from bot.views.message import View
from handlers.context import Context, existing

# The sale price of gold at any bank.
_SALE = f":{Side.SELL}"


async def build(ctx: Context) -> None:
    """Ask for the currency: the first step."""
    known = await known_currencies(ctx.database, ctx.now)
    gold = bool(await gold_with_rates(ctx.database, _SALE, ctx.now))
    view = views.choose_currency(ctx.t, ctx.chat.currencies, known, gold=gold) if known else View(ctx.t("rates.none"))
    await ctx.edit_or_reply(view)


async def build_for(ctx: Context, codes: Sequence[str], market: str = "") -> None:
    """Offer levels for one or two currencies; for none of them, or the dollar alone, ask for the currency.

    `market` is that of a request (bot/domain/alerts/request.py), with its currencies.
    """
    if GOLD in codes:
        await build_for_gold(ctx, market)
        return
    if market:
        of_channel = Pair(codes[0], codes[1], market)
        if await current_rate(ctx.database, of_channel, ctx.now) is None:
            raise InvalidInput("alerts.error.market")
        await choose_level(ctx, of_channel)
        return
    pair = Pair(*codes[:2]) if len(codes) > 1 else Pair("USD", *codes) if codes else None
    if pair is None or pair.base == pair.quote or await current_rate(ctx.database, pair, ctx.now) is None:
        await build(ctx)
    else:
        await choose_level(ctx, pair)


async def build_for_gold(ctx: Context, market: str = _SALE) -> None:
    """Offer levels for the gold of the bank that is named, or of the chat's country; else ask for the currency."""
    known = await gold_with_rates(ctx.database, market, ctx.now)
    if not known:
        raise InvalidInput("alerts.error.gold")
    home = home_currency(ctx.chat.currencies, ctx.chat.timezone)
    chosen = [one for one in known if one.quote == home] or known
    if len(chosen) == 1:
        await choose_level(ctx, chosen[0])
    else:
        await ctx.edit_or_reply(views.choose_gold(ctx.t, known))


async def choose_level(ctx: Context, pair: Pair) -> None:
    """Offer round levels: the second step."""
    rate = existing(await current_rate(ctx.database, pair, ctx.now))
    other = None
    if (gold := gold_of(pair)) is not None:
        bank, side = gold
        reverse = f"{bank}:{Side.BUY if side is Side.SELL else Side.SELL}"
        other = next(iter(await gold_with_rates(ctx.database, reverse, ctx.now)), None)
    await ctx.edit_or_reply(views.choose_level(ctx.t, rate, ctx.zone, other))


async def choose_percent(ctx: Context, pair: Pair) -> None:
    """Offer moves and extremes."""
    rate = existing(await current_rate(ctx.database, pair, ctx.now))
    await ctx.edit_or_reply(views.choose_percent(ctx.t, rate, ctx.zone))


async def follow(ctx: Context, text: str) -> None:
    """Begin an alert from a link into this chat: on `KZT` or `RUB_TJS`, else by asking for the currency."""
    pair = links.pair_in(text)
    await build_for(ctx, (pair.base, pair.quote) if pair else ())

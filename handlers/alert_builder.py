"""Creation of an alert by buttons: the currency, then one screen with round levels."""

from __future__ import annotations

from collections.abc import Sequence

from bot.domain import links
from bot.domain.rates import Pair
from bot.services.alerts import current_rate
from bot.services.rates import known_currencies
from bot.views import alert_builder as views
from bot.views.message import View
from handlers.context import Context, existing


async def build(ctx: Context) -> None:
    """Ask for the currency: the first step."""
    known = await known_currencies(ctx.database, ctx.now)
    own = ctx.chat.currencies
    await ctx.edit_or_reply(views.choose_currency(ctx.t, own, known) if known else View(ctx.t("rates.none")))


async def build_for(ctx: Context, codes: Sequence[str]) -> None:
    """Offer levels for one or two currencies; for none of them, or the dollar alone, ask for the currency."""
    pair = Pair(*codes[:2]) if len(codes) > 1 else Pair("USD", *codes) if codes else None
    if pair is None or pair.base == pair.quote or await current_rate(ctx.database, pair, ctx.now) is None:
        await build(ctx)
    else:
        await choose_level(ctx, pair)


async def choose_level(ctx: Context, pair: Pair) -> None:
    """Offer round levels: the second step."""
    rate = existing(await current_rate(ctx.database, pair, ctx.now))
    await ctx.edit_or_reply(views.choose_level(ctx.t, rate))


async def choose_percent(ctx: Context, pair: Pair) -> None:
    """Offer moves and extremes."""
    rate = existing(await current_rate(ctx.database, pair, ctx.now))
    await ctx.edit_or_reply(views.choose_percent(ctx.t, rate))


async def follow(ctx: Context, text: str) -> None:
    """Begin an alert from a link into this chat: on `KZT` or `RUB_TJS`, else by asking for the currency."""
    pair = links.pair_in(text)
    await build_for(ctx, (pair.base, pair.quote) if pair else ())

"""The chart of offers, for the commands and buttons that show it."""

from __future__ import annotations

from bot.domain.charts import DEFAULT_RANGE
from bot.domain.intents import Intent
from bot.domain.offer_ranking import request_of
from bot.domain.offers import market_of
from bot.domain.rates import Pair
from bot.domain.spans import Span
from bot.services.offer_charts import offer_series
from bot.services.offers import rank_offers
from bot.views import offer_charts as views
from bot.views import offers as offer_views
from handlers.context import Context
from handlers.pictures import show_picture


async def show_asked(ctx: Context, intent: Intent, span: Span) -> None:
    """Show the chart that a sentence or a command asks for; where no table has the pair, its official rate."""
    request = request_of(
        intent.currencies, intent.channel, buys=intent.buys, own=ctx.chat.currencies, timezone=ctx.chat.timezone
    )
    table = request.table
    if table is None:
        ranking = await rank_offers(ctx.database, request, ctx.now)
        await ctx.reply(offer_views.answer(ctx.t, ranking, ctx.now, ctx.zone))
        return
    pair = Pair(table.base, table.quote, market_of(request.channel, request.side))
    await show_offer_chart(ctx, pair, span.range or DEFAULT_RANGE, span.asked)


async def show_offer_chart(ctx: Context, pair: Pair, span: str, asked: str = "") -> None:
    """Show the best and the median offers of a pair's market, in place of another chart if its button was pressed."""
    series = await offer_series(ctx.database, ctx.chat.id, pair, span, ctx.now)
    if series is None:
        await ctx.reply(views.nothing(ctx.t))
        return
    theme = ctx.chat.theme
    view, picture = views.caption(ctx.t, series, ctx.zone, asked), views.picture(ctx.t, series, theme)
    await show_picture(ctx, view, views.key(ctx.t, series, theme), picture, views.not_allowed(ctx.t, pair))

"""Creation of an alert by buttons: the currency, the kind of rule, then the level."""

from __future__ import annotations

from bot.domain.alerts import RuleChoice, offered_rules
from bot.domain.rate_graph import PEG_PAIR
from bot.domain.rates import Pair
from bot.services import alerts as service
from bot.services.rates import known_currencies
from bot.views import alerts as views
from bot.views.message import View
from handlers.context import Context, existing


async def build(ctx: Context) -> None:
    """Ask for the currency: the first step."""
    known = await known_currencies(ctx.database, ctx.now)
    await ctx.edit_or_reply(views.build_currency(ctx.t, known) if known else View(ctx.t("rates.none")))


async def choose_pair(ctx: Context, pair: Pair) -> None:
    """Ask for the kind of rule: the second step."""
    rate = existing(await service.current_rate(ctx.database, pair, ctx.now))
    pegged = rate.pair in (PEG_PAIR, PEG_PAIR.inverted)
    await ctx.edit_or_reply(views.build_side(ctx.t, rate, pegged=pegged))


async def follow(ctx: Context, code: str) -> None:
    """Begin an alert from a link into this chat: on the currency of the link, or by asking for one."""
    known = await known_currencies(ctx.database, ctx.now)
    await (choose_pair(ctx, Pair("USD", code)) if code in known else build(ctx))


async def choose_side(ctx: Context, pair: Pair, choice: RuleChoice) -> None:
    """Ask for the level, the share or the days: the third step."""
    rate = existing(await service.current_rate(ctx.database, pair, ctx.now))
    await ctx.edit_or_reply(views.build_level(ctx.t, rate, offered_rules(rate, choice)))


async def prompt_level(ctx: Context, pair: Pair) -> None:
    """Ask for a typed level."""
    existing(await service.current_rate(ctx.database, pair, ctx.now))
    await ctx.prompt("alerts.level", views.type_level(ctx.t, pair.quote))

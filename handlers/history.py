"""/history: the rates of a currency in a month or a year, as a table and as a file."""

from __future__ import annotations

from bot.domain.currencies import CURRENCIES
from bot.domain.periods import NotAPeriod, Period, is_month_name, parse_period
from bot.services.history import rate_history, rate_rows
from bot.views import history as views
from bot.views.currencies import code_of, nearest
from bot.views.message import View
from handlers.context import Action, Command, Context


async def history(ctx: Context) -> None:
    """Answer /history kzt 2025-12; by default the current month is shown, without words the usage."""
    words = ctx.arguments.replace("/", " ").split()[:8]
    if not words:
        await ctx.reply(views.how(ctx.t))
        return
    codes, rest = [], []
    for word in words:
        if (code := code_of(word)) is not None:
            codes.append(code)
        elif any(map(str.isdigit, word)) or is_month_name(word):
            rest.append(word)
        else:
            await ctx.reply(views.problem(ctx.t, "history.error.unknown", word[:20], nearest(word[:20])))
            return
    wanted = [code for code in dict.fromkeys(codes) if code != "USD"]
    if len(wanted) != 1:
        await ctx.reply(views.problem(ctx.t, "history.error.pair"))
        return
    try:
        period = parse_period(" ".join(rest)) if rest else _this_month(ctx)
    except NotAPeriod:
        await ctx.reply(views.problem(ctx.t, "history.error.period", " ".join(rest)[:20]))
        return
    if period.first > ctx.now.date():
        await ctx.reply(views.problem(ctx.t, "history.error.future"))
        return
    await ctx.reply(await _page(ctx, wanted[0], period))


def _this_month(ctx: Context) -> Period:
    return Period(ctx.now.year, ctx.now.month)


async def _page(ctx: Context, code: str, period: Period) -> View:
    found = await rate_history(ctx.database, code, period, ctx.now)
    if found is None:
        return views.problem(ctx.t, "history.error.none", code)
    if found.fixed is not None:
        return views.fixed(ctx.t, code, found.fixed)
    return views.page(ctx.t, code, period, found.rates, found.before, ctx.now.date())


async def show(ctx: Context, code: str, period: str) -> None:
    """Show another month or year in place."""
    try:
        wanted = parse_period(period)
    except NotAPeriod:
        await ctx.old_button()
        return
    if code not in CURRENCIES or code == "USD" or wanted.first > ctx.now.date():
        await ctx.old_button()
        return
    await ctx.edit_or_reply(await _page(ctx, code, wanted))


async def show_this_month(ctx: Context, code: str) -> None:
    """Show the current month."""
    await show(ctx, code, str(_this_month(ctx)))


async def send_csv(ctx: Context, code: str, period: str) -> None:
    """Send the rates of a period, or all there are, as a file; of too many the newest."""
    try:
        wanted = None if period == "all" else parse_period(period)
    except NotAPeriod:
        await ctx.old_button()
        return
    if code not in CURRENCIES or code == "USD":
        await ctx.old_button()
        return
    rows = await rate_rows(ctx.database, code, wanted, ctx.now)
    if not rows:
        await ctx.answer_callback(ctx.t.plain("history.error.none", word=code), alert=True)
        return
    await ctx.send_file(f"{code.lower()}-{period}.csv", views.as_csv(rows), views.caption(ctx.t, code, rows))


COMMANDS = (Command("history", history, description_key="history.command.history"),)
BUTTONS = {
    ("history", "show"): Action(show),
    ("history", "now"): Action(show_this_month),
    ("history", "csv"): Action(send_csv),
}

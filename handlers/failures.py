"""/failures, for operators: the deliveries that failed."""

from __future__ import annotations

import datetime as dt
from zoneinfo import ZoneInfo

from telegram.error import BadRequest

from bot.domain.errors import ExpiredButton, InvalidInput
from bot.services import failures as service
from bot.views import actions
from bot.views import failures as views
from bot.views.actions import FailureAction
from bot.views.message import View
from handlers.command import Command, on
from handlers.context import Context, existing


async def show_failures(ctx: Context) -> None:
    """Answer /failures."""
    await ctx.reply(await _page(ctx, 0))


async def show_page(ctx: Context, page: int) -> None:
    """Show a page of the list."""
    await ctx.edit_or_reply(await _page(ctx, page))


async def _page(ctx: Context, page: int) -> View:
    found = await service.failed_deliveries(ctx.database, page, views.PAGE_SIZE)
    return views.listing(ctx.t, found.failures, found.total, found.page, ctx.now, ZoneInfo(ctx.chat.timezone))


async def show_one(ctx: Context, delivery_id: int, page: int) -> None:
    """Show one delivery in place of the list."""
    found = existing(await service.failed_delivery(ctx.database, delivery_id))
    await ctx.edit_or_reply(views.one(ctx.t, found, page, ZoneInfo(ctx.chat.timezone)))


async def show_message(ctx: Context, delivery_id: int) -> None:
    """Show what the delivery would send now: without its buttons, which act for the chat that it is for."""
    found = existing(await service.preview(ctx.database, delivery_id, ctx.now))
    if found.error:
        raise InvalidInput("failures.unrendered", error=found.error)
    if found.view is None:
        raise InvalidInput("failures.nothing")
    await ctx.reply(views.heading(ctx.t, found.chat_id))
    try:
        await ctx.reply(View(found.view.text, preview_url=found.view.preview_url))
    except BadRequest:
        await ctx.reply(views.source(ctx.t, found.view.text))


async def retry(ctx: Context, delivery_id: int, page: int) -> None:
    """Retry one delivery."""
    await _one_done(ctx, FailureAction.RETRY, await service.retry_failures(ctx.database, delivery_id), page)


async def drop(ctx: Context, delivery_id: int, page: int) -> None:
    """Drop one delivery."""
    await _one_done(ctx, FailureAction.DROP, await service.drop_failures(ctx.database, delivery_id), page)


async def _one_done(ctx: Context, what: FailureAction, count: int, page: int) -> None:
    if not count:
        raise ExpiredButton
    await ctx.answer_callback(ctx.t.plain(f"failures.done_{what}", count=1))
    await show_page(ctx, page)


async def ask(ctx: Context, what: FailureAction, seen_until: dt.datetime) -> None:
    """Ask before all are retried or dropped."""
    total = await service.count_failures(ctx.database)
    await ctx.edit_or_reply(views.ask(ctx.t, what, total, seen_until))


async def retry_all(ctx: Context, seen_until: dt.datetime) -> None:
    """Retry all that had failed when the list was shown."""
    count = await service.retry_failures(ctx.database, until=_end_of_second(ctx, seen_until))
    await ctx.edit_or_reply(views.done(ctx.t, FailureAction.RETRY, count))


async def drop_all(ctx: Context, seen_until: dt.datetime) -> None:
    """Drop all that had failed when the list was shown."""
    count = await service.drop_failures(ctx.database, until=_end_of_second(ctx, seen_until))
    await ctx.edit_or_reply(views.done(ctx.t, FailureAction.DROP, count))


def _end_of_second(ctx: Context, seen_until: dt.datetime) -> dt.datetime:
    """Return the instant until which failures were seen: those within the second of the list count as seen."""
    if seen_until > ctx.now:
        raise ExpiredButton
    return seen_until + dt.timedelta(seconds=1)


COMMANDS = (Command("failures", show_failures, description_key="failures.command.failures", operators=True),)
BUTTONS = (
    on(actions.FAILURES_LIST, show_page),
    on(actions.FAILURES_ONE, show_one),
    on(actions.FAILURES_SEE, show_message),
    on(actions.FAILURES_RETRY, retry),
    on(actions.FAILURES_DROP, drop),
    on(actions.FAILURES_ASK, ask),
    on(actions.FAILURES_RETRY_ALL, retry_all),
    on(actions.FAILURES_DROP_ALL, drop_all),
)

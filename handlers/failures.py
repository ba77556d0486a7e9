"""/failures, for operators: the messages that could not be sent."""

from __future__ import annotations

import datetime as dt

import structlog
from telegram.error import BadRequest

from bot.delivery.render import render
from bot.domain.errors import ExpiredButton
from bot.views import actions
from bot.views import failures as views
from bot.views.actions import FailureAction
from bot.views.message import View
from handlers.context import Command, Context, on
from storage import chats, failures
from storage.failures import Failure

log = structlog.get_logger()


async def show_failures(ctx: Context) -> None:
    """Answer /failures."""
    await ctx.reply(await _page(ctx, 0))


async def show_page(ctx: Context, page: int) -> None:
    """Show a page of the list."""
    await ctx.edit_or_reply(await _page(ctx, page))


async def _page(ctx: Context, page: int) -> View:
    """Show a page; one that is no more shows the last."""
    async with ctx.database.read() as connection:
        total = await failures.count(connection)
        page = min(page, max(total - 1, 0) // views.PAGE_SIZE)
        found = await failures.newest(connection, views.PAGE_SIZE, page * views.PAGE_SIZE)
    return views.listing(ctx.t, [_line(one) for one in found], total, page, ctx.now)


def _line(one: Failure) -> views.FailureLine:
    delivery = one.delivery
    return views.FailureLine(
        delivery.id,
        "catch_up" if delivery.catch_up else delivery.event.kind,
        delivery.event.id,
        delivery.chat_id,
        one.failed_at,
        delivery.attempts,
        one.reason,
    )


async def see(ctx: Context, delivery_id: int) -> None:
    """Show what the delivery would say now: without its buttons, which act for the chat it is for."""
    view = None
    async with ctx.database.read() as connection:
        found = await failures.get(connection, delivery_id)
        chat = found and await chats.get(connection, found.delivery.chat_id)
        if found and chat:
            try:
                view = await render(connection, found.delivery, chat, ctx.now)
            except Exception as error:  # what cannot be rendered is here for just that reason
                log.warning("failure not rendered", delivery=found.delivery.id, error=type(error).__name__)
                await ctx.answer_callback(ctx.t.plain("failures.unrendered", error=type(error).__name__), alert=True)
                return
    if found is None:
        raise ExpiredButton
    if view is None:
        await ctx.answer_callback(ctx.t.plain("failures.nothing"), alert=True)
    else:
        await ctx.reply(views.heading(ctx.t, found.delivery.id, found.delivery.chat_id))
        try:
            await ctx.reply(View(view.text, preview_url=view.preview_url))
        except BadRequest:
            await ctx.reply(views.source(ctx.t, view.text))


async def retry(ctx: Context, delivery_id: int, page: int) -> None:
    """Retry one delivery."""
    async with ctx.database.write() as connection:
        if not await failures.retry(connection, delivery_id):
            raise ExpiredButton
    await _one_done(ctx, FailureAction.RETRY, page)


async def drop(ctx: Context, delivery_id: int, page: int) -> None:
    """Give one delivery up."""
    async with ctx.database.write() as connection:
        if not await failures.drop(connection, delivery_id):
            raise ExpiredButton
    await _one_done(ctx, FailureAction.DROP, page)


async def _one_done(ctx: Context, what: FailureAction, page: int) -> None:
    await ctx.answer_callback(ctx.t.plain(f"failures.done_{what}", count=1))
    await show_page(ctx, page)


async def ask(ctx: Context, what: FailureAction, seen_until: dt.datetime) -> None:
    """Ask before all are retried or dropped."""
    async with ctx.database.read() as connection:
        total = await failures.count(connection)
    await ctx.edit_or_reply(views.ask(ctx.t, what, total, seen_until))


async def retry_all(ctx: Context, seen_until: dt.datetime) -> None:
    """Retry all that had failed when the list was shown."""
    until = _end_of_second(ctx, seen_until)
    async with ctx.database.write() as connection:
        count = await failures.retry(connection, until=until)
    await ctx.edit_or_reply(views.done(ctx.t, FailureAction.RETRY, count))


async def drop_all(ctx: Context, seen_until: dt.datetime) -> None:
    """Give up all that had failed when the list was shown."""
    until = _end_of_second(ctx, seen_until)
    async with ctx.database.write() as connection:
        count = await failures.drop(connection, until=until)
    await ctx.edit_or_reply(views.done(ctx.t, FailureAction.DROP, count))


def _end_of_second(ctx: Context, seen_until: dt.datetime) -> dt.datetime:
    """Return the instant until which failures were seen: those within the second of the list count as seen."""
    if seen_until > ctx.now:
        raise ExpiredButton
    return seen_until + dt.timedelta(seconds=1)


COMMANDS = (Command("failures", show_failures, description_key="failures.command.failures", operators=True),)
BUTTONS = (
    on(actions.FAILURES_LIST, show_page),
    on(actions.FAILURES_SEE, see),
    on(actions.FAILURES_RETRY, retry),
    on(actions.FAILURES_DROP, drop),
    on(actions.FAILURES_ASK, ask),
    on(actions.FAILURES_RETRY_ALL, retry_all),
    on(actions.FAILURES_DROP_ALL, drop_all),
)

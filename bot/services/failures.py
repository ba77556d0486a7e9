"""Failed deliveries, for operators: listed, previewed, retried and dropped."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass

import structlog

from bot.delivery.claim_reader import ClaimReader
from bot.delivery.render import render
from bot.domain.failures import FailedDelivery
from bot.domain.merging import LATE_AFTER
from bot.views.message import View
from storage import chats, failures
from storage.database import Database
from storage.failures import Failure

log = structlog.get_logger()


@dataclass(frozen=True, slots=True)
class FailurePage:
    """One page of the failed deliveries; `total` is the number of all."""

    failures: list[FailedDelivery]
    total: int
    page: int


@dataclass(frozen=True, slots=True)
class Preview:
    """The message that a failed delivery would send now: None if there is nothing to send.

    `error` is the class of the error that rendering raised.
    """

    chat_id: int
    view: View | None
    error: str = ""


async def failed_deliveries(database: Database, page: int, size: int) -> FailurePage:
    """Return a page, newest first; the last page in place of one that does not exist."""
    async with database.read() as connection:
        total = await failures.count(connection)
        page = min(page, max(total - 1, 0) // size)
        found = await failures.newest(connection, size, page * size)
    return FailurePage([_failed(one) for one in found], total, page)


def _failed(one: Failure) -> FailedDelivery:
    delivery = one.delivery
    late = one.failed_at - delivery.event.created_at > LATE_AFTER
    kind = "catch_up" if delivery.carries and late else delivery.event.kind
    return FailedDelivery(
        delivery.id, kind, delivery.event.id, delivery.chat_id, one.failed_at, delivery.attempts, one.reason
    )


async def failed_delivery(database: Database, delivery_id: int) -> FailedDelivery | None:
    """Return one failed delivery; None if there is none of this id."""
    async with database.read() as connection:
        found = await failures.get(connection, delivery_id)
    return _failed(found) if found else None


async def count_failures(database: Database) -> int:
    """Return the number of failed deliveries."""
    async with database.read() as connection:
        return await failures.count(connection)


async def preview(database: Database, delivery_id: int, now: dt.datetime) -> Preview | None:
    """Return what a failed delivery would send now; None if there is none of this id."""
    async with database.read() as connection:
        found = await failures.get(connection, delivery_id)
        if found is None:
            return None
        chat = await chats.get(connection, found.delivery.chat_id)
        if chat is None:
            return Preview(found.delivery.chat_id, None)
        try:
            return Preview(chat.id, await render(ClaimReader(connection, [found.delivery]), found.delivery, chat, now))
        except Exception as error:  # a delivery that cannot be rendered is listed here for that reason
            log.warning("failure_not_rendered", delivery=delivery_id, error=type(error).__name__)
            return Preview(chat.id, None, type(error).__name__)


async def retry_failures(database: Database, delivery_id: int | None = None, until: dt.datetime | None = None) -> int:
    """Retry one failed delivery, or all that failed until an instant (UTC), once; returns how many there were."""
    async with database.write() as connection:
        return await failures.retry(connection, delivery_id, until)


async def drop_failures(database: Database, delivery_id: int | None = None, until: dt.datetime | None = None) -> int:
    """Drop one failed delivery, or all that failed until an instant (UTC); returns how many there were."""
    async with database.write() as connection:
        return await failures.drop(connection, delivery_id, until)

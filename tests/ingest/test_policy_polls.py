"""Polls of policy rates: a decision is stored and announced once, and a failing source has a health of its own."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any

import pytest
from sqlalchemy import select

from bot.domain.chats import Chat
from bot.domain.events import PolicyDecided
from bot.ingest.matching import Matcher
from bot.ingest.policy_polls import POLICY_FAILURES
from bot.ingest.poll import Poller
from bot.sources.fetch import Fetched, Unreachable
from bot.sources.policy import POLICY
from storage import chats, policy_fan_out, policy_rates, sources
from storage.database import Connection, Database
from storage.event_codec import decode
from storage.models import DeliveryRow, EventRow

# An hour before the decision of a Friday at 12:00 in Astana.
T0 = dt.datetime(2026, 7, 24, 6, tzinfo=dt.UTC)
HOUR = dt.timedelta(hours=1)
OLD = ("08.06.2026", "17,00")
ROW = "<tr><td>{}</td><td>{}</td><td></td></tr>"


def table(*rows: tuple[str, str]) -> bytes:
    return "".join(
        ["<table><tr><td>Уровень базовой ставки, %</td></tr>", *(ROW.format(*row) for row in rows), "</table>"]
    ).encode()


@dataclass
class Site:
    """The page of the bank and the clock of the poller; a page of None cannot be reached."""

    page: bytes | None = table(OLD)
    now: dt.datetime = T0
    asked: list[dt.datetime] = field(default_factory=list)

    def __call__(self) -> dt.datetime:
        return self.now

    async def fetch(self, url: str, **_more: Any) -> Fetched:
        if "nationalbank.kz" not in url or self.page is None:
            raise Unreachable("no connection")
        self.asked.append(self.now)
        return Fetched(url, body=self.page)

    async def check_robots(self, _url: str) -> None:
        """The site has no rules."""


@pytest.fixture
async def site(database: Database) -> Site:
    async with database.write() as connection:
        for number in (1, 2):
            chat = Chat(number, "private", "en", "Asia/Almaty", currencies=("RUB", "KZT"))
            await chats.save(connection, await chats.ensure(connection, chat, T0) and chat)
    return Site()


def poller(database: Database, site: Site, mirror: str = "") -> Poller:
    fetcher: Any = site
    return Poller(
        database, Matcher(), fetcher, [], "https://site.example/", 900, site, mirror=mirror, policy=[POLICY["nbk"]]
    )


async def announced(database: Database) -> list[tuple[PolicyDecided, int]]:
    columns = (EventRow.kind, EventRow.version, EventRow.payload, DeliveryRow.chat_id)
    async with database.read() as connection:
        statement = select(*columns).join(DeliveryRow, DeliveryRow.event_id == EventRow.id).order_by(DeliveryRow.id)
        return [(decode(row), row.chat_id) for row in await connection.execute(statement)]  # type: ignore[misc]


async def known(database: Database) -> dict[str, Decimal]:
    async with database.read() as connection:
        rates = await policy_rates.of_bank(connection, "nbk")
    return {f"{day:%d.%m}": percent for day, percent in rates.items()}


def decided(percent: str, in_force_on: dt.date | None) -> PolicyDecided:
    return PolicyDecided("nbk", Decimal(percent), Decimal(17), in_force_on)


async def test_a_decision_is_announced_once_however_the_bank_prints_it(database: Database, site: Site) -> None:
    polling = poller(database, site)
    await polling.run_pass(force=True)
    assert (await known(database), await announced(database)) == ({"08.06": Decimal(17)}, [])
    site.now += 2 * HOUR
    site.page = table(OLD, ("24.07.2026*", "16,75"))
    await polling.run_pass(force=True)
    once = [(decided("16.75", None), 1), (decided("16.75", None), 2)]
    assert (await known(database), await announced(database)) == ({"08.06": Decimal(17)}, once)
    site.now += HOUR
    site.page = table(OLD, ("27.07.2026", "16,75"))
    for _ in range(2):
        await polling.run_pass(force=True)
    assert (await known(database), await announced(database)) == (
        {"08.06": Decimal(17), "27.07": Decimal("16.75")},
        once,
    )


async def test_a_kept_rate_is_announced_if_the_bank_prints_it(database: Database, site: Site) -> None:
    polling = poller(database, site)
    await polling.run_pass(force=True)
    site.now += 2 * HOUR
    await polling.run_pass(force=True)
    assert await announced(database) == []
    site.page = table(OLD, ("27.07.2026", "17,00"))
    await polling.run_pass(force=True)
    assert [event for event, _ in await announced(database)] == [decided("17", dt.date(2026, 7, 27))] * 2


async def test_the_rate_is_asked_for_at_the_decision_and_every_hour_after_it(database: Database, site: Site) -> None:
    polling = poller(database, site)
    for _ in range(26):
        await polling.run_pass()
        site.now += HOUR / 2
    assert [at.hour + at.minute / 60 for at in site.asked] == [6, 7, 8, 9, 10, 11, 12, 13, 14, 15, 16, 17, 18]


async def test_a_mirror_is_asked_as_often_as_everything_else(database: Database, site: Site) -> None:
    polling = poller(database, site, mirror="http://nationalbank.kz.localhost/banks")
    for _ in range(3):
        await polling.run_pass()
        site.now += HOUR / 4
    assert len(site.asked) == 3


async def test_a_misprint_is_held_and_shown_to_operators(database: Database, site: Site) -> None:
    polling = poller(database, site)
    await polling.run_pass(force=True)
    site.page = table(OLD, ("27.07.2026", "67,50"))
    polled = (await polling.run_pass(force=True))[-1]
    assert polled.state is not None
    assert polled.state.problem == "a rate of 67.50% is held back (2026-07-27)"
    assert (await known(database), await announced(database)) == ({"08.06": Decimal(17)}, [])


async def test_a_source_that_fails_is_stale_by_itself_and_bothers_nobody(database: Database, site: Site) -> None:
    polling = poller(database, site)
    await polling.run_pass(force=True)
    for page in (None, b"<html>login</html>"):
        site.page = page
        for _ in range(POLICY_FAILURES):
            polled = (await polling.run_pass(force=True))[-1]
        assert (polled.source, polled.crashed) == ("nbk_policy", False)
        assert polled.error == ("no connection" if page is None else "no readable base rate")
    assert polled.state is not None
    assert polled.state.stale_since == T0
    assert (await known(database), await announced(database)) == ({"08.06": Decimal(17)}, [])
    site.page = table(OLD)
    await polling.run_pass(force=True)
    async with database.read() as connection:
        assert (await sources.get(connection, "nbk_policy", POLICY["nbk"].url)).failures == 0


async def test_deliveries_that_were_not_written_are_written_by_the_next_pass(
    database: Database, site: Site, monkeypatch: pytest.MonkeyPatch
) -> None:
    class Killed(BaseException):
        """The end of the process, which no `except Exception` sees."""

    async def killed(_connection: Connection, _now: dt.datetime) -> bool:
        raise Killed

    polling = poller(database, site)
    await polling.run_pass(force=True)
    site.page = table(OLD, ("27.07.2026", "16,75"))
    with monkeypatch.context() as patched, pytest.raises(Killed):
        patched.setattr(policy_fan_out, "write_chunk", killed)
        await polling.run_pass(force=True)
    assert await announced(database) == []
    await poller(database, site).run_pass()
    assert len(await announced(database)) == 2

"""The demo's policy rates are read by the real readers, and Kazakhstan's bank decides once."""

from __future__ import annotations

import datetime as dt
from collections.abc import AsyncIterator
from dataclasses import dataclass
from decimal import Decimal

import pytest
from aiohttp import web

from bot.demo.policy import DECIDES_AFTER, DemoPolicy
from bot.domain.policy_decisions import compare
from bot.domain.policy_rates import standing
from bot.sources.fetch import Fetcher
from bot.sources.policy import POLICY, PolicyTable, ask

# A Sunday: the decision comes into force on the next workday.
START = dt.datetime(2026, 11, 29, 8, tzinfo=dt.UTC)


@dataclass
class Stand:
    """The stand-ins on loopback, so many seconds after the start."""

    fetcher: Fetcher
    base: str = ""
    seconds: float = 0.0

    @property
    def now(self) -> dt.datetime:
        return START + dt.timedelta(seconds=self.seconds)

    async def ask(self, bank: str) -> PolicyTable:
        return await ask(self.fetcher, POLICY[bank], self.now, self.base)


@pytest.fixture
async def stand() -> AsyncIterator[Stand]:
    stand = Stand(Fetcher("test", allow_private=True))
    application = web.Application()
    DemoPolicy(lambda: stand.now.timestamp()).add_to(application, "/stand")
    runner = web.AppRunner(application, access_log=None, shutdown_timeout=0.1)
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", 0).start()
    stand.base = f"http://127.0.0.1:{runner.addresses[0][1]}/stand"
    yield stand
    await stand.fetcher.close()
    await runner.cleanup()


async def test_kazakhstans_bank_decides_once(stand: Stand) -> None:
    first = compare("nbk", {}, (await stand.ask("nbk")).rates, stand.now)
    assert (len(first.changed), first.decided) == (4, {})
    stand.seconds = DECIDES_AFTER
    table = await stand.ask("nbk")
    assert table.warnings == ()
    [event] = compare("nbk", first.changed, table.rates, stand.now).decided.values()
    assert (event.percent, event.before, event.in_force_on) == (Decimal("16.75"), 17, dt.date(2026, 11, 30))


async def test_russias_bank_has_its_changes(stand: Stand) -> None:
    table = await stand.ask("cbr")
    assert table.warnings == ()
    found = standing("cbr", compare("cbr", {}, table.rates, stand.now).changed, stand.now)
    assert found is not None
    assert found.percent == 14

import datetime as dt
from decimal import Decimal

import pytest

from bot.domain.alerts import AlertRule, Kind, Side
from bot.domain.posts import PostForm
from bot.domain.rates import Pair
from bot.domain.shares import Setup, SharedAlert, SharedTopic, ShareKind
from bot.schedule.jobs import prune
from storage import shares
from storage.database import Database

NOW = dt.datetime(2026, 11, 29, 12, tzinfo=dt.UTC)
LATER = NOW + dt.timedelta(days=30)
LEVEL = SharedAlert(AlertRule(Pair("USD", "KZT"), Side.ABOVE, Decimal("12142.10")), once=True)
MOVE = SharedAlert(AlertRule(Pair("RUB", "TJS"), Side.BOTH, move=Decimal("0.02"), kind=Kind.DAY))
EXTREME = SharedAlert(AlertRule(Pair("RUB", "TJS"), Side.ABOVE, kind=Kind.HIGH, days=90))
TOPIC = SharedTopic("topic:energy", "digest", "energy")
WORDS = SharedTopic("gold -silver", "instant", None, "gold without silver")


@pytest.mark.parametrize(
    "setup",
    [
        Setup(ShareKind.ALERT, (LEVEL,)),
        Setup(ShareKind.TOPIC, topics=(TOPIC,)),
        Setup(ShareKind.SETUP, (LEVEL, MOVE, EXTREME), (TOPIC, WORDS), (480, 1080), PostForm(lead=False)),
    ],
)
async def test_a_setup_is_stored_as_it_is(database: Database, setup: Setup) -> None:
    async with database.write() as connection:
        share_id = await shares.add(connection, setup, NOW, LATER)
        assert await shares.get(connection, share_id) == setup


async def test_an_equal_setup_with_the_same_expiry_is_one_row(database: Database) -> None:
    setup = Setup(ShareKind.ALERT, (LEVEL,))
    async with database.write() as connection:
        assert await shares.find(connection, setup, LATER) is None
        share_id = await shares.add(connection, setup, NOW, LATER)
        assert await shares.find(connection, setup, LATER) == share_id
        assert await shares.add(connection, setup, NOW, LATER) == share_id
        assert await shares.add(connection, setup, NOW, LATER + dt.timedelta(days=1)) != share_id
        assert await shares.add(connection, Setup(ShareKind.ALERT, (MOVE,)), NOW, LATER) != share_id


async def test_the_nightly_pruning_deletes_what_has_expired(database: Database) -> None:
    async with database.write() as connection:
        old = await shares.add(connection, Setup(ShareKind.ALERT, (LEVEL,)), NOW, LATER)
        new = await shares.add(connection, Setup(ShareKind.ALERT, (MOVE,)), NOW, LATER + dt.timedelta(seconds=1))
    await prune(database, LATER, dt.timedelta(days=30))
    async with database.read() as connection:
        assert await shares.get(connection, old) is None
        assert await shares.get(connection, new) is not None

import datetime as dt
from dataclasses import replace
from pathlib import Path
from zoneinfo import ZoneInfo

from bot.domain.chats import Chat
from bot.domain.times import next_digest
from bot.schedule.jobs import digest_tick
from storage import chats, deliveries
from storage.database import Database
from storage.migrate import upgrade

START = dt.datetime(2026, 3, 28, 12, tzinfo=dt.UTC)  # the day before Berlin's clocks go forward
BERLIN = ZoneInfo("Europe/Berlin")


async def test_one_digest_a_local_day_through_restarts_late_ticks_and_a_clock_change(tmp_path: Path) -> None:
    path = tmp_path / "x.db"
    database = Database(f"sqlite+aiosqlite:///{path}")
    await upgrade(database)
    chat = Chat(1, "private", "en", "Europe/Berlin", digest_at=150)  # 02:30, which the spring change skips
    chat = replace(chat, next_digest_at=next_digest(START, 150, BERLIN, None))
    async with database.write() as connection:
        await chats.ensure(connection, chat, START)
        await chats.save(connection, chat)
    told: list[dt.datetime] = []
    for minute in range(0, 4 * 24 * 60, 7):
        now = START + dt.timedelta(minutes=minute)
        if minute % 700 == 0:  # a restart: another process opens the same file
            await database.close()
            database = Database(f"sqlite+aiosqlite:///{path}")
        told += [now] * await digest_tick(database, now)
        assert await digest_tick(database, now) == 0
    assert [now.astimezone(BERLIN).date().day for now in told] == [29, 30, 31, 1]
    async with database.read() as connection:
        assert await deliveries.count_by_state(connection) == {"pending": 4}
    await database.close()


async def test_a_digest_that_is_half_a_day_late_is_skipped_for_its_day(tmp_path: Path) -> None:
    database = Database(f"sqlite+aiosqlite:///{tmp_path / 'x.db'}")
    await upgrade(database)
    chat = replace(Chat(1, "private", "en", "UTC", digest_at=480), next_digest_at=START.replace(hour=8))
    async with database.write() as connection:
        await chats.ensure(connection, chat, START)
        await chats.save(connection, chat)
    assert await digest_tick(database, START.replace(hour=21)) == 0
    async with database.read() as connection:
        later = await chats.get(connection, 1)
    assert later is not None
    assert later.next_digest_at == dt.datetime(2026, 3, 29, 8, tzinfo=dt.UTC)
    await database.close()

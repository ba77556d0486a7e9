import datetime as dt
from dataclasses import replace
from pathlib import Path
from zoneinfo import ZoneInfo

from bot.delivery.digests import compose
from bot.domain.chats import Chat
from bot.domain.events import DigestDue
from bot.domain.times import next_digest
from bot.schedule.jobs import digest_tick
from bot.services import settings
from storage import chats, claims, deliveries
from storage.database import Database
from tests.databases import new_sqlite

START = dt.datetime(2026, 3, 28, 12, tzinfo=dt.UTC)  # the day before Berlin's clocks go forward
BERLIN = ZoneInfo("Europe/Berlin")


async def test_one_digest_a_local_day_through_restarts_late_ticks_and_a_clock_change(tmp_path: Path) -> None:
    path = tmp_path / "x.db"
    database = await new_sqlite(path)
    chat = Chat(1, "private", "en", "Europe/Berlin", digest_times=(150,))  # 02:30, which the spring change skips
    chat = replace(chat, next_digest_at=next_digest(START, (150,), BERLIN))
    async with database.write() as connection:
        await chats.ensure(connection, chat, START)
        await chats.save(connection, chat)
    sent_at: list[dt.datetime] = []
    for minute in range(0, 4 * 24 * 60, 7):
        now = START + dt.timedelta(minutes=minute)
        if minute % 700 == 0:  # a restart: another process opens the same file
            await database.close()
            database = Database(f"sqlite+aiosqlite:///{path}")
        sent_at += [now] * await digest_tick(database, now)
        assert await digest_tick(database, now) == 0
    assert [now.astimezone(BERLIN).date().day for now in sent_at] == [29, 30, 31, 1]
    async with database.read() as connection:
        assert await deliveries.count_by_state(connection) == {"pending": 4}
    await database.close()


async def test_a_digest_that_is_half_a_day_late_is_skipped_for_its_day(tmp_path: Path) -> None:
    database = await new_sqlite(tmp_path / "x.db")
    chat = replace(Chat(1, "private", "en", "UTC", digest_times=(480,)), next_digest_at=START.replace(hour=8))
    async with database.write() as connection:
        await chats.ensure(connection, chat, START)
        await chats.save(connection, chat)
    assert await digest_tick(database, START.replace(hour=21)) == 0
    async with database.read() as connection:
        later = await chats.get(connection, 1)
    assert later is not None
    assert later.next_digest_at == dt.datetime(2026, 3, 29, 8, tzinfo=dt.UTC)
    await database.close()


async def test_each_time_of_a_day_has_one_digest_through_changes_of_the_times_and_the_zone(database: Database) -> None:
    start = dt.datetime(2026, 3, 28, 2, tzinfo=dt.UTC)  # 07:00 in Almaty
    chat = Chat(1, "private", "en", "Asia/Almaty")
    async with database.write() as connection:
        await chats.ensure(connection, chat, start)
    chat = await settings.set_digests(database, chat, (18 * 60, 8 * 60), start)
    for minute in range(0, 3 * 24 * 60, 10):
        now = start + dt.timedelta(minutes=minute)
        if minute == 90:  # 08:30: an earlier time waits for tomorrow, the one just served is served no more
            chat = await settings.set_digests(database, chat, (7 * 60, 8 * 60, 18 * 60), now)
        if minute == 120:  # 09:00 becomes 07:00, and 08:00 of this day comes again
            chat = await settings.set_timezone(database, chat, "Europe/Istanbul", now)
        await digest_tick(database, now)
        await digest_tick(database, now)
    async with database.write() as connection:
        sent = [one.event.key for one in await claims.claim(connection, now, 20)]
    days = [f"digest:2026-03-{day}:{time}" for day in (28, 29, 30) for time in ("07:00", "08:00", "18:00")]
    assert sent == [key for key in days if key != "digest:2026-03-28:07:00"]


async def test_of_several_late_digests_only_the_newest_is_sent(database: Database) -> None:
    chat = Chat(1, "private", "en", "UTC")
    async with database.write() as connection:
        await chats.ensure(connection, chat, START)
    await settings.set_digests(database, chat, (13 * 60, 18 * 60), START)
    assert await digest_tick(database, START.replace(hour=18, minute=20)) == 1
    async with database.write() as connection:
        [claimed] = await claims.claim(connection, START.replace(hour=19), 20)
    assert claimed.event.content == DigestDue(START.date(), 18 * 60)


async def test_the_order_of_one_hour_is_by_due_time_and_another_each_day(database: Database) -> None:
    due, early = START.replace(hour=8), START.replace(hour=7)
    people = range(1000, 1040)
    async with database.write() as connection:
        for person in people:
            at = early if person == 1039 else due
            chat = replace(Chat(person, "private", "en", "UTC", digest_times=(at.hour * 60,)), next_digest_at=at)
            await chats.ensure(connection, chat, early)
            await chats.save(connection, chat)
    orders = []
    for day in range(3):
        now = due + dt.timedelta(days=day, minutes=1)
        assert await digest_tick(database, now) == len(people)
        async with database.write() as connection:
            claimed = await claims.claim(connection, now, len(people))
        orders.append([one.chat_id for one in claimed])
    assert [order[0] for order in orders] == [1039] * 3
    assert [sorted(order) for order in orders] == [list(people)] * 3
    assert len({tuple(order) for order in orders} | {tuple(people)}) == 4


async def test_a_digest_that_comes_late_says_which_day_it_is_for(database: Database) -> None:
    chat = replace(Chat(1, "private", "en", "Asia/Almaty", digest_times=(23 * 60,)))
    due = dt.datetime(2026, 3, 27, 18, tzinfo=dt.UTC)  # 23:00 in Almaty
    texts = []
    async with database.write() as connection:
        await chats.ensure(connection, chat, due)
        for later, minute in ((1, 1380), (31, 1380), (120, 1380), (120, None)):
            now = due + dt.timedelta(minutes=later)
            texts.append((await compose(connection, chat, DigestDue(dt.date(2026, 3, 27), minute), now)).text)
    late = "<i>Late: this was due on 27 March at 23:00.</i>"
    assert [late in text for text in texts] == [False, True, True, False]

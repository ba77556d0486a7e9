import datetime as dt

from storage import received
from storage.database import Database

NOW = dt.datetime(2026, 1, 5, 7, tzinfo=dt.UTC)


async def test_numbers_are_kept_once_and_given_oldest_first(database: Database) -> None:
    async with database.write() as connection:
        await received.note(connection, [3, 2**62], NOW)
        await received.note(connection, [1, 3], NOW + dt.timedelta(seconds=1))
        assert await received.newest(connection, 1) == [1]
        assert sorted(await received.newest(connection, 9)) == [1, 3, 2**62]
        assert [await received.is_known(connection, number) for number in (1, 2, 3, 2**62)] == [True, False, True, True]


async def test_numbers_that_cannot_come_again_are_forgotten_as_others_come(database: Database) -> None:
    async with database.write() as connection:
        await received.note(connection, range(100), NOW)
        await received.note(connection, range(100, 140), NOW + received.KEEP)
        assert len(await received.newest(connection, 999)) == 140
        await received.note(connection, range(140, 180), NOW + received.KEEP + dt.timedelta(seconds=1))
        assert len(await received.newest(connection, 999)) == 100
        await received.note(connection, range(180, 190), NOW + received.KEEP + dt.timedelta(seconds=1))
        assert sorted(await received.newest(connection, 999)) == list(range(100, 190))

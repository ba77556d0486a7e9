import datetime as dt

from storage import charts
from storage.database import Database

NOW = dt.datetime(2026, 11, 24, 12, tzinfo=dt.UTC)


async def test_a_picture_is_known_by_what_it_shows_and_by_its_newest_file(database: Database) -> None:
    async with database.write() as connection:
        await charts.remember(connection, "KZT:one", "file-1", NOW)
        await charts.remember(connection, "KZT:one", "file-2", NOW)
        await charts.remember(connection, "KZT:" + "x" * 116, "A" * 120, NOW)
    async with database.read() as connection:
        assert await charts.known(connection, "KZT:one") == "file-2"
        assert await charts.known(connection, "KZT:" + "x" * 116) == "A" * 120
        assert await charts.known(connection, "KZT:two") is None


async def test_old_pictures_are_forgotten_a_few_at_a_time(database: Database) -> None:
    days = dt.timedelta(days=1)
    async with database.write() as connection:
        for age in (0, 29, 31, 40, 50):
            await charts.remember(connection, f"KZT:{age}", "file", NOW - age * days)
    async with database.write() as connection:
        assert await charts.clear(connection, NOW - 30 * days, 2) == 2
        assert await charts.clear(connection, NOW - 30 * days, 2) == 1
        assert await charts.clear(connection, NOW - 30 * days, 2) == 0
        assert await charts.known(connection, "KZT:29") == "file"
        assert await charts.known(connection, "KZT:31") is None

"""The timetable of the recurring jobs."""

import asyncio

from bot.schedule.jobs import Timetable


async def test_a_stop_waits_until_the_job_under_way_has_ended() -> None:
    begun, ended = asyncio.Event(), asyncio.Event()

    async def job() -> None:
        begun.set()
        try:
            await asyncio.Event().wait()
        finally:
            await asyncio.sleep(0)  # a transaction is rolled back, a connection closed
            ended.set()

    made = Timetable()
    made.often("job", job, 0.001)
    made.start()
    async with asyncio.timeout(20):
        await begun.wait()
        await made.stop()
    assert ended.is_set()

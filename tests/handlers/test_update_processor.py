"""Updates of a chat are processed in order, those of different chats concurrently, and the backlog is bounded."""

import asyncio
from typing import Any

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from telegram import Update

from bot.metrics import Metrics
from handlers.update_processor import PerChatUpdateProcessor


def message(chat: int, number: int) -> Update:
    where = {"id": chat, "type": "private"}
    return Update.de_json({"update_id": number, "message": {"message_id": number, "date": 1, "chat": where}}, None)


def blocked(person: int) -> Update:
    member = {"user": {"id": 9, "is_bot": True, "first_name": "Jarchi"}, "status": "left"}
    change = {"chat": {"id": person, "type": "private"}, "from": {"id": person, "is_bot": False, "first_name": "Ann"}}
    change |= {"date": 1, "old_chat_member": member, "new_chat_member": member}
    return Update.de_json({"update_id": 0, "my_chat_member": change}, None)


class Backlog:
    """A processor whose updates run until the test finishes their number."""

    def __init__(self, **limits: int) -> None:
        self.metrics = Metrics()
        self.processor = PerChatUpdateProcessor(self.metrics, **limits)
        self.started: list[tuple[int, int]] = []
        self.done: list[tuple[int, int]] = []
        self.tasks: list[asyncio.Task[None]] = []
        self._finished: dict[int, asyncio.Event] = {}

    async def receive(self, chat: int, number: int, update: Update | None = None) -> None:
        """Process an update as far as possible."""
        self._finished[number] = asyncio.Event()
        work = self.processor.process_update(update or message(chat, number), self._work(chat, number))
        self.tasks.append(asyncio.create_task(work))
        await self.run_tasks()

    async def finish(self, number: int) -> None:
        self._finished[number].set()
        await self.run_tasks()

    @property
    def dropped(self) -> float | None:
        return self.metrics.registry.get_sample_value("jarchi_updates_dropped_total")

    async def run_tasks(self) -> None:
        for _ in range(10):
            await asyncio.sleep(0)

    async def _work(self, chat: int, number: int) -> None:
        self.started.append((chat, number))
        await self._finished[number].wait()
        self.done.append((chat, number))


async def test_an_update_that_waits_for_its_chat_takes_no_slot() -> None:
    backlog = Backlog(slots=2)
    for number in range(5):
        await backlog.receive(1, number)
    await backlog.receive(2, 5)
    assert backlog.started == [(1, 0), (2, 5)]
    await backlog.receive(3, 6)  # both slots are taken
    assert backlog.started == [(1, 0), (2, 5)]
    await backlog.finish(5)
    assert backlog.started[2:] == [(3, 6)]
    for number in (0, 1, 2, 3, 4, 6):
        await backlog.finish(number)
    assert [one for one in backlog.done if one[0] == 1] == [(1, number) for number in range(5)]


async def test_a_full_backlog_drops_updates_until_there_is_room_but_no_change_of_membership() -> None:
    backlog = Backlog(backlog=3)
    for number in range(5):
        await backlog.receive(number, number)
    assert (backlog.processor.backlog, backlog.dropped) == (3, 2)
    await backlog.receive(7, 7, blocked(7))
    assert backlog.processor.backlog == 4
    for number in (0, 1, 7):
        await backlog.finish(number)
    await backlog.receive(8, 8)
    await backlog.finish(8)
    await backlog.finish(2)
    assert [number for _, number in backlog.done] == [0, 1, 7, 8, 2]
    assert (backlog.processor.backlog, backlog.dropped) == (0, 2)


async def test_one_chat_does_not_fill_the_backlog() -> None:
    backlog = Backlog(backlog=10, chat_backlog=2)
    for number in range(4):
        await backlog.receive(1, number)
    await backlog.receive(2, 9)
    assert (backlog.processor.backlog, backlog.dropped) == (3, 2)
    for number in (0, 1, 9):
        await backlog.finish(number)
    assert backlog.processor._locks == {}


async def test_a_failed_update_frees_its_slot_and_chat() -> None:
    processor = PerChatUpdateProcessor(Metrics())

    async def fails() -> None:
        raise ValueError

    async def works() -> str:
        return "done"

    failed = await asyncio.gather(processor.process_update(message(1, 1), fails()), return_exceptions=True)
    assert isinstance(failed[0], ValueError)
    await processor.process_update(message(1, 2), works())
    assert (processor.backlog, processor._locks) == (0, {})


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(st.lists(st.integers(1, 4), max_size=30), st.integers(1, 5), st.data())
def test_each_update_runs_once_in_order_within_the_slots(chats: list[int], slots: int, data: Any) -> None:
    async def run() -> None:
        backlog = Backlog(slots=slots)
        for number, chat in enumerate(chats):
            await backlog.receive(chat, number)
            assert len(backlog.started) - len(backlog.done) <= slots
        while len(backlog.done) < len(chats):
            running = [number for chat, number in backlog.started if (chat, number) not in backlog.done]
            # No slot is idle while a chat waits.
            left = {chat for number, chat in enumerate(chats) if (chat, number) not in backlog.done}
            assert len(running) == min(slots, len(left))
            await backlog.finish(data.draw(st.sampled_from(running)))
        for chat in set(chats):
            numbers = [number for one, number in backlog.done if one == chat]
            assert numbers == sorted(numbers)
        assert (backlog.processor.backlog, backlog.processor._locks) == (0, {})

    asyncio.run(run())


async def test_a_refused_request_does_not_wait_for_the_earlier_updates_of_its_chat() -> None:
    backlog = Backlog()
    await backlog.receive(1, 0)
    backlog.processor.refuses = lambda _: True
    await backlog.receive(1, 1)
    assert backlog.started == [(1, 0), (1, 1)]
    backlog.processor.refuses = lambda _: False
    await backlog.receive(1, 2)
    assert backlog.started == [(1, 0), (1, 1)]
    for number in (1, 0, 2):
        await backlog.finish(number)
    assert backlog.done == [(1, 1), (1, 0), (1, 2)]

"""Updates of a chat in order, of different chats side by side, and never more than there is room for."""

import asyncio
from typing import Any

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from telegram import Update

from bot.metrics import Metrics
from handlers.update_processor import PerChatUpdateProcessor
from tests.waiting import settle


def said(chat: int, number: int) -> Update:
    where = {"id": chat, "type": "private"}
    return Update.de_json({"update_id": number, "message": {"message_id": number, "date": 1, "chat": where}}, None)


def blocked(person: int) -> Update:
    member = {"user": {"id": 9, "is_bot": True, "first_name": "Jarchi"}, "status": "left"}
    change = {"chat": {"id": person, "type": "private"}, "from": {"id": person, "is_bot": False, "first_name": "Ann"}}
    change |= {"date": 1, "old_chat_member": member, "new_chat_member": member}
    return Update.de_json({"update_id": 0, "my_chat_member": change}, None)


class House:
    """A processor whose updates wait until their number is let go."""

    def __init__(self, **limits: int) -> None:
        self.metrics = Metrics()
        self.order = PerChatUpdateProcessor(self.metrics, **limits)
        self.begun: list[tuple[int, int]] = []
        self.done: list[tuple[int, int]] = []
        self.tasks: list[asyncio.Task[None]] = []
        self._gates: dict[int, asyncio.Event] = {}

    async def come(self, chat: int, number: int, update: Update | None = None) -> None:
        """Bring an update, and let everything go as far as it can."""
        self._gates[number] = asyncio.Event()
        work = self.order.process_update(update or said(chat, number), self._work(chat, number))
        self.tasks.append(asyncio.create_task(work))
        await settle()

    async def let_go(self, number: int) -> None:
        self._gates[number].set()
        await settle()

    @property
    def update_dropped(self) -> float | None:
        return self.metrics.registry.get_sample_value("jarchi_updates_dropped_total")

    async def _work(self, chat: int, number: int) -> None:
        self.begun.append((chat, number))
        await self._gates[number].wait()
        self.done.append((chat, number))


async def test_those_who_wait_in_a_chat_take_no_place_from_others() -> None:
    house = House(at_once=2)
    for number in range(5):
        await house.come(1, number)
    await house.come(2, 5)
    assert house.begun == [(1, 0), (2, 5)]
    await house.come(3, 6)  # both places are taken
    assert house.begun == [(1, 0), (2, 5)]
    await house.let_go(5)
    assert house.begun[2:] == [(3, 6)]
    for number in (0, 1, 2, 3, 4, 6):
        await house.let_go(number)
    assert [one for one in house.done if one[0] == 1] == [(1, number) for number in range(5)]


async def test_a_full_house_leaves_out_and_takes_again_when_there_is_room() -> None:
    house = House(waiting=3)
    for number in range(5):
        await house.come(number, number)
    assert (house.order.waiting, house.update_dropped) == (3, 2)
    await house.come(7, 7, blocked(7))  # who blocked the bot must not be lost
    assert house.order.waiting == 4
    for number in (0, 1, 7):
        await house.let_go(number)
    await house.come(8, 8)
    await house.let_go(8)
    await house.let_go(2)
    assert [number for _, number in house.done] == [0, 1, 7, 8, 2]
    assert (house.order.waiting, house.update_dropped) == (0, 2)


async def test_one_chat_does_not_fill_the_house() -> None:
    house = House(waiting=10, of_a_chat=2)
    for number in range(4):
        await house.come(1, number)
    await house.come(2, 9)
    assert (house.order.waiting, house.update_dropped) == (3, 2)
    for number in (0, 1, 9):
        await house.let_go(number)
    assert house.order._locks == {}


async def test_an_update_that_fails_lets_the_next_one_in() -> None:
    order = PerChatUpdateProcessor(Metrics())

    async def fails() -> None:
        raise ValueError

    async def works() -> str:
        return "done"

    failed = await asyncio.gather(order.process_update(said(1, 1), fails()), return_exceptions=True)
    assert isinstance(failed[0], ValueError)
    await order.process_update(said(1, 2), works())
    assert (order.waiting, order._locks) == (0, {})


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(st.lists(st.integers(1, 4), max_size=30), st.integers(1, 5), st.data())
def test_whatever_comes_is_done_once_in_order_by_no_more_than_allowed(chats: list[int], places: int, data: Any) -> None:
    async def live() -> None:
        house = House(at_once=places)
        for number, chat in enumerate(chats):
            await house.come(chat, number)
            assert len(house.begun) - len(house.done) <= places
        while len(house.done) < len(chats):
            going = [number for chat, number in house.begun if (chat, number) not in house.done]
            # Nobody idles while a chat with something to do is not being worked on.
            left = {chat for number, chat in enumerate(chats) if (chat, number) not in house.done}
            assert len(going) == min(places, len(left))
            await house.let_go(data.draw(st.sampled_from(going)))
        for chat in set(chats):
            numbers = [number for one, number in house.done if one == chat]
            assert numbers == sorted(numbers)
        assert (house.order.waiting, house.order._locks) == (0, {})

    asyncio.run(live())

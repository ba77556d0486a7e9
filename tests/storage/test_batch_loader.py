"""Who asks while a question is under way is answered by the next one, together with all others, and with what is true."""

import asyncio
from collections.abc import Mapping

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from storage.batch_loader import BatchLoader
from tests.waiting import settle


class Shelf:
    """Values that are loaded when the test says so, and the sets of keys that were asked for."""

    def __init__(self, timeout: float | None = None, **values: int) -> None:
        self.values, self.questions = values, list[set[str]]()
        self.broken: Exception | None = None
        self._turns = asyncio.Semaphore(0)
        self.loader = BatchLoader(self._load, timeout)

    def ask(self, key: str) -> asyncio.Task[int | None]:
        return asyncio.create_task(self.loader.get(key))

    def answer(self) -> None:
        self._turns.release()

    async def _load(self, keys: set[str]) -> Mapping[str, int]:
        self.questions.append(keys)
        found = {key: self.values[key] for key in keys if key in self.values}
        await self._turns.acquire()
        if self.broken:
            raise self.broken
        return found


async def test_those_who_ask_meanwhile_share_the_next_question() -> None:
    shelf = Shelf(a=1, b=2)
    first = shelf.ask("a")
    await settle()
    others = [shelf.ask(key) for key in ("b", "a", "c")]
    await settle()
    assert shelf.questions == [{"a"}]
    shelf.answer()
    assert await first == 1
    shelf.answer()
    assert await asyncio.gather(*others) == [2, 1, None]
    assert shelf.questions == [{"a"}, {"a", "b", "c"}]


async def test_nobody_is_told_what_was_true_before_they_asked() -> None:
    shelf = Shelf(a=1)
    early = shelf.ask("a")
    await settle()
    shelf.values["a"] = 2
    late = shelf.ask("a")
    await settle()
    shelf.answer()
    shelf.answer()
    assert (await early, await late) == (1, 2)


async def test_an_error_reaches_all_who_shared_the_question_and_nobody_after() -> None:
    shelf = Shelf(a=1, b=2)
    shelf.broken = OSError("away")
    askers = [shelf.ask("a"), shelf.ask("b")]
    await settle()
    shelf.answer()
    assert [type(answer) for answer in await asyncio.gather(*askers, return_exceptions=True)] == [OSError, OSError]
    shelf.broken = None
    again = shelf.ask("a")
    shelf.answer()
    assert await again == 1


@pytest.mark.parametrize("broken", [None, OSError("away")])
async def test_who_is_cut_off_takes_nobody_along(broken: Exception | None) -> None:
    shelf = Shelf(a=1)
    shelf.broken = broken
    cut, other = shelf.ask("a"), shelf.ask("a")
    await settle()
    cut.cancel()
    await settle()
    shelf.answer()
    [answer] = await asyncio.gather(other, return_exceptions=True)
    assert answer == (broken or 1)
    assert cut.cancelled()


async def test_a_question_that_takes_too_long_holds_up_only_those_who_share_it() -> None:
    shelf = Shelf(timeout=0, a=1, b=2)
    early = shelf.ask("a")
    await settle()
    late = shelf.ask("b")
    await settle()
    assert shelf.questions == [{"a"}, {"b"}]
    shelf.answer()
    shelf.answer()
    assert await asyncio.gather(early, late) == [1, 2]


@settings(max_examples=60, deadline=None)
@given(st.lists(st.one_of(st.sampled_from("abc"), st.just("answer"), st.just("change")), max_size=40))
def test_whoever_asks_is_answered_with_a_value_of_after_the_asking(steps: list[str]) -> None:
    async def live() -> None:
        shelf = Shelf(a=0, b=0, c=0)
        asked: list[tuple[int, asyncio.Task[int | None]]] = []
        for step in steps:
            if step == "answer":
                shelf.answer()
            elif step == "change":
                shelf.values = {key: value + 1 for key, value in shelf.values.items()}
            else:
                asked.append((shelf.values[step], shelf.ask(step)))
            await settle()
        for _ in asked:
            shelf.answer()
        for known, task in asked:
            answer = await task
            assert answer is not None
            assert known <= answer <= shelf.values["a"]
        assert len(shelf.questions) <= len(asked)

    asyncio.run(live())

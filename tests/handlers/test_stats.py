"""/stats is there for operators, in their own chat, and unknown to everybody else."""

from __future__ import annotations

import datetime as dt
from zoneinfo import ZoneInfo

from bot.domain.stats import Span, Stats
from bot.i18n import LANGUAGES, Translator
from bot.views.stats import stats as view
from storage import chats
from storage.database import Database
from tests.handlers.conftest import NOW
from tests.handlers.talk import GROUP, PERSON, Talk


async def test_an_operator_sees_the_counts(database: Database) -> None:
    talk = Talk(database, admins=str(PERSON))
    await talk.send("/rates", person=9, chat=9)
    [answer] = await talk.send("/stats")
    assert "Active people: <b>2</b> today · 2 in 7 days · 2 in 30 days" in answer
    assert "New people: <b>2</b> today" in answer
    assert "Languages: English 2" in answer
    assert "Queue: now 0 · later 0" in answer
    assert "People" not in answer.split("\n")[3]
    assert "Get messages: <b>2</b> · turned off (/stop): 0" in answer
    assert "/stats" in (await talk.send("/help"))[0]


async def test_to_others_it_is_an_unknown_word(database: Database) -> None:
    talk = Talk(database, admins="5")
    [answer] = await talk.send("/stats")
    assert answer.startswith("There's no /stats")
    assert "People" not in answer
    assert "/stats" not in (await talk.send("/help"))[0]


async def test_in_a_group_nobody_is_shown_the_counts(database: Database) -> None:
    for admins in (str(PERSON), "5"):
        [answer] = await Talk(database, admins=admins).send("/stats", GROUP)
        assert "in a private chat" in answer


async def test_the_day_of_an_action_is_written_once_a_day(database: Database) -> None:
    talk = Talk(database)
    writes = 0
    mark = talk.dispatcher._lookup._mark_active

    async def counted(active: set[tuple[int, dt.date]]) -> dict[tuple[int, dt.date], None]:
        nonlocal writes
        writes += 1
        return await mark(active)

    talk.dispatcher._lookup._active._load = counted  # type: ignore[assignment]
    for hours in (0, 1, 20, 21, 22, 47):
        talk.now = NOW + dt.timedelta(hours=hours)
        await talk.send("/privacy")
    async with database.read() as connection:
        stored = await chats.get(connection, PERSON)
    assert stored is not None
    assert stored.active_on == talk.now.date()
    assert writes == 2


async def test_a_day_that_cannot_be_noted_costs_no_answer(database: Database) -> None:
    talk = Talk(database)
    await talk.send("/privacy")

    async def failing(_active: set[tuple[int, dt.date]]) -> dict[tuple[int, dt.date], None]:
        raise OSError("no disk")

    talk.dispatcher._lookup._active._load = failing  # type: ignore[assignment]
    talk.now += dt.timedelta(days=1)
    assert len(await talk.send("/privacy")) == 1
    assert talk.bot.sent == 2


def test_large_counts_are_shown_in_each_language() -> None:
    span = Span(1_234, 56_789, 1_000_000)
    counts = Stats(
        span, span, 900_000, 12, 34_567, {"ru": 800_000, "xx": 1}, 5, 2_000_000, 3_000_000, 40_000, 1, 2, 3, 4
    )
    for language in LANGUAGES:
        text = view(Translator(language), counts, NOW, ZoneInfo("Asia/Almaty")).text
        assert "1\u00a0000\u00a0000" in text or "1,000,000" in text
        assert "{" not in text

"""A person blocks the bot and comes back: nothing of theirs is lost, and what they missed is offered once."""

import re
from pathlib import Path

import pytest
from sqlalchemy import select, update

from bot.app import App
from bot.app.parts import utc_now
from bot.demo.telegram import EmbeddedTelegram
from storage import chats
from storage.database import Database
from storage.models import ChatRow
from tests.app.conftest import Site
from tests.app.talk import ask, button, filled, texts
from tests.waiting import eventually

OFFER = "👋 While you were away (since "


async def leave(site: Site, telegram: EmbeddedTelegram) -> None:
    """Persons 1 and 2 follow a topic and set an alert, and 1 blocks the bot; then articles come and the alerts fire."""
    for person in (1, 2):
        await filled(telegram, person)
        await ask(telegram, person, "/subscribe nuclear")
        await ask(telegram, person, "/alert kzt < 0.00195")
    telegram.block(1)
    before, tried = len(texts(telegram, 2)), len([c for c in telegram.calls if c.params.get("chat_id") == 1])
    site.rates["KZT"] = "0.00194"
    site.articles += [(f"Nuclear Plant {n}", "Officials chose a place by the lake.") for n in range(7)]
    # So many articles are one message, and the alert is another.
    await telegram.wait_for(lambda: len(texts(telegram, 2)) == before + 2, timeout=30)
    assert len([c for c in telegram.calls if c.params.get("chat_id") == 1]) == tried


@pytest.mark.parametrize("way", ["/start", "unblock"])
@pytest.mark.slow
async def test_missed_deliveries_are_offered_once_and_shown(
    app: App, site: Site, telegram: EmbeddedTelegram, way: str
) -> None:
    await leave(site, telegram)
    before = len(texts(telegram, 1))
    if way == "unblock":
        telegram.unblock(1)
        await telegram.wait_for(lambda: len(texts(telegram, 1)) == before + 1, timeout=20)
    telegram.say(1, "/start")  # the Restart button unblocks and says so
    await telegram.wait_for(lambda: len(texts(telegram, 1)) == before + 2, timeout=20)
    await ask(telegram, 1, "/start")
    offers = [text for text in texts(telegram, 1)[before:] if text.startswith(OFFER)]
    assert [offer.partition("):\n")[2] for offer in offers] == ["News on your topics: 7\nAlerts: 1"]
    telegram.press(1, *button(telegram, 1, "Show"))
    await telegram.wait_for(lambda: any("News, newest first" in text for text in texts(telegram, 1)), timeout=20)
    shown = next(text for text in texts(telegram, 1) if text.startswith("News, newest first"))
    lines = shown.split("\n")
    assert all(re.match(r"• .*Nuclear Plant \d$", line) for line in lines[1:6])
    assert lines[6:8] == ["… more: 2", "Alerts"]
    assert lines[8].endswith("KZT/USD below 0.00195")
    # The settings are as they were: the next article comes.
    site.articles.append(("Another Nuclear Plant", "By another lake."))
    await telegram.wait_for(lambda: texts(telegram, 1)[-1].startswith("Another Nuclear Plant"), timeout=20)


async def test_the_offer_can_be_declined_and_is_not_made_where_nothing_was_missed(
    app: App, site: Site, telegram: EmbeddedTelegram
) -> None:
    await leave(site, telegram)
    telegram.unblock(1)
    await telegram.wait_for(lambda: texts(telegram, 1)[-1].startswith(OFFER), timeout=20)
    message, _ = button(telegram, 1, "Show")
    telegram.press(1, *button(telegram, 1, "Not now"))
    await telegram.wait_for(lambda: texts(telegram, 1)[-1].startswith("OK. New messages"), timeout=20)
    before = len(texts(telegram, 1))
    telegram.block(1)
    telegram.unblock(1)
    await ask(telegram, 1, "/help")
    assert len(texts(telegram, 1)) == before + 1
    for forged in ("v1:away:show:1", "v1:away:show:99999999999", "v1:away:show:x"):
        before = len(telegram.calls_of("answerCallbackQuery"))
        telegram.press(1, message, forged)
        await telegram.wait_for(lambda: len(telegram.calls_of("answerCallbackQuery")) > before, timeout=20)  # noqa: B023
        assert "out of date" in telegram.calls_of("answerCallbackQuery")[-1].params["text"]


async def test_a_person_who_only_stopped_is_offered_nothing(app: App, site: Site, telegram: EmbeddedTelegram) -> None:
    await filled(telegram)
    await ask(telegram, 1, "/subscribe cotton")
    await ask(telegram, 1, "/stop")
    site.articles.append(("More Cotton", "Even more cotton was seen."))
    await ask(telegram, 1, "/start")
    await ask(telegram, 1, "/help")
    assert not any(text.startswith(OFFER) for text in texts(telegram, 1))


async def test_an_unblocking_counts_where_the_block_was_not_received(
    app: App, telegram: EmbeddedTelegram, tmp_path: Path
) -> None:
    """A refusal is stored later than it is received: the person may have unblocked the bot by then."""
    await ask(telegram, 1, "/help")
    database = Database(f"sqlite+aiosqlite:///{tmp_path / 'jarchi.db'}")

    async def read() -> tuple[str, bool]:
        async with database.read() as connection:
            row = (await connection.execute(select(ChatRow.state, ChatRow.unblocked_at).where(ChatRow.id == 1))).one()
        return row.state, row.unblocked_at is not None

    async def until(state: str, *, back: bool) -> None:
        await eventually(read, lambda found: found == (state, back))

    try:
        telegram.block(1)
        await until("gone", back=False)
        refused_at = utc_now()
        async with database.write() as connection:
            await connection.execute(update(ChatRow).values(state="active"))
        telegram.unblock(1)
        await until("active", back=True)
        async with database.write() as connection:
            await chats.mark_blocked(connection, 1, refused_at, utc_now())
        await until("active", back=True)
        async with database.write() as connection:
            await chats.mark_blocked(connection, 1, utc_now(), utc_now())
        await until("gone", back=True)
    finally:
        await database.close()

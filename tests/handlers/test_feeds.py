"""/feed: the address is shown once, in private only, and ends when it is replaced or turned off."""

import re
from types import SimpleNamespace
from typing import Any

import pytest

from bot.config.settings import MAX_PUBLIC_URL
from bot.i18n import Translator
from bot.services import feeds as service
from bot.views import feeds as views
from bot.views.message import Button, View
from bot.views.message import plain_text as plain
from handlers.feeds import show_feed
from storage.database import Database
from tests.handlers.conftest import Conversation
from tests.handlers.talk import GROUP, PERSON, Talk

URL = "https://bot.example.org/jarchi"
ADDRESS = re.compile(rf"{URL}/feeds/([\w-]{{43}})\.(atom|json)")


@pytest.fixture
async def talk(database: Database) -> Any:
    talk = Talk(database, public_url=f"{URL}/")
    await talk.send("/start")
    yield talk
    await talk.dispatcher.close()


def buttons(talk: Talk) -> list[str]:
    return list(talk.buttons())


async def opens(database: Database, secret: str) -> bool:
    return await service.read_feed(database, service.hash_of(secret)) is not None


async def press(talk: Talk, label: str) -> str:
    """Press a button of the newest message; returns that message, edited or new."""
    await talk.press(talk.buttons()[label])
    return talk.bot.texts[max(talk.bot.texts)]


async def test_without_a_public_address_feeds_are_off(conversation: Conversation) -> None:
    view = await conversation.say(show_feed)
    assert view.text == "Feeds are off: the operator of this bot hasn't turned them on."
    for data in ("v1:feed:make", "v1:feed:show", "v1:feed:ask:new", "v1:feed:off"):
        assert (await conversation.press(data)).views == []
    assert await service.feed_since(conversation.database, conversation.chat.id) is None


async def test_the_address_is_shown_once_in_both_forms_with_buttons_that_copy_it(talk: Talk) -> None:
    [said] = await talk.send("/feed")
    assert "RSS readers" in said
    assert buttons(talk) == ["Create an address"]
    said = await press(talk, "Create an address")
    [(secret, first), (same, second)] = ADDRESS.findall(said)
    assert (first, second, same) == ("atom", "json", secret)
    rows = talk.bot.markups[max(talk.bot.texts)]["inline_keyboard"]
    assert [one["copy_text"]["text"] for one in rows[0]] == [f"{URL}/feeds/{secret}.{form}" for form in (first, second)]
    assert await opens(talk.database, secret)
    [said] = await talk.send("/feed")
    assert "Since" in said
    assert secret not in said
    assert buttons(talk) == ["New address", "Turn off"]


async def test_a_new_address_ends_the_old_one_after_a_question(talk: Talk) -> None:
    await talk.send("/feed")
    old = ADDRESS.findall(await press(talk, "Create an address"))[0][0]
    shown = max(talk.bot.texts)
    assert (
        await press(talk, "New address")
        == "Get a new address? The old one stops working at once. Your programs will need the new one."
    )
    assert old in talk.bot.texts[shown]  # a record: the question is another message
    assert "The feed is on" in await press(talk, "Keep it")
    assert await opens(talk.database, old)
    await press(talk, "New address")
    new = ADDRESS.findall(await press(talk, "New address"))[0][0]
    assert (await opens(talk.database, old), await opens(talk.database, new)) == (False, True)
    await press(talk, "Turn off")
    assert await press(talk, "Turn off") == "The feed is off. Its address no longer works."
    assert not await opens(talk.database, new)
    assert buttons(talk) == ["Create an address"]


async def test_a_group_gets_a_link_and_never_an_address(talk: Talk) -> None:
    [said] = await talk.send("/feed", GROUP)
    assert said == "The address of this group's feed is shown only to admins, in private."
    link = talk.buttons()["Open the private chat"]
    assert re.fullmatch(r"https://t\.me/CrierBot\?start=feed_\d+", link)
    for data in ("v1:feed:make", "v1:feed:show", "v1:feed:ask:new", "v1:feed:off"):
        assert not ADDRESS.search("".join(await talk.press(data, GROUP)))
    assert await service.feed_since(talk.database, GROUP) is None


async def test_the_link_of_a_group_leads_its_admin_to_the_groups_own_feed(talk: Talk, monkeypatch: Any) -> None:
    async def administrator(_chat: int, _user: int) -> Any:
        return SimpleNamespace(status="creator")

    monkeypatch.setattr(talk.bot, "get_chat_member", administrator)
    await talk.send("/feed", GROUP)
    parameter = talk.buttons()["Open the private chat"].rpartition("=")[2]
    [said] = await talk.send(f"/start {parameter}")
    assert "A feed lets other programs" in plain(said)
    secret = ADDRESS.findall(await press(talk, "Create an address"))[0][0]
    async with talk.database.read() as connection:
        found = await service.feeds.find(connection, service.hash_of(secret))
    assert found is not None
    assert found.chat_id == GROUP
    assert await service.feed_since(talk.database, PERSON) is None


@pytest.mark.parametrize("parameter", ["feed_", "feed_x", "feed_-1", "feed_" + "9" * 50, "feed_²"])
async def test_a_forged_link_shows_no_feed(talk: Talk, parameter: str) -> None:
    [said] = await talk.send(f"/start {parameter}")
    assert said == "This button is out of date. Please send the command again."


@pytest.mark.parametrize("parameter", ["feed_0", "feed_99"])
async def test_the_link_of_a_chat_that_is_not_known_any_more_is_explained(talk: Talk, parameter: str) -> None:
    [said] = await talk.send(f"/start {parameter}")
    assert said.startswith("I can't reach this chat any more.")


async def test_a_member_who_follows_the_link_of_a_group_is_refused(talk: Talk, monkeypatch: Any) -> None:
    await talk.send("/feed", GROUP)
    parameter = talk.buttons()["Open the private chat"].rpartition("=")[2]

    async def member(_chat: int, _user: int) -> Any:
        return SimpleNamespace(status="member")

    monkeypatch.setattr(talk.bot, "get_chat_member", member)
    [said] = await talk.send(f"/start {parameter}", person=PERSON)
    assert "Only admins who may post there" in said


def test_both_addresses_fit_into_a_button_that_copies() -> None:
    view: View = views.made(Translator("en"), "x" * MAX_PUBLIC_URL + "/feeds/" + "s" * 43)
    copied: list[Button] = [button for row in view.buttons for button in row if button.copy]
    assert [len(button.copy or "") for button in copied] == [255, 255]

"""The way of a channel owner: from /start to posts in a channel, all from the private chat."""

from __future__ import annotations

import datetime as dt
import json
from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from bot.app import App
from bot.demo.telegram import EmbeddedTelegram
from bot.domain.chats import Chat, ChatState
from bot.views import chat_actions as actions
from bot.views.buttons import for_destination
from storage import chats, destinations, personal_data
from storage.database import Database
from tests.app.conftest import Site
from tests.app.owner import CHANNEL, EDITOR, GROUP, OTHER, OWNER, POSTING, Owner
from tests.app.talk import ask, filled

NOW = dt.datetime(2025, 12, 8, tzinfo=dt.UTC)


@pytest.fixture
async def owner(app: App, telegram: EmbeddedTelegram, tmp_path: Path) -> AsyncIterator[Owner]:
    """An English-speaking owner of a channel in which the bot may post."""
    await filled(telegram)
    telegram.add_channel(CHANNEL, "Almaty & <Co>", [EDITOR], [OWNER], bot_rights=POSTING)
    database = Database(f"sqlite+aiosqlite:///{tmp_path / 'jarchi.db'}")
    yield Owner(telegram, database)
    await database.close()


async def test_from_start_to_the_first_automatic_post_in_five_taps(owner: Owner, site: Site) -> None:
    telegram = owner.telegram
    telegram.add_channel(OTHER, "Bishkek Daily", [], [OWNER])  # the bot is not there yet
    await ask(owner.telegram, OWNER, "/start")  # the first tap
    await owner.tap("My channel or group")
    offered = owner.telegram.calls_of("sendMessage")[-1].params["reply_markup"]["keyboard"][0]
    assert [one["text"] for one in offered] == ["📢 Choose a channel", "👥 Choose a group"]
    assert offered[0]["request_chat"]["chat_is_channel"] is True
    assert OTHER in telegram.fitting_chats(OWNER, 1)
    telegram.pick(OWNER, 1, OTHER)  # the third tap opens Telegram's list, the fourth chooses the channel
    await telegram.wait_for(lambda: any("Done" in text for text in owner.texts()), timeout=10)
    await telegram.wait_for(lambda: "✓ Bishkek Daily" in owner.texts(), timeout=10)
    assert sum("Done" in text for text in owner.texts()) == 1  # though two updates came
    assert "Rates" in str(telegram.world.chats[OWNER].keyboard)
    assert telegram.world.chats[OTHER].bot.may("can_post_messages")
    await owner.tap("All of Central Asia")
    countries = ["kazakhstan", "kyrgyzstan", "tajikistan", "turkmenistan", "uzbekistan"]
    assert sorted(await owner.followed(OTHER)) == countries
    site.articles.append(("Kazakhstan Opens a New Railway", "The railway in Kazakhstan is 300 km long."))
    await telegram.wait_for(lambda: any("Railway" in text for text in owner.texts(OTHER)), timeout=20)


async def test_the_card_opens_every_screen_of_the_channel(owner: Owner) -> None:
    await owner.chosen()
    card = await owner.tap("All settings")
    assert "Nothing to post yet" in card
    assert "Review: off" in card
    for label, text in (
        ("📣 Topics", "topics"),
        ("🔔 Alerts", "alerts"),
        ("🗞 Digest", "digest"),
        ("✍️ Post format", "Post format"),
        ("👀 Review", "Review before"),
        ("⚙️ Settings", "Settings"),
        ("📋 Copy", "no other chat"),
        ("🚪 Remove", "Remove the bot from this chat?"),
    ):
        shown = await owner.tap(label)
        assert text.casefold() in shown.casefold(), label
        assert "Almaty & <Co>" in shown
        await owner.press(for_destination(actions.CHATS_ONE(), await owner.destination(CHANNEL)))


async def test_the_list_shows_all_chats_in_pages(owner: Owner) -> None:
    async with owner.database.write() as connection:
        for number in range(200):
            chat = Chat(-2_000_000_000_000 - number, "channel", "en", "UTC", title="🏔 <b>" + f"{number:03}" * 40)
            await chats.ensure(connection, chat, NOW)
            await destinations.add(connection, chat.id, NOW)
            await destinations.add_manager(connection, chat.id, OWNER, NOW)
    assert "Your channels" in await ask(owner.telegram, OWNER, "/chats")
    assert "1/20" in json.dumps(owner.telegram.messages(OWNER)[-1]["reply_markup"])
    await owner.tap("›")
    assert "2/20" in json.dumps(owner.telegram.messages(OWNER)[-1]["reply_markup"])


async def test_a_group_gets_a_greeting_and_its_admin_the_first_topics(owner: Owner) -> None:
    telegram = owner.telegram
    telegram.add_group(GROUP, "Traders", [EDITOR], [EDITOR], bot_is_member=False)
    await ask(telegram, EDITOR, "/help")
    telegram.invite(GROUP, by=EDITOR)
    await telegram.wait_for(lambda: len(owner.texts(GROUP)) == 1, timeout=10)
    assert "Салам" in owner.texts(GROUP)[0]  # in the language of the person
    editor = Owner(telegram, owner.database, EDITOR)
    assert "Traders" in editor.texts()[-1]
    assert "Закрепление сообщений" in editor.texts()[-1]
    assert await editor.managed() == [GROUP]


async def test_a_member_who_adds_the_bot_to_a_group_manages_nothing(owner: Owner) -> None:
    telegram = owner.telegram
    telegram.add_group(GROUP, "Traders", [OWNER], [EDITOR], bot_is_member=False)
    telegram.invite(GROUP, by=OWNER)
    await telegram.wait_for(lambda: len(owner.texts(GROUP)) == 1, timeout=10)
    assert await owner.managed() == []


async def test_a_channel_without_the_right_to_post_says_where_to_give_it(owner: Owner) -> None:
    telegram = owner.telegram
    telegram.add_channel(OTHER, "Bishkek Daily", [], [OWNER])
    before = len(owner.texts())
    telegram.promote(OTHER, OWNER, telegram.world.bot["id"], ["can_edit_messages"])
    await telegram.wait_for(lambda: len(owner.texts()) > before, timeout=10)
    assert "can't post" in owner.texts()[-1]
    assert "channel → Administrators → Jarchi" in owner.texts()[-1]
    assert "Done" not in owner.texts()[-1]
    assert "Post messages" in await owner.tap("Test post")


@pytest.mark.parametrize("bot_rights", [None, POSTING])
async def test_a_forged_answer_of_the_list_changes_nothing(owner: Owner, bot_rights: list[str] | None) -> None:
    owner.telegram.add_channel(OTHER, "Another's", [OWNER], [EDITOR], bot_rights=bot_rights)
    assert "Done" not in await owner.choose(OTHER, "<b>My</b>")
    assert await owner.managed() == []
    assert await owner.stored(OTHER) is None


@pytest.mark.parametrize("chat", [-1, OWNER, EDITOR, 99, -1_009_999_999_999])
async def test_a_chat_that_is_none_is_not_set_up(owner: Owner, chat: int) -> None:
    assert "I'm not in" in await owner.choose(chat, "🏔 <i>" + "x" * 200)
    assert await owner.managed() == []


async def test_several_admins_manage_one_chat(owner: Owner) -> None:
    await owner.chosen()
    owner.telegram.promote(CHANNEL, OWNER, EDITOR, ["can_post_messages"])
    await ask(owner.telegram, EDITOR, "/help")
    editor = Owner(owner.telegram, owner.database, EDITOR)
    assert "другой администратор" in await editor.chosen()
    await editor.press(for_destination(actions.CHATS_TOPIC("energy", True), await owner.destination(CHANNEL)))
    assert await owner.followed(CHANNEL) == ["energy"]


async def test_a_former_admin_s_list_loses_the_chat(owner: Owner) -> None:
    await owner.chosen()
    owner.telegram.promote(CHANNEL, OWNER, EDITOR, ["can_post_messages"])
    await ask(owner.telegram, EDITOR, "/help")
    editor = Owner(owner.telegram, owner.database, EDITOR)
    await editor.chosen()
    owner.telegram.demote(CHANNEL, OWNER, EDITOR)
    assert "администратор" in await editor.tap("Пробный пост")
    assert len(owner.texts(CHANNEL)) == 0
    assert await editor.managed() == []
    assert "Пока ни одного" in await ask(owner.telegram, EDITOR, "/chats")


@pytest.mark.parametrize("data", ["v1.9999:topics:list:0", actions.CHATS_PAUSE()])  # the second names no chat
async def test_a_forged_destination_shows_the_list(owner: Owner, data: str) -> None:
    await owner.chosen()
    assert "current screen" in await owner.press(data)
    await owner.telegram.wait_for(lambda: "Your channels" in owner.texts()[-1], timeout=10)


async def test_a_paused_channel_stays_paused_while_it_is_set_up(owner: Owner) -> None:
    await owner.chosen()
    await owner.tap("All settings")
    assert "Paused" in await owner.tap("⏸ Pause")
    await owner.press(for_destination(actions.CHATS_TOPIC("energy", True), await owner.destination(CHANNEL)))
    assert await owner.state(CHANNEL) is ChatState.STOPPED
    await owner.tap("All settings")
    assert "Posting is on" in await owner.tap("▶️ Resume")
    assert await owner.state(CHANNEL) is ChatState.ACTIVE


async def test_the_bot_leaves_and_forgets_the_channel(owner: Owner) -> None:
    await owner.chosen()
    await owner.tap("All settings")
    await owner.tap("🚪 Remove the bot")
    assert "I've left “Almaty & <Co>”" in await owner.tap("🚪 Remove the bot")
    assert not owner.telegram.world.chats[CHANNEL].bot.present
    assert await owner.stored(CHANNEL) is None
    assert await owner.managed() == []
    await ask(owner.telegram, OWNER, "/help")
    assert await owner.stored(CHANNEL) is None  # nor does the update about that store it again


async def test_a_test_post_has_the_form_of_the_channel_and_can_be_deleted(owner: Owner) -> None:
    await owner.chosen()
    await owner.tap("All settings")
    await owner.tap("✍️ Post format")
    await owner.tap("✎ Signature")
    assert "at most 100" in await ask(owner.telegram, OWNER, "x" * 101)
    assert "Signature: <i>@almaty</i>" in await ask(owner.telegram, OWNER, "<i>@almaty</i>")
    await owner.tap("✓ Lead")
    form = await owner.stored(CHANNEL)
    assert form is not None
    assert (form.post_form.signature, form.post_form.lead) == ("<i>@almaty</i>", False)
    await owner.press(for_destination(actions.CHATS_TEST(), await owner.destination(CHANNEL)))
    [post] = owner.texts(CHANNEL)
    assert post.startswith("🧪 Test post\nUzbek Cotton Harvest Ends Early")
    assert "two weeks" not in post
    assert post.endswith("<i>@almaty</i>")
    await owner.tap("Delete the post")
    assert owner.texts(CHANNEL) == []


async def test_a_person_who_may_not_delete_messages_deletes_none_by_a_forged_button(owner: Owner) -> None:
    await owner.chosen()
    owner.telegram.promote(CHANNEL, OWNER, owner.telegram.world.bot["id"], [*POSTING, "can_delete_messages"])
    owner.telegram.promote(CHANNEL, OWNER, EDITOR, ["can_post_messages"])
    await ask(owner.telegram, EDITOR, "/help")
    number = owner.telegram.say(OWNER, "my own post", CHANNEL)["message_id"]
    editor = Owner(owner.telegram, owner.database, EDITOR)
    forged = for_destination(actions.CHATS_TEST_DELETE(number), await owner.destination(CHANNEL))
    assert "нет права удалять" in await editor.press(forged)
    assert owner.texts(CHANNEL) == ["my own post"]


async def test_a_setup_is_copied_in_two_taps(owner: Owner) -> None:
    await owner.chosen()
    await owner.tap("All of Central Asia")
    source = await owner.destination(CHANNEL)
    await owner.press(for_destination("v1:digest:at:480:1", source))
    await owner.press(for_destination(actions.CHATS_SHOW("hashtags", True), source))
    owner.telegram.add_channel(OTHER, "Second", [], [OWNER], bot_rights=POSTING)
    await owner.chosen(OTHER)
    await owner.tap("Energy")
    await owner.tap("All settings")
    await owner.tap("Copy from")
    assert "Copy from “Almaty & <Co>”?" in await owner.tap("Almaty & <Co>")
    assert "New topics and alerts: 5" in await owner.tap("Copy")
    assert len(await owner.followed(OTHER)) == 6
    copy = await owner.stored(OTHER)
    assert copy is not None
    assert (copy.digest_times, copy.post_form.hashtags, copy.next_digest_at is not None) == ((480,), True, True)


async def test_the_setup_of_another_s_chat_is_not_copied(owner: Owner) -> None:
    await owner.chosen()
    owner.telegram.add_channel(OTHER, "Another's", [], [EDITOR], bot_rights=POSTING)
    await ask(owner.telegram, EDITOR, "/help")
    editor = Owner(owner.telegram, owner.database, EDITOR)
    await editor.chosen(OTHER)
    await editor.tap("Вся Центральная Азия")
    source = await owner.destination(OTHER)
    here = await owner.destination(CHANNEL)
    for data in (actions.CHATS_COPY_ASK(source), actions.CHATS_COPY_NOW(source)):
        assert "Only admins" in await owner.press(for_destination(data, here))
    assert await owner.followed(CHANNEL) == []


async def test_a_forum_gets_one_topic_for_each_theme_however_often_it_is_asked_for(owner: Owner) -> None:
    telegram = owner.telegram
    telegram.add_group(GROUP, "Forum", [], [OWNER], bot_is_admin=True)
    telegram.make_forum(GROUP, OWNER)
    await owner.chosen(GROUP)
    await owner.tap("All settings")
    await owner.tap("Forum topics")
    assert "Forum › Energy" in await owner.tap("Energy")
    here = await owner.destination(GROUP)
    assert "Forum › Energy" in await owner.press(for_destination(actions.CHATS_THREAD("energy"), here))
    assert len(telegram.calls_of("createForumTopic")) == 1
    thread = await owner.thread(GROUP)
    assert await owner.followed(GROUP, thread.thread_id) == ["energy"]
    await owner.press(for_destination(actions.CHATS_TEST(), thread.id))
    assert telegram.messages(GROUP)[-1]["message_thread_id"] == thread.thread_id
    await owner.press(for_destination(actions.CHATS_ONE(), thread.id))
    await owner.tap("Don't post here")
    assert await owner.followed(GROUP, thread.thread_id) == []


@pytest.mark.parametrize(("forum", "answer"), [(False, "Topics are off in this group"), (True, "Manage topics")])
async def test_a_topic_of_a_forum_that_cannot_be_created_is_explained(owner: Owner, forum: bool, answer: str) -> None:
    owner.telegram.add_group(GROUP, "Forum", [], [OWNER], bot_is_admin=not forum)
    if forum:
        owner.telegram.make_forum(GROUP, OWNER)
    await owner.chosen(GROUP)
    here = await owner.destination(GROUP)
    for _ in range(2):  # the place is free again after the first refusal
        assert answer in await owner.press(for_destination(actions.CHATS_THREAD("energy"), here))
    assert len(owner.telegram.calls_of("createForumTopic")) == 2


@pytest.mark.parametrize("typed", ["@almaty_today", "https://t.me/Almaty_Today", "t.me/almaty_today/"])
async def test_a_typed_name_is_a_choice_too(owner: Owner, typed: str) -> None:
    owner.telegram.add_channel(OTHER, "Named", [], [OWNER], username="almaty_today", bot_rights=POSTING)
    await ask(owner.telegram, OWNER, "/chats")
    await owner.tap("Add a channel")
    owner.telegram.say(OWNER, typed)
    await owner.telegram.wait_for(lambda: any("Done" in text for text in owner.texts()), timeout=10)
    assert await owner.managed() == [OTHER]


@pytest.mark.parametrize(
    ("typed", "answer"), [("@nobody_there", "can't find"), ("kzt", "KZT"), ("@almaty_today", "not in")]
)
async def test_other_words_instead_of_a_choice(owner: Owner, typed: str, answer: str) -> None:
    owner.telegram.add_channel(OTHER, "Named", [], [OWNER], username="almaty_today")
    await ask(owner.telegram, OWNER, "/chats")
    await owner.tap("Add a channel")
    assert answer in await ask(owner.telegram, OWNER, typed)
    assert await owner.managed() == []


async def test_chats_are_set_up_in_private_only(owner: Owner) -> None:
    owner.telegram.add_group(GROUP, "Traders", [], [OWNER])
    owner.telegram.say(OWNER, "/chats", GROUP)
    await owner.telegram.wait_for(lambda: len(owner.texts(GROUP)) == 2, timeout=10)
    [answer] = owner.telegram.messages(GROUP)[-1:]
    assert "private chat" in answer["text"]
    assert answer["reply_markup"]["inline_keyboard"][0][0]["url"].endswith("?start=chats")
    owner.telegram.say(OWNER, "/start chats")
    await owner.telegram.wait_for(lambda: "Your channels" in owner.texts()[-1], timeout=10)


async def test_the_data_of_a_person_names_their_chats_and_forgetting_them_leaves_the_channel(owner: Owner) -> None:
    await owner.chosen()
    async with owner.database.read() as connection:
        [managed] = (await personal_data.everything(connection, OWNER))["managed_chats"]
    assert (managed["chat_id"], managed["title"]) == (CHANNEL, "Almaty & <Co>")
    await ask(owner.telegram, OWNER, "/forget")
    await owner.tap("delete everything")
    assert await owner.managed() == []
    assert await owner.state(CHANNEL) is ChatState.ACTIVE

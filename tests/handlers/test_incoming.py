"""Messages of every form are answered, and service messages are not."""

from __future__ import annotations

import base64
import json
import os
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import text as sql

from handlers.incoming import CONTENT
from storage import alerts, topics
from storage.chats import get
from storage.database import Database
from tests.handlers.conftest import NOW, print_rates, publish
from tests.handlers.talk import GROUP, PERSON, Talk

# Of a restricted member (Bot API, ChatMemberRestricted).
RIGHTS = (
    *("can_send_messages", "can_send_audios", "can_send_documents", "can_send_photos", "can_send_videos"),
    *("can_send_video_notes", "can_send_voice_notes", "can_send_polls", "can_send_other_messages"),
    *("can_add_web_page_previews", "can_change_info", "can_invite_users", "can_pin_messages", "can_manage_topics"),
    *("can_edit_tag", "can_react_to_messages"),
)
WORDS_ONLY = "I only understand text. All commands: /help"
USER = {"id": 9, "is_bot": False, "first_name": "Bo"}
FILE = {"file_id": "f", "file_unique_id": "u"}
PHOTO = {"photo": [FILE | {"width": 9, "height": 9}]}
VOICE = {"voice": FILE | {"duration": 2}}
SERVICE: dict[str, Any] = {
    "pinned_message": {"message_id": 3, "date": 5, "chat": {"id": PERSON, "type": "private"}, "text": "/rates"},
    "message_auto_delete_timer_changed": {"message_auto_delete_time": 60},
    "chat_background_set": {"type": {"type": "chat_theme", "theme_name": "🎉"}},
    "successful_payment": {
        "currency": "XTR", "total_amount": 1, "invoice_payload": "x",
        "telegram_payment_charge_id": "y", "provider_payment_charge_id": "z",
    },
    "refunded_payment": {
        "currency": "XTR", "total_amount": 1, "invoice_payload": "x", "telegram_payment_charge_id": "y",
    },
    "boost_added": {"boost_count": 1},
    "gift_upgrade_sent": {"unheard": "of"},
    "forum_topic_created": {"name": "Rates", "icon_color": 7},
    "forum_topic_edited": {"name": "News"},
    "forum_topic_closed": {},
    "forum_topic_reopened": {},
    "general_forum_topic_hidden": {},
    "write_access_allowed": {"from_request": True},
    "users_shared": {"request_id": 1, "users": [{"user_id": 9}]},
    "web_app_data": {"data": "/rates", "button_text": "x"},
    "proximity_alert_triggered": {"traveler": USER, "watcher": USER, "distance": 10},
    "video_chat_started": {},
    "video_chat_ended": {"duration": 5},
    "new_chat_members": [USER],
    "left_chat_member": USER,
    "new_chat_title": "/rates",
    "new_chat_photo": [FILE | {"width": 9, "height": 9}],
    "delete_chat_photo": True,
    "connected_website": "example.org",
    "checklist_tasks_done": {"marked_as_done_task_ids": [1]},
    "giveaway_created": {},
    "passport_data": {"data": [], "credentials": {"data": "", "hash": "", "secret": ""}},
    "thing_of_the_next_version": {"text": "/rates"},
}  # fmt: skip
SENT: dict[str, Any] = {
    **PHOTO,
    **VOICE,
    "video": FILE | {"width": 9, "height": 9, "duration": 2},
    "document": FILE,
    "sticker": FILE | {"type": "regular", "width": 9, "height": 9, "is_animated": False, "is_video": False},
    "location": {"latitude": 43.2, "longitude": 76.9},
    "contact": {"phone_number": "+7700", "first_name": "Bo"},
    "dice": {"emoji": "🎲", "value": 4},
    "animation": FILE | {"width": 9, "height": 9, "duration": 2},
    "audio": FILE | {"duration": 2},
    "video_note": FILE | {"length": 9, "duration": 2},
    "story": {"chat": {"id": 5, "type": "private"}, "id": 1},
    "rich_message": {"blocks": []},
}


@pytest.fixture
async def talk(database: Database) -> Talk:
    """A dispatcher over two rates and an article."""
    await print_rates(database, "nbk", NOW.date(), USDKZT="515.46", EURKZT="598.11", USDKGS="87.45")
    await publish(database, "A bridge to nothing", "Bridge opens")
    return Talk(database)


def failures(talk: Talk) -> float | None:
    """Return how many updates failed."""
    return talk.metrics.registry.get_sample_value("jarchi_updates_failed_total")


@pytest.mark.parametrize("name", SERVICE)
async def test_a_service_message_gets_no_answer(talk: Talk, name: str) -> None:
    assert await talk.send({name: SERVICE[name]}) == []
    assert await talk.send({name: SERVICE[name]}, GROUP) == []
    async with talk.database.read() as connection:
        assert (await connection.execute(sql("SELECT count(*) FROM chats"))).scalar_one() == 0


async def test_service_messages_are_no_actions_of_a_person(talk: Talk) -> None:
    for _ in range(50):
        assert await talk.send({"forum_topic_closed": {}}) == []
    assert len(await talk.send("/privacy")) == 1


@pytest.mark.parametrize("name", SENT)
async def test_content_that_a_person_sent_is_answered_in_their_own_chat(talk: Talk, name: str) -> None:
    assert await talk.send({name: SENT[name]}) == [WORDS_ONLY]
    assert await talk.send({name: SENT[name]}, GROUP) == []


async def test_every_field_of_the_published_schema_is_content_or_gets_no_answer(talk: Talk) -> None:
    shared = os.environ.get("JARCHI_SHARED")
    if not shared:
        pytest.skip("JARCHI_SHARED names no folder with the published schema")
    schema = json.loads((Path(shared) / "botapi" / "api.json").read_text(encoding="utf-8"))
    fields = {field["name"]: field["description"] for field in schema["types"]["Message"]["fields"]}
    assert set(CONTENT) <= set(fields)
    services = [name for name, about in fields.items() if "ervice message" in about]
    assert len(services) > 40
    assert not set(services) & set(CONTENT)


@pytest.mark.parametrize("blank", ["\n", "\t", "\u00a0", "\u2009", "\u3000", " \r\n ", "\u2028"])
async def test_any_white_space_ends_a_command(talk: Talk, blank: str) -> None:
    assert "EUR/KZT above 600" in (await talk.send(f"/alert{blank}eur{blank}kzt > 600"))[0]
    assert (await talk.send(f"/rates{blank}kzt")) == (await talk.send("/rates kzt"))
    assert (await talk.send(f"/search{blank}bridge{blank}nothing")) == (await talk.send("/search bridge nothing"))
    assert (await talk.send(f"/rates@crierbot{blank}kzt", GROUP)) == (await talk.send("/rates kzt", GROUP))
    async with talk.database.read() as connection:
        [stored] = await alerts.of_chat(connection, PERSON)
    assert (stored.rule.pair.base, stored.rule.pair.quote) == ("EUR", "KZT")


@pytest.mark.parametrize(
    "mark", ["\u200e", "\u200f", "\u202b", "\u2067", "\ufeff", "\u200b", "\u2060", "\u00ad", "\ufe0f"]
)
async def test_invisible_marks_change_nothing(talk: Talk, mark: str) -> None:
    for typed in ("/rates kzt", "100 usd in kzt", "/nonsense"):
        marked = mark + mark.join(typed) + mark
        assert await talk.send(marked) == await talk.send(typed)
    assert await talk.send(f"{mark}/rates{mark}@CrierBot kzt", GROUP) == await talk.send("/rates kzt", GROUP)
    assert await talk.send(mark * 3) == [WORDS_ONLY]


async def test_invisible_marks_do_not_matter_in_prompts_links_captions_and_cards(talk: Talk) -> None:
    await talk.send("/rates")
    async with talk.database.write() as connection:
        await connection.execute(
            sql("UPDATE chats SET awaiting = 'alerts.level USD:KZT', awaiting_until = :until"),
            {"until": NOW.replace(hour=7).isoformat(sep=" ")},
        )
    assert "USD/KZT above 530" in (await talk.send("\u202ausd kzt\u200b > 530\u202c"))[0]
    link = base64.urlsafe_b64encode("\u200fbrid\u00adge".encode()).decode().rstrip("=")
    assert any("bridge" in text for text in await talk.send(f"\ufeff/start sub_{link}"))
    async with talk.database.read() as connection:
        assert [query.text for query in await topics.queries_after(connection, 0)] == ["bridge"]
    assert await talk.send(PHOTO | {"caption": "\u2066/rates kzt\u2069"}) == await talk.send("/rates kzt")
    user = {"id": PERSON, "is_bot": False, "first_name": "Ann", "language_code": "en"}
    await talk.update("inline_query", {"id": "1", "from": user, "query": "\u200ebrid\u2060ge", "offset": ""})
    assert {card.title for card in talk.bot.results} == {"A bridge to nothing", "Bridge opens"}


@pytest.mark.parametrize("content", [PHOTO, VOICE, {"document": FILE}])
async def test_a_caption_is_read_like_a_text(talk: Talk, content: dict[str, Any]) -> None:
    for typed in ("/rates\nkzt", "100 usd in kzt", "/RATES@CrierBot"):
        assert await talk.send(content | {"caption": typed}) == await talk.send(typed)
    assert await talk.send(content | {"caption": "/rates@OtherBot"}, GROUP) == []
    assert await talk.send(content | {"caption": "look, camels"}, GROUP) == []


async def test_an_album_is_answered_by_its_caption_alone(talk: Talk) -> None:
    album = PHOTO | {"media_group_id": "1"}
    assert await talk.send(album) == []
    assert await talk.send(album | {"caption": "100 usd in kzt"}) == await talk.send("100 usd in kzt")
    for _ in range(30):
        assert await talk.send(album) == []


@pytest.mark.parametrize(
    "typed", ["/ rates kzt", "／rates kzt", "/Rates, kzt", "@CrierBot /rates kzt", "/rates @crierbot kzt"]
)
async def test_commands_are_done_as_they_were_meant(talk: Talk, typed: str) -> None:
    assert await talk.send(typed) == await talk.send("/rates kzt")
    assert await talk.send(typed, GROUP) == await talk.send("/rates kzt", GROUP)


async def test_an_unknown_command_is_left_alone_in_groups_and_answered_in_private(talk: Talk) -> None:
    for typed in ("/usr/bin/python", "/ ratez kzt", "/rates@OtherBot\nkzt", "/unheardof"):
        assert await talk.send(typed, GROUP) == []
    assert "Did you mean /rates?" in (await talk.send("/ ratez kzt"))[0]
    assert await talk.send("/rates@OtherBot\nkzt") == []


async def test_a_migration_is_done_though_it_is_a_service_message(talk: Talk) -> None:
    await talk.send("/rates", GROUP)
    assert await talk.send({"migrate_to_chat_id": -1_000_200}, GROUP) == []
    async with talk.database.read() as connection:
        assert await get(connection, GROUP) is None
        assert await get(connection, -1_000_200) is not None


async def test_a_migration_is_done_by_the_message_of_the_new_group_too(talk: Talk) -> None:
    await talk.send("/rates", GROUP)
    for said in ((-1_000_200, {"migrate_from_chat_id": GROUP}), (GROUP, {"migrate_to_chat_id": -1_000_200})):
        assert await talk.send(said[1], said[0]) == []
        async with talk.database.read() as connection:
            assert await get(connection, GROUP) is None
            assert await get(connection, -1_000_200) is not None


async def test_messages_of_people_to_a_channel_are_not_for_the_bot(talk: Talk) -> None:
    chat = {"id": -300, "type": "supergroup", "title": "Bazaar", "is_forum": True, "is_direct_messages": True}
    message = talk.message({"text": "/rates"}) | {"chat": chat}
    assert await talk.update("message", message) == []
    assert await talk.edit(message, "/rates kzt") == []


@pytest.mark.parametrize("text", [True, 5, ["/rates"], {"text": "/rates"}])
async def test_a_text_that_is_no_text_is_counted_and_its_neighbours_are_answered(talk: Talk, text: Any) -> None:
    assert await talk.send({"text": text}) == []
    assert await talk.send(PHOTO | {"caption": text}) == []
    assert failures(talk) == 2
    assert len(await talk.send("/rates")) == 1


@pytest.mark.parametrize(
    "where",
    [
        {"inline_message_id": "x"},
        {"message": {"message_id": 4, "date": 0, "chat": {"id": -7, "type": "channel"}}},
    ],
)
async def test_a_button_without_a_message_of_ours_is_answered(talk: Talk, where: dict[str, Any]) -> None:
    press = {"id": "1", "from": USER, "chat_instance": "1", "data": "v1:rates:show"}
    assert await talk.update("callback_query", press | where) == []
    assert talk.bot.callback_answers == ["This button is out of date. Please send the command again."]


async def test_an_answer_to_a_button_that_comes_too_late_is_no_fault_of_ours(talk: Talk) -> None:
    talk.bot.late = True
    chat = {"id": PERSON, "type": "private", "first_name": "Ann"}
    message = {"message_id": 4, "date": 1, "chat": chat, "text": "x"}
    press = {"id": "1", "from": USER, "chat_instance": "1", "data": "v1:settings:all", "message": message}
    await talk.update("callback_query", press)
    assert failures(talk) == 0


@pytest.mark.parametrize(
    ("change", "state"),
    [
        ({"status": "kicked", "until_date": 0}, "gone"),
        ({"status": "left"}, "gone"),
        ({"status": "restricted", "is_member": False}, "gone"),
        ({"status": "restricted", "is_member": True}, "paused"),
        ({"status": "restricted", "is_member": True, "can_send_messages": True}, "active"),
        ({"status": "member"}, "active"),
    ],
)
async def test_the_state_of_a_chat_follows_the_membership_of_the_bot(
    talk: Talk, change: dict[str, Any], state: str
) -> None:
    await talk.send("/rates", GROUP)
    bot = {"id": 1, "is_bot": True, "first_name": "J"}
    rights = {} if change["status"] != "restricted" else dict.fromkeys(RIGHTS, False) | {"until_date": 0}
    await talk.update(
        "my_chat_member",
        {
            "chat": {"id": GROUP, "type": "supergroup", "title": "Bazaar"},
            "from": USER,
            "date": int(NOW.timestamp()),
            "old_chat_member": {"status": "member", "user": bot},
            "new_chat_member": rights | change | {"user": bot},
        },
    )
    async with talk.database.read() as connection:
        chat = await get(connection, GROUP)
    assert chat is not None
    assert chat.state == state

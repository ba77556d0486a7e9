"""Inline mode: the query as the bot gets it, what the server refuses of an answer, and the card that becomes a message."""

from collections.abc import Awaitable, Callable
from typing import Any

import pytest

from bot.demo.telegram import EmbeddedTelegram
from tests.demo.telegram.conftest import StandingClock

ANN, BEK, GROUP, CHANNEL = 5, 6, -1_001_000_000_001, -1_001_000_000_002
Api = Callable[..., Awaitable[dict[str, Any]]]

OPEN = {"inline_keyboard": [[{"text": "Open", "url": "https://example.org/1"}]]}


def card(number: str = "1", **fields: object) -> dict[str, Any]:
    said = {"message_text": "<b>Gold</b> rose", "parse_mode": "HTML"}
    return {"type": "article", "id": number, "title": "Gold", "input_message_content": said, **fields}


async def test_a_query_comes_as_an_update_wherever_it_is_typed(tg: EmbeddedTelegram, api: Api) -> None:
    tg.ask_inline(ANN, "gold")
    tg.ask_inline(BEK, "x" * 300, GROUP)
    [first, second] = [update["inline_query"] for update in (await api("getUpdates"))["result"]]
    assert (first["from"]["id"], first["query"], first["offset"], first["chat_type"]) == (ANN, "gold", "", "sender")
    assert (second["from"]["language_code"], len(second["query"]), second["chat_type"]) == ("ru", 256, "supergroup")


async def test_a_chosen_card_is_a_message_of_the_person_by_way_of_the_bot(tg: EmbeddedTelegram, api: Api) -> None:
    query = tg.ask_inline(BEK, "gold", GROUP)["id"]
    answered = await api("answerInlineQuery", inline_query_id=query, results=[card(), card("2", reply_markup=OPEN)])
    assert answered == {"ok": True, "result": True}
    assert tg.messages(GROUP) == []
    chosen = tg.choose(BEK, query, "2")
    assert tg.messages(GROUP) == [chosen]
    assert (chosen["text"], chosen["from"]["id"], chosen["via_bot"]["username"]) == ("Gold rose", BEK, "JarchiBot")
    assert chosen["entities"] == [{"type": "bold", "offset": 0, "length": 4}]
    assert chosen["reply_markup"] == OPEN
    assert (await api("getUpdates"))["result"][-1]["message"] == chosen
    for person, card_id in ((ANN, "1"), (BEK, "3")):
        with pytest.raises(ValueError, match="no card"):
            tg.choose(person, query, card_id)


@pytest.mark.parametrize(
    ("results", "reason"),
    [
        ([card(str(n)) for n in range(51)], "RESULTS_TOO_MUCH"),
        ([card(), card()], "RESULT_ID_DUPLICATE"),
        ([card("")], "RESULT_ID_INVALID"),
        ([card("я" * 33)], "RESULT_ID_INVALID"),
        ([card(title=" ")], "can't parse inline query result: title must be non-empty"),
        ([card(type="photo")], "can't parse inline query result: only articles and cached photos are known here"),
        ([card(input_message_content=None)], "can't parse inline query result: input_message_content is missing"),
        ([card(input_message_content={"message_text": ""})], "message text is empty"),
        ([card(reply_markup={"inline_keyboard": [[{"text": "x", "callback_data": "y" * 65}]]})], "BUTTON_DATA_INVALID"),
        (["gold"], "can't parse inline query result: expected an Object"),
        (None, "can't parse inline query results: expected an Array"),
    ],
)
async def test_a_wrong_answer_is_refused(tg: EmbeddedTelegram, api: Api, results: object, reason: str) -> None:
    query = tg.ask_inline(ANN, "gold")["id"]
    answer = await api("answerInlineQuery", inline_query_id=query, results=results)
    assert answer["description"] == f"Bad Request: {reason}"


@pytest.mark.parametrize(
    "button", [{"text": "Hear", "start_parameter": "a b"}, {"text": "Hear", "start_parameter": "a" * 65}, {"text": "H"}]
)
async def test_a_wrong_button_is_refused(tg: EmbeddedTelegram, api: Api, button: dict[str, str]) -> None:
    query = tg.ask_inline(ANN, "gold")["id"]
    answer = await api("answerInlineQuery", inline_query_id=query, results=[], button=button)
    assert answer["description"] == "Bad Request: START_PARAM_INVALID"


async def test_a_query_is_answered_once_and_in_time(tg: EmbeddedTelegram, api: Api, clock: StandingClock) -> None:
    late, twice = tg.ask_inline(ANN, "gold")["id"], tg.ask_inline(ANN, "golden")["id"]
    assert (await api("answerInlineQuery", inline_query_id=twice, results=[]))["ok"]
    assert not (await api("answerInlineQuery", inline_query_id=twice, results=[]))["ok"]
    clock.now += 11
    answer = await api("answerInlineQuery", inline_query_id=late, results=[])
    assert "query is too old" in answer["description"]
    assert not (await api("answerInlineQuery", inline_query_id="7", results=[]))["ok"]


async def test_a_cached_photo_is_a_card_and_a_message(tg: EmbeddedTelegram, api: Api) -> None:
    file = tg.world.add_file("photo", "a.png", "image/png", b"x", 9, 9).file_id
    document = tg.world.add_file("document", "a.txt", "text/plain", b"x").file_id
    query = tg.ask_inline(BEK, "gold", GROUP)["id"]
    photo = {"type": "photo", "id": "1", "photo_file_id": file, "caption": "<b>480</b>", "parse_mode": "HTML"}
    for wrong, reason in (
        ("unknown", "wrong file identifier/HTTP URL specified"),
        (document, "can't use file of type Document as Photo"),
    ):
        answer = await api("answerInlineQuery", inline_query_id=query, results=[photo | {"photo_file_id": wrong}])
        assert answer["description"] == f"Bad Request: {reason}"
    text = {"message_text": "480"}
    results = [photo, photo | {"id": "2", "input_message_content": text, "reply_markup": OPEN}]
    assert (await api("answerInlineQuery", inline_query_id=query, results=results))["ok"]
    chosen = tg.choose(BEK, query, "1")
    assert (chosen["caption"], chosen["photo"][0]["file_id"]) == ("480", file)
    other = tg.choose(BEK, query, "2")
    assert (other["text"], other["reply_markup"], "photo" in other) == ("480", OPEN, False)


async def test_the_query_names_the_kind_of_its_chat(tg: EmbeddedTelegram, api: Api) -> None:
    tg.add_channel(CHANNEL, "Market", [BEK], [ANN], bot_rights=["can_post_messages"])
    tg.add_group(-7, "Village", [BEK], [ANN])
    kinds = [tg.ask_inline(ANN, "gold", chat)["chat_type"] for chat in (None, BEK, -7, GROUP, CHANNEL)]
    assert kinds == ["sender", "private", "group", "supergroup", "channel"]
    for person, reaches in ((ANN, True), (BEK, False)):
        query = tg.ask_inline(person, "gold", CHANNEL)["id"]
        await api("answerInlineQuery", inline_query_id=query, results=[card()])
        if reaches:
            tg.choose(person, query, "1")
        else:
            with pytest.raises(ValueError, match="may not post"):
                tg.choose(person, query, "1")
    post = [update["channel_post"] for update in (await api("getUpdates"))["result"] if "channel_post" in update]
    assert [(one["via_bot"]["username"], one["sender_chat"]["id"]) for one in post] == [("JarchiBot", CHANNEL)]


async def test_a_card_in_a_chat_of_two_people_does_not_reach_the_bot(tg: EmbeddedTelegram, api: Api) -> None:
    query = tg.ask_inline(ANN, "gold", BEK)["id"]
    await api("answerInlineQuery", inline_query_id=query, results=[card()])
    chosen = tg.choose(ANN, query, "1")
    assert (chosen["text"], chosen["chat"]["id"], tg.messages(BEK)) == ("Gold rose", BEK, [])
    assert [list(update)[1] for update in (await api("getUpdates"))["result"]] == ["inline_query"]

"""Inline mode: the query as the bot gets it, what the server refuses of an answer, and the card that becomes a message."""

from collections.abc import Awaitable, Callable
from typing import Any

import pytest

from bot.demo.telegram import EmbeddedTelegram
from tests.demo.telegram.conftest import StandingClock

ANN, BEK, GROUP = 5, 6, -1_001_000_000_001
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
        ([card(type="photo")], "can't parse inline query result: only articles are known here"),
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

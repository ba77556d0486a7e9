"""The whole server as the real python-telegram-bot meets it, with its failures, and as a test holds it."""

import asyncio
import datetime as dt
import io
import logging
from collections.abc import Awaitable, Callable
from typing import Any

import aiohttp
import pytest
from telegram import Bot, InlineKeyboardButton, InlineKeyboardMarkup, Update
from telegram.error import (
    BadRequest,
    ChatMigrated,
    Conflict,
    EndPointNotFound,
    Forbidden,
    InvalidToken,
    NetworkError,
    RetryAfter,
    TimedOut,
)
from telegram.ext import Application, CallbackQueryHandler, CommandHandler, ContextTypes
from telegram.request import HTTPXRequest

from bot.demo.telegram import EmbeddedTelegram
from bot.demo.telegram.wire import MAX_REQUEST_BYTES

ANN, BEK, GROUP = 5, 6, -1_001_000_000_001
Api = Callable[..., Awaitable[dict[str, Any]]]


@pytest.fixture
async def bot(tg: EmbeddedTelegram) -> Any:
    async with Bot(tg.token, base_url=f"{tg.url}/bot") as bot:
        yield bot


async def test_an_application_polls_answers_and_edits(tg: EmbeddedTelegram) -> None:
    async def start(update: Update, _context: ContextTypes.DEFAULT_TYPE) -> None:
        assert update.message is not None
        more = InlineKeyboardMarkup([[InlineKeyboardButton("More", callback_data="v1:more")]])
        await update.message.reply_html("<b>Hello</b>", reply_markup=more)

    async def more(update: Update, _context: ContextTypes.DEFAULT_TYPE) -> None:
        assert update.callback_query is not None
        await update.callback_query.answer("Here")
        await update.callback_query.edit_message_text("More")

    app = Application.builder().token(tg.token).base_url(f"{tg.url}/bot").job_queue(None).build()
    app.add_handlers([CommandHandler("start", start), CallbackQueryHandler(more)])
    assert app.updater is not None
    async with app:
        await app.start()
        await app.updater.start_polling()
        tg.say(ANN, "/start")
        hello = await tg.wait_for(lambda: [m for m in tg.messages(ANN) if m["from"]["is_bot"]])
        tg.press(ANN, hello[0]["message_id"], "v1:more")
        await tg.wait_for(lambda: tg.messages(ANN)[-1]["text"] == "More")
        await app.updater.stop()
        await app.stop()
    assert [call.params["text"] for call in tg.calls_of("answerCallbackQuery")] == ["Here"]


@pytest.mark.parametrize(
    ("status", "description", "parameters", "error"),
    [
        (403, "Forbidden: bot was blocked by the user", None, Forbidden),
        (400, "Bad Request: chat not found", None, BadRequest),
        (400, "Bad Request: group chat was upgraded", {"migrate_to_chat_id": -100}, ChatMigrated),
        (429, "Too Many Requests: retry after 7", {"retry_after": 7}, RetryAfter),
        (409, "Conflict: terminated by other getUpdates request", None, Conflict),
        (500, "Internal Server Error", None, NetworkError),
    ],
)
async def test_a_scripted_error_is_met_once_by_the_chat_it_is_for(
    tg: EmbeddedTelegram,
    bot: Bot,
    status: int,
    description: str,
    parameters: dict[str, int] | None,
    error: type[Exception],
) -> None:
    tg.fail_next("sendMessage", chat_id=ANN, status=status, description=description, parameters=parameters)
    await bot.send_message(BEK, "to another")
    with pytest.raises(error):
        await bot.send_message(ANN, "fails")
    await bot.send_message(ANN, "arrives")
    assert [message["text"] for message in tg.messages(ANN)] == ["arrives"]
    assert [call.status for call in tg.calls_of("sendMessage")] == [200, status, 200]


async def test_retry_after_reaches_the_library_as_seconds(tg: EmbeddedTelegram, bot: Bot) -> None:
    tg.fail_next("sendMessage", status=429, description="Too Many Requests", parameters={"retry_after": 7})
    with pytest.raises(RetryAfter) as refusal:
        await bot.send_message(ANN, "x")
    assert refusal.value.retry_after == dt.timedelta(seconds=7)


@pytest.mark.parametrize(("before", "arrived"), [(True, []), (False, ["x"])])
async def test_a_dropped_connection_may_or_may_not_have_delivered(
    tg: EmbeddedTelegram, bot: Bot, before: bool, arrived: list[str]
) -> None:
    tg.drop_next("sendMessage", before=before)
    with pytest.raises(NetworkError):
        await bot.send_message(ANN, "x")
    assert [message["text"] for message in tg.messages(ANN)] == arrived
    assert [call.status for call in tg.calls] == [200, 0]


async def test_a_hanging_answer_times_out_though_the_message_arrived(tg: EmbeddedTelegram, bot: Bot) -> None:
    tg.hang_next("sendMessage", 60)
    with pytest.raises(TimedOut):
        await bot.send_message(ANN, "x", read_timeout=0.05)
    assert [message["text"] for message in tg.messages(ANN)] == ["x"]


async def test_garbage_from_a_proxy_is_a_network_error_and_sends_nothing(
    tg: EmbeddedTelegram, bot: Bot, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.CRITICAL)
    tg.garble_next("sendMessage", times=2)
    for _ in range(2):
        with pytest.raises(NetworkError):
            await bot.send_message(ANN, "x")
    await bot.send_message(ANN, "y")
    assert [message["text"] for message in tg.messages(ANN)] == ["y"]


async def test_only_its_token_and_its_methods_are_served(tg: EmbeddedTelegram, http: aiohttp.ClientSession) -> None:
    async def answer(path: str) -> tuple[int, str]:
        async with http.get(tg.url + path) as response:
            return response.status, (await response.json())["description"]

    assert [await answer(path) for path in ("/bot1:other/getMe", "/botnonsense/getMe", f"/bot{tg.token}/fly")] == [
        (401, "Unauthorized"),
        (404, "Not Found"),
        (404, "Not Found"),
    ]
    assert [await answer(path) for path in ("/file/bot1:other/x", f"/file/bot{tg.token}/x")] == [
        (401, "Unauthorized"),
        (404, "Not Found"),
    ]
    async with HTTPXRequest() as request:
        other_bot = Bot("1:other", base_url=f"{tg.url}/bot", request=request, get_updates_request=request)
        with pytest.raises(InvalidToken):
            await other_bot.get_me()


async def test_an_unknown_method_is_no_end_point_to_the_library(tg: EmbeddedTelegram, bot: Bot) -> None:
    with pytest.raises(EndPointNotFound):
        await bot.do_api_request("sendRichMessage", api_kwargs={"chat_id": ANN})


async def test_parameters_may_come_as_query_form_multipart_or_json(
    tg: EmbeddedTelegram, http: aiohttp.ClientSession
) -> None:
    url = f"{tg.url}/bot{tg.token}/SENDmessage"
    fields = {"chat_id": str(ANN), "text": "123", "unheard_of": "[1]"}
    multipart = aiohttp.FormData(fields, default_to_multipart=True)
    for request in (
        http.get(url, params=fields),
        http.post(url, data=fields),
        http.post(url, data=multipart),
        http.post(url, json={"chat_id": ANN, "text": "123", "unheard_of": [1]}),
    ):
        async with request as response:
            assert response.status == 200
    assert [call.params for call in tg.calls] == [{"chat_id": ANN, "text": "123", "unheard_of": [1]}] * 4
    assert [message["text"] for message in tg.messages(ANN)] == ["123"] * 4


@pytest.mark.parametrize(
    ("body", "sentence"),
    [(b"{", "can't parse JSON object"), (b"[]", "can't parse JSON object: expected an Object")],
)
async def test_broken_json_is_refused(
    tg: EmbeddedTelegram, http: aiohttp.ClientSession, body: bytes, sentence: str
) -> None:
    headers = {"Content-Type": "application/json"}
    async with http.post(f"{tg.url}/bot{tg.token}/getMe", data=body, headers=headers) as response:
        assert (response.status, (await response.json())["description"]) == (400, f"Bad Request: {sentence}")


async def test_too_large_a_request_is_refused(tg: EmbeddedTelegram, http: aiohttp.ClientSession) -> None:
    body = io.BytesIO(b"text=" + b"x" * MAX_REQUEST_BYTES)
    headers = {"Content-Type": "application/x-www-form-urlencoded"}
    async with http.post(f"{tg.url}/bot{tg.token}/sendMessage", data=body, headers=headers) as response:
        assert await response.json() == {"ok": False, "error_code": 413, "description": "Request Entity Too Large"}


async def test_a_call_is_recorded_as_it_was_answered(tg: EmbeddedTelegram, api: Api, clock: Any) -> None:
    await api("sendMessage", chat_id=ANN, text="x")
    clock.now += 5
    await api("sendMessage", chat_id=404, text="x")
    assert [(call.method, call.params["chat_id"], call.at, call.status) for call in tg.calls] == [
        ("sendMessage", ANN, 1_795_000_000.0, 200),
        ("sendMessage", 404, 1_795_000_005.0, 400),
    ]
    assert [tg.calls[0].result, tg.calls[1].result] == [tg.messages(ANN)[0], "Bad Request: chat not found"]


async def test_a_wait_that_times_out_lists_the_last_calls_and_the_faults_not_met(
    tg: EmbeddedTelegram, api: Api
) -> None:
    tg.garble_next("sendPhoto")
    await api("sendMessage", chat_id=ANN, text="x")
    with pytest.raises(TimeoutError) as failure:
        await tg.wait_for(lambda: len(tg.calls) > 1, timeout=0.01)
    assert str(failure.value) == (
        "not within 0.01 s; 1 calls, faults not met: ['garble sendPhoto'], the last calls:\n"
        "  sendMessage 200 {'chat_id': 5, 'text': 'x'}"
    )


async def test_waiting_gives_the_value_that_came_true(tg: EmbeddedTelegram) -> None:
    waiting = asyncio.create_task(tg.wait_for(lambda: tg.messages(ANN)))
    await asyncio.sleep(0)
    tg.say(ANN, "x")
    assert [message["text"] for message in await waiting] == ["x"]


async def test_it_can_be_started_again_and_remembers(tg: EmbeddedTelegram) -> None:
    tg.say(ANN, "before")
    await tg.stop()
    with pytest.raises(RuntimeError, match="not running"):
        _ = tg.url
    await tg.start()
    async with Bot(tg.token, base_url=f"{tg.url}/bot") as bot:
        updates = await bot.get_updates()
    assert [update.message.text for update in updates if update.message] == ["before"]


async def test_a_port_in_use_is_an_error(tg: EmbeddedTelegram) -> None:
    with pytest.raises(OSError):
        await EmbeddedTelegram().start(port=int(tg.url.rpartition(":")[2]))


async def test_recording_can_be_switched_off_and_latency_added(http: aiohttp.ClientSession) -> None:
    async with EmbeddedTelegram(record=False, latency=0.02) as tg:
        began = asyncio.get_running_loop().time()
        async with http.get(f"{tg.url}/bot{tg.token}/getMe") as response:
            assert response.status == 200
        # The loop's clock has whole milliseconds, so a timer may end a fraction of one early.
        assert round(asyncio.get_running_loop().time() - began, 2) >= 0.02
        assert tg.calls == []


def test_a_token_must_look_like_one_and_faults_must_happen() -> None:
    with pytest.raises(ValueError, match="a token begins"):
        EmbeddedTelegram("nonsense")
    with pytest.raises(ValueError, match="times must be"):
        EmbeddedTelegram().hang_next("sendMessage", 1, times=0)

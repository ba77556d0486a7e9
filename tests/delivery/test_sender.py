"""Pictures through our transport: uploaded, sent again by id, put in place of others."""

from __future__ import annotations

import struct
import zlib
from collections.abc import AsyncIterator

import pytest
from telegram import Bot
from telegram.error import BadRequest

from bot.delivery.request import AiohttpRequest
from bot.delivery.sender import Photo, Sender
from bot.demo.telegram import EmbeddedTelegram
from bot.views.message import Button, View

VIEW = View("<b>KZT</b>", ((Button("30 d", data="v1:charts:show:KZT:30d"),),))


def png(side: int) -> bytes:
    """A white square."""

    def chunk(kind: bytes, data: bytes) -> bytes:
        return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))

    rows = zlib.compress((b"\0" + b"\xff" * side) * side)
    header = struct.pack(">IIBBBBB", side, side, 8, 0, 0, 0, 0)
    return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", header) + chunk(b"IDAT", rows) + chunk(b"IEND", b"")


@pytest.fixture
async def telegram() -> AsyncIterator[EmbeddedTelegram]:
    async with EmbeddedTelegram() as telegram:
        yield telegram


@pytest.fixture
async def bot(telegram: EmbeddedTelegram) -> AsyncIterator[Bot]:
    telegram.add_person(1, "Aida")
    telegram.say(1, "/start")
    request = AiohttpRequest()
    bot = Bot(telegram.token, base_url=f"{telegram.url}/bot", base_file_url=f"{telegram.url}/file/bot", request=request)
    async with bot:
        yield bot


async def test_a_picture_is_uploaded_and_sent_again_by_its_id(telegram: EmbeddedTelegram, bot: Bot) -> None:
    known = (await Sender(bot).send_photo(1, 0, VIEW, png(20))).file_id
    again = await Sender(bot).send_photo(1, 0, VIEW, known)
    assert again == Photo(telegram.messages(1)[-1]["message_id"], known)
    file = await bot.get_file(known)
    assert bytes(await file.download_as_bytearray()) == png(20)
    first, second = [message for message in telegram.messages(1) if "photo" in message]
    assert (first["caption"], first["caption_entities"][0]["type"]) == ("KZT", "bold")
    assert first["reply_markup"] == second["reply_markup"]


async def test_a_picture_takes_the_place_of_another_by_upload_or_by_id(telegram: EmbeddedTelegram, bot: Bot) -> None:
    first = (await Sender(bot).send_photo(1, 0, VIEW, png(20))).file_id
    [message] = [message for message in telegram.messages(1) if "photo" in message]
    number = message["message_id"]
    second = await Sender(bot).edit_photo(1, number, VIEW, png(30))
    assert second not in (None, first)
    assert await Sender(bot).edit_photo(1, number, View("<i>new</i>"), first) == first
    [message] = [message for message in telegram.messages(1) if "photo" in message]
    assert (message["caption"], message["photo"][0]["file_id"]) == ("new", first)


async def test_the_same_picture_pressed_again_stays(telegram: EmbeddedTelegram, bot: Bot) -> None:
    known = (await Sender(bot).send_photo(1, 0, VIEW, png(20))).file_id
    number = telegram.messages(1)[-1]["message_id"]
    assert await Sender(bot).edit_photo(1, number, VIEW, known) == known
    assert await Sender(bot).edit_photo(1, number, VIEW, known) == known


async def test_a_picture_whose_message_is_gone_cannot_be_changed(telegram: EmbeddedTelegram, bot: Bot) -> None:
    known = (await Sender(bot).send_photo(1, 0, VIEW, png(20))).file_id
    assert await Sender(bot).edit_photo(1, 999, VIEW, known) is None


async def test_an_unknown_id_is_refused_in_words_that_name_the_file(telegram: EmbeddedTelegram, bot: Bot) -> None:
    with pytest.raises(BadRequest, match="file"):
        await Sender(bot).send_photo(1, 0, VIEW, "AgAC-nothing")
    await Sender(bot).send_photo(1, 0, VIEW, png(20))
    with pytest.raises(BadRequest, match="file"):
        await Sender(bot).edit_photo(1, telegram.messages(1)[-1]["message_id"], VIEW, "AgAC-nothing")

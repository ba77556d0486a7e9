"""Pictures and files: uploaded by the real library, sent again by id, downloaded, edited."""

import struct
import zlib
from collections.abc import AsyncIterator, Awaitable, Callable
from typing import Any

import pytest
from telegram import Bot, InputMediaDocument, InputMediaPhoto
from telegram.error import BadRequest

from bot.demo.telegram import EmbeddedTelegram
from bot.demo.telegram.media import picture_size

ANN = 5
Api = Callable[..., Awaitable[dict[str, Any]]]


def png(width: int, height: int) -> bytes:
    """The smallest honest PNG: header and end."""

    def chunk(kind: bytes, data: bytes) -> bytes:
        return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))

    header = struct.pack(">IIBBBBB", width, height, 8, 0, 0, 0, 0)
    return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", header) + chunk(b"IEND", b"")


def jpeg(width: int, height: int) -> bytes:
    app0 = b"\xff\xe0\x00\x10" + b"JFIF\x00" + bytes(9)
    return b"\xff\xd8" + app0 + b"\xff\xc0\x00\x11\x08" + struct.pack(">HH", height, width) + bytes(10)


@pytest.fixture
async def bot(tg: EmbeddedTelegram) -> AsyncIterator[Bot]:
    async with Bot(tg.token, base_url=f"{tg.url}/bot", base_file_url=f"{tg.url}/file/bot") as bot:
        yield bot


@pytest.mark.parametrize(
    ("content", "size"),
    [
        (png(640, 480), (640, 480)),
        (jpeg(64, 48), (64, 48)),
        (b"GIF89a", (0, 0)),
        (b"\xff\xd8\xff", (0, 0)),
        (b"", (0, 0)),
    ],
)
def test_the_size_of_a_picture_is_read_from_its_header(content: bytes, size: tuple[int, int]) -> None:
    assert picture_size(content) == size


async def test_an_uploaded_picture_can_be_sent_again_by_id_and_downloaded(tg: EmbeddedTelegram, bot: Bot) -> None:
    first = await bot.send_photo(ANN, png(640, 480), caption="<b>Rates</b>", parse_mode="HTML")
    again = await bot.send_photo(ANN, first.photo[-1].file_id)
    assert (first.caption, first.caption_entities[0].type, again.caption) == ("Rates", "bold", None)
    assert [(size.width, size.height, size.file_id) for size in again.photo] == [(640, 480, first.photo[-1].file_id)]
    file = await bot.get_file(again.photo[-1].file_id)
    assert bytes(await file.download_as_bytearray()) == png(640, 480)


async def test_an_uploaded_document_keeps_its_name_and_content(tg: EmbeddedTelegram, bot: Bot) -> None:
    message = await bot.send_document(ANN, b'{"a": 1}', filename="mydata.json", caption="Yours")
    assert message.document is not None
    assert (message.document.file_name, message.document.mime_type, message.document.file_size) == (
        "mydata.json",
        "application/json",
        8,
    )
    assert tg.calls_of("sendDocument")[0].params == {
        "chat_id": ANN,
        "caption": "Yours",
        "document": "attach://document",
    }


async def test_a_picture_can_take_the_place_of_another(tg: EmbeddedTelegram, bot: Bot) -> None:
    message = await bot.send_photo(ANN, png(10, 10), caption="old")
    await bot.edit_message_media(InputMediaPhoto(png(20, 20), caption="new"), ANN, message.message_id)
    await bot.edit_message_caption(ANN, message.message_id, caption="newer")
    (shown,) = tg.messages(ANN)
    assert (shown["photo"][0]["width"], shown["caption"]) == (20, "newer")
    await bot.edit_message_media(InputMediaDocument(b"x", filename="x.txt"), ANN, message.message_id)
    (shown,) = tg.messages(ANN)
    assert (shown["document"]["file_name"], "photo" in shown, "caption" in shown) == ("x.txt", False, False)


@pytest.mark.parametrize(
    ("content", "sentence"),
    [
        (b"<svg>", "Image_process_failed"),
        (png(9000, 1001), "Photo_invalid_dimensions"),
        (png(210, 10), "Photo_invalid_dimensions"),
        (png(10, 10) + bytes(10 * 1024 * 1024), "is too big for a photo; the maximum size is 10485760 bytes"),
        (b"", "File must be non-empty"),
    ],
)
async def test_what_is_no_picture_is_refused(tg: EmbeddedTelegram, bot: Bot, content: bytes, sentence: str) -> None:
    with pytest.raises(BadRequest, match=sentence):
        await bot.send_photo(ANN, content, filename="x.png")
    assert tg.messages(ANN) == []


async def test_unknown_and_mistaken_file_ids_are_refused(tg: EmbeddedTelegram, bot: Bot, api: Api) -> None:
    document = (await bot.send_document(ANN, b"x", filename="x.txt")).document
    assert document is not None
    answers = [
        await api("sendPhoto", chat_id=ANN, photo=photo)
        for photo in ("AgAC-nothing", document.file_id, "https://a.org/x.png", "attach://gone", "")
    ]
    assert [answer["description"].removeprefix("Bad Request: ") for answer in answers] == [
        "wrong file identifier/HTTP URL specified",
        "can't use file of type Document as Photo",
        "failed to get HTTP URL content",
        "there is no photo in the request",
        "there is no photo in the request",
    ]
    unknown = await api("getFile", file_id="nothing")
    assert unknown["description"] == "Bad Request: wrong file_id or the file is temporarily unavailable"


async def test_a_caption_has_its_own_limit(tg: EmbeddedTelegram, bot: Bot) -> None:
    with pytest.raises(BadRequest, match="Message caption is too long"):
        await bot.send_photo(ANN, png(10, 10), caption="x" * 1025)
    await bot.send_photo(ANN, png(10, 10), caption="x" * 1024)
    assert [len(message["caption"]) for message in tg.messages(ANN)] == [1024]

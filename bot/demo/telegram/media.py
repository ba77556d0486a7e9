"""Pictures and files: uploaded, or sent again by file_id."""

from __future__ import annotations

import struct

from bot.demo.telegram.records import StoredFile
from bot.demo.telegram.wire import JSON, Params, Upload, bad_request
from bot.demo.telegram.world import World

# https://core.telegram.org/bots/api#sendphoto
MAX_PHOTO_BYTES = 10 * 1024 * 1024
MAX_PHOTO_SIDES = 10_000
MAX_PHOTO_RATIO = 20


def photo_content(world: World, params: Params, source: str, name: str) -> JSON:
    """Return the `photo` of a message. `source` is a file_id or "attach://part"; `name` is its parameter."""
    upload = _upload(params, source, name)
    if upload is None:
        file = _known(world, source, "photo")
    else:
        if len(upload.content) > MAX_PHOTO_BYTES:
            raise bad_request(
                f"file of size {len(upload.content)} bytes is too big for a photo;"
                f" the maximum size is {MAX_PHOTO_BYTES} bytes"
            )
        width, height = picture_size(upload.content)
        if not width or not height:
            raise bad_request("IMAGE_PROCESS_FAILED")
        if width + height > MAX_PHOTO_SIDES or max(width, height) > MAX_PHOTO_RATIO * min(width, height):
            raise bad_request("PHOTO_INVALID_DIMENSIONS")
        file = world.add_file("photo", upload.name, upload.mime, upload.content, width, height)
    size = {
        "file_id": file.file_id,
        "file_unique_id": file.unique_id,
        "width": file.width,
        "height": file.height,
        "file_size": len(file.content),
    }
    return {"photo": [size]}


def document_content(world: World, params: Params, source: str, name: str) -> JSON:
    """Return the `document` of a message. `source` is a file_id or "attach://part"; `name` is its parameter."""
    upload = _upload(params, source, name)
    if upload is None:
        file = _known(world, source, "document")
    else:
        file = world.add_file("document", upload.name, upload.mime, upload.content)
    document = {
        "file_id": file.file_id,
        "file_unique_id": file.unique_id,
        "file_name": file.name,
        "mime_type": file.mime,
        "file_size": len(file.content),
    }
    return {"document": document}


def get_file(world: World, params: Params) -> JSON:
    """Return the download path of a file."""
    file = world.files.get(params.text("file_id"))
    if file is None:
        raise bad_request("wrong file_id or the file is temporarily unavailable")
    return {
        "file_id": file.file_id,
        "file_unique_id": file.unique_id,
        "file_size": len(file.content),
        "file_path": file.path,
    }


def picture_size(content: bytes) -> tuple[int, int]:
    """Return width and height in pixels of a PNG or JPEG; (0, 0) for anything else."""
    if content.startswith(b"\x89PNG\r\n\x1a\n") and content[12:16] == b"IHDR" and len(content) >= 24:
        width, height = struct.unpack(">II", content[16:24])
        return width, height
    if not content.startswith(b"\xff\xd8"):
        return 0, 0
    position = 2
    while position + 9 <= len(content) and content[position] == 0xFF:
        marker = content[position + 1]
        length = int.from_bytes(content[position + 2 : position + 4], "big")
        # Start of frame: 0xC0 to 0xCF without the tables that share the range.
        if 0xC0 <= marker <= 0xCF and marker not in (0xC4, 0xC8, 0xCC):
            height, width = struct.unpack(">HH", content[position + 5 : position + 9])
            return width, height
        position += 2 + max(length, 2)
    return 0, 0


def _upload(params: Params, source: str, name: str) -> Upload | None:
    """Return the part of the request that holds the file; None if `source` names a stored one."""
    if source and not source.startswith("attach://"):
        return None
    upload = params.files.get(source.removeprefix("attach://"))
    if upload is None:
        raise bad_request(f"there is no {name} in the request")
    if not upload.content:
        raise bad_request("file must be non-empty")
    return upload


def _known(world: World, file_id: str, kind: str) -> StoredFile:
    if file_id.startswith(("http://", "https://")):
        raise bad_request("failed to get HTTP URL content")  # the embedded server has no network
    file = world.files.get(file_id)
    if file is None:
        raise bad_request("wrong file identifier/HTTP URL specified")
    actual = "photo" if file.path.startswith("photos/") else "document"
    if actual != kind:
        raise bad_request(f"can't use file of type {actual.title()} as {kind.title()}")
    return file

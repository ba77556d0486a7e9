"""Documents with validators: a client that has the current one gets 304 in place of its body (RFC 9110, section 13)."""

from __future__ import annotations

import datetime as dt
import hashlib
from dataclasses import dataclass

from aiohttp import web


@dataclass(frozen=True, slots=True)
class Document:
    """A body with its media type, and when (UTC) its newest content is from; None where that is unknown."""

    body: bytes
    media_type: str
    modified_at: dt.datetime | None

    @property
    def etag(self) -> str:
        """The strong validator of the body."""
        return hashlib.sha256(self.body).hexdigest()[:32]


def answer(request: web.Request, document: Document, cache_control: str) -> web.Response:
    """Return a document, or 304 if the client has it. An entity tag of the client precedes its date."""
    response = web.Response(body=document.body, headers={"Content-Type": document.media_type})
    response.headers["Cache-Control"] = cache_control
    # The texts come from elsewhere: no browser may take a document for a page.
    response.headers["X-Content-Type-Options"] = "nosniff"
    response.etag = document.etag
    response.last_modified = document.modified_at
    if _has_current(request, document):
        response.set_status(304)
        response.body = None
        del response.headers["Content-Type"]
    return response


def _has_current(request: web.Request, document: Document) -> bool:
    if (tags := request.if_none_match) is not None:
        # A proxy that compresses the body makes the tag a weak one: its value is the same.
        return any(tag.value in ("*", document.etag) for tag in tags)
    since = request.if_modified_since
    return (
        since is not None and document.modified_at is not None and document.modified_at.replace(microsecond=0) <= since
    )

"""Logs: events with ids, on standard error, for a console or as JSON. Secrets are struck out of everything.

What people write and who they are is in no event; errors that may quote them are told by where they arose.
"""

from __future__ import annotations

import json
import logging
import re
import sys
import threading
import traceback
from contextlib import suppress
from pathlib import Path
from types import TracebackType
from typing import Any
from urllib.parse import unquote, urlsplit

import structlog
from structlog.typing import EventDict, WrappedLogger

# A bot token as BotFather writes it (in an address its colon may be escaped), the password part of a database address,
# and what PostgreSQL quotes of a row that it refuses (up to the end of the line, which in JSON is spelt out).
_TOKEN = re.compile(r"\d{6,}(?::|%3[Aa])[A-Za-z0-9_-]{20,}")
_PASSWORD = re.compile(r"(?<=://)[^\s/@]+@")
_DETAIL = re.compile(r'DETAIL:.*?(?=\\n|"[,}]|$)', re.MULTILINE)
# Shorter secrets stand in every other word; struck out there, they would tell more than they hide.
_SHORTEST_SECRET = 4
# The steps of an error's way that are told; the last are where it arose.
_STEPS = 8
_LOUD = ("httpx", "httpcore", "apscheduler", "aiosqlite", "asyncio", "telegram", "aiohttp.access", "alembic")


class Redactor:
    """Strikes secrets out of text: anything shaped like one, and the ones it was told, however they are escaped.

    Of an address the password is a secret of its own, of a token what follows the colon.
    """

    def __init__(self, *secrets: str) -> None:
        parts = {part for secret in secrets for part in (secret, _password(secret), _key(secret))}
        known = {part for secret in parts for part in (secret, unquote(secret)) if len(part) >= _SHORTEST_SECRET}
        # The longest first: a part of it may be a secret, too.
        longest = sorted(known, key=len, reverse=True)
        self._known = re.compile("|".join(map(_pattern, longest))) if longest else None

    def __call__(self, text: str) -> str:
        """Return the text without secrets."""
        if self._known is not None:
            text = self._known.sub("[secret]", text)
        return _DETAIL.sub("[detail]", _PASSWORD.sub("[secret]@", _TOKEN.sub("[secret]", text)))


def _password(secret: str) -> str:
    try:
        return urlsplit(secret).password or ""
    except ValueError:
        return ""


def _key(token: str) -> str:
    number, _, key = token.partition(":")
    return key if number.isdigit() else ""


def _pattern(secret: str) -> str:
    """Return what finds a secret, as it is and however often escaped: for a repr, for JSON, for an address."""
    return "".join(map(_spellings, secret))


def _spellings(char: str) -> str:
    if char.isascii() and char.isalnum():
        return char
    if char == "\\":
        return r"(?:\\+|%5[Cc])"
    address = "".join(f"%{byte:02x}" for byte in char.encode("utf-8", "surrogatepass"))
    spelt = {char, json.dumps(char)[1:-1], repr(char)[1:-1]}
    ways = [r"\\*" + r"\\+".join(map(re.escape, way.lstrip("\\").split("\\"))) for way in spelt]
    return f"(?:{'|'.join([*ways, f'(?i:{address})'])})"


def where(error: BaseException) -> str:
    """Return the way of an error, "file:line function" by step, without its words: they may quote what people wrote."""
    steps = [
        f"{Path(frame.filename).parent.name}/{Path(frame.filename).name}:{frame.lineno} {frame.name}"
        for frame in traceback.extract_tb(error.__traceback__)
    ]
    return " > ".join(steps[-_STEPS:])


class _Redacting(logging.Formatter):
    """The last formatter before the stream: redacts the finished line, traceback included."""

    def __init__(self, inner: logging.Formatter, redact: Redactor) -> None:
        super().__init__()
        self._inner, self._redact = inner, redact

    def format(self, record: logging.LogRecord) -> str:
        return self._redact(self._inner.format(record))


class _Stderr(logging.StreamHandler[Any]):
    """Writes to what standard error is at the moment: a progress bar stands in for it while it is drawn."""

    def emit(self, record: logging.LogRecord) -> None:
        self.stream = sys.stderr
        super().emit(record)

    def handleError(self, record: logging.LogRecord) -> None:
        """Say in one line that a line could not be written: the library's own words would quote it unredacted."""
        error = sys.exc_info()[1]
        with suppress(OSError, ValueError):
            sys.stderr.write(f"a line of {record.name} could not be written ({type(error).__name__})\n")


def _without_none(_logger: WrappedLogger, _method: str, event: EventDict) -> EventDict:
    return {key: value for key, value in event.items() if value is not None}


def set_up(level: str, form: str, *secrets: str) -> None:
    """Send all logs, ours and the libraries', to standard error in one form (`console` or `json`)."""
    shared: list[Any] = [
        structlog.contextvars.merge_contextvars,
        structlog.stdlib.add_log_level,
        structlog.stdlib.add_logger_name,
        structlog.processors.TimeStamper(fmt="iso", utc=True),
        _without_none,
    ]
    structlog.configure(
        processors=[*shared, structlog.stdlib.ProcessorFormatter.wrap_for_formatter],
        logger_factory=structlog.stdlib.LoggerFactory(),
        wrapper_class=structlog.stdlib.BoundLogger,
        cache_logger_on_first_use=True,
    )
    renderer: Any = (
        structlog.processors.JSONRenderer(ensure_ascii=False)
        if form == "json"
        else structlog.dev.ConsoleRenderer(
            colors=sys.stderr.isatty(), exception_formatter=structlog.dev.plain_traceback
        )
    )
    chain: list[Any] = [structlog.stdlib.ProcessorFormatter.remove_processors_meta]
    if form == "json":
        chain.append(structlog.processors.format_exc_info)
    formatter = structlog.stdlib.ProcessorFormatter(foreign_pre_chain=shared, processors=[*chain, renderer])
    handler = _Stderr()
    redact = Redactor(*secrets)
    handler.setFormatter(_Redacting(formatter, redact))
    root = logging.getLogger()
    root.handlers[:] = [handler]
    root.setLevel(level)
    for name in _LOUD:
        logging.getLogger(name).setLevel(logging.WARNING)
    logging.captureWarnings(True)
    _redact_last_words(redact)


def _redact_last_words(redact: Redactor) -> None:
    """Redact what Python itself prints of an error that nobody caught."""

    def last_words(kind: type[BaseException], error: BaseException, trace: TracebackType | None) -> None:
        sys.stderr.write(redact("".join(traceback.format_exception(kind, error, trace))))

    def of_a_thread(args: threading.ExceptHookArgs) -> None:
        if args.exc_value is not None and args.exc_type is not SystemExit:
            last_words(args.exc_type, args.exc_value, args.exc_traceback)

    sys.excepthook, threading.excepthook = last_words, of_a_thread

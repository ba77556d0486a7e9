"""Logs: events with ids, on standard error, for a console or as JSON. Secrets are removed from every line.

No event holds the texts or names of people; errors that may quote them are logged as the place where they arose.
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
# and the part of a refused row that PostgreSQL quotes (up to the end of the line; in JSON the line feed is escaped).
_TOKEN = re.compile(r"\d{6,}(?::|%3[Aa])[A-Za-z0-9_-]{20,}")
_PASSWORD = re.compile(r"(?<=://)[^\s/@]+@")
_DETAIL = re.compile(r'DETAIL:.*?(?=\\n|"[,}]|$)', re.MULTILINE)
# The secret of a feed's address (bot/services/feeds.py).
_FEED = re.compile(r"(?<=/feeds/)[A-Za-z0-9_%-]{20,}")
# Shorter secrets occur in ordinary words; removing them there would reveal them.
_SHORTEST_SECRET = 4
# Frames of a traceback that are logged; the last one is where the error arose.
_FRAMES = 8
# Libraries whose messages below WARNING are not logged.
_VERBOSE = ("httpx", "httpcore", "apscheduler", "aiosqlite", "asyncio", "telegram", "aiohttp.access", "alembic")


class Redactor:
    """Removes secrets from text: anything shaped like one, and the given ones, however they are escaped.

    The password of an address is a secret of its own, and so is the part of a token after the colon.
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
        text = _FEED.sub("[secret]", _TOKEN.sub("[secret]", text))
        return _DETAIL.sub("[detail]", _PASSWORD.sub("[secret]@", text))


def _password(secret: str) -> str:
    try:
        return urlsplit(secret).password or ""
    except ValueError:
        return ""


def _key(token: str) -> str:
    number, _, key = token.partition(":")
    return key if number.isdigit() else ""


def _pattern(secret: str) -> str:
    """Return a pattern for a secret, as it is and however often escaped: in a repr, in JSON, in an address."""
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
    """Return the frames of an error as "file:line function"; its message is left out, for it may quote people."""
    frames = [
        f"{Path(frame.filename).parent.name}/{Path(frame.filename).name}:{frame.lineno} {frame.name}"
        for frame in traceback.extract_tb(error.__traceback__)
    ]
    return " > ".join(frames[-_FRAMES:])


class _Redacting(logging.Formatter):
    """The last formatter before the stream: redacts the finished line, traceback included."""

    def __init__(self, inner: logging.Formatter, redact: Redactor) -> None:
        super().__init__()
        self._inner, self._redact = inner, redact

    def format(self, record: logging.LogRecord) -> str:
        return self._redact(self._inner.format(record))


class _Stderr(logging.StreamHandler[Any]):
    """Writes to the current `sys.stderr`: a progress bar replaces it while it is drawn."""

    def emit(self, record: logging.LogRecord) -> None:
        self.stream = sys.stderr
        super().emit(record)

    def handleError(self, record: logging.LogRecord) -> None:
        """Report in one line that a line could not be written: the library's own report would quote it unredacted."""
        error = sys.exc_info()[1]
        with suppress(OSError, ValueError):
            sys.stderr.write(f"a line of {record.name} could not be written ({type(error).__name__})\n")


def _without_none(_logger: WrappedLogger, _method: str, event: EventDict) -> EventDict:
    return {key: value for key, value in event.items() if value is not None}


class _LogFile(logging.FileHandler):
    """The file that logs are appended to; closed when the logs are set up anew."""


def set_up(level: str, form: str, *secrets: str, file: Path | None = None) -> None:
    """Send all logs, ours and the libraries', to standard error in one form (`console` or `json`).

    With a `file` they are appended to it, and standard error gets the errors only.
    """
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
            colors=file is None and sys.stderr.isatty(), exception_formatter=structlog.dev.plain_traceback
        )
    )
    chain: list[Any] = [structlog.stdlib.ProcessorFormatter.remove_processors_meta]
    if form == "json":
        chain.append(structlog.processors.format_exc_info)
    formatter = structlog.stdlib.ProcessorFormatter(foreign_pre_chain=shared, processors=[*chain, renderer])
    redact = Redactor(*secrets)
    root = logging.getLogger()
    for handler in root.handlers:
        if isinstance(handler, _LogFile):
            handler.close()
    root.handlers[:] = [_Stderr()]
    if file is not None:
        root.handlers[0].setLevel(logging.ERROR)
        root.addHandler(_LogFile(file, encoding="utf-8"))
    for handler in root.handlers:
        handler.setFormatter(_Redacting(formatter, redact))
    root.setLevel(level)
    for name in _VERBOSE:
        logging.getLogger(name).setLevel(logging.WARNING)
    logging.captureWarnings(True)
    _redact_uncaught(redact)


def _redact_uncaught(redact: Redactor) -> None:
    """Redact the tracebacks that Python prints for uncaught errors."""

    def write(kind: type[BaseException], error: BaseException, trace: TracebackType | None) -> None:
        sys.stderr.write(redact("".join(traceback.format_exception(kind, error, trace))))

    def write_of_thread(args: threading.ExceptHookArgs) -> None:
        if args.exc_value is not None and args.exc_type is not SystemExit:
            write(args.exc_type, args.exc_value, args.exc_traceback)

    sys.excepthook, threading.excepthook = write, write_of_thread

"""No secret gets into the log, whoever writes it and in whichever form."""

import asyncio
import json
import logging
import sys
import threading
import warnings
from collections.abc import AsyncIterator, Callable, Iterator
from pathlib import Path
from typing import Any
from urllib.parse import quote

import aiohttp
import pytest
import structlog
from aiohttp import web
from aiohttp.test_utils import TestServer
from alembic import command
from alembic.config import Config
from apscheduler.schedulers.asyncio import AsyncIOScheduler
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import text
from sqlalchemy.ext.asyncio import create_async_engine
from telegram import Update
from telegram.ext import ApplicationBuilder, TypeHandler

from bot import log
from bot.delivery.request import AiohttpRequest
from storage.database import Database
from storage.errors import StorageError
from tests.waiting import eventually

TOKEN = "123456789:AAtesttesttesttesttesttesttest"
PASSWORD = 'hun"ter\\2/ы'
DATABASE = f"postgresql+asyncpg://jarchi:{quote(PASSWORD, safe='')}@127.0.0.1:1/jarchi"
HOOK = "a_webhook-s3cret"
API = f"http://127.0.0.1:1/bot{TOKEN}/getMe"
EVERYTHING = f"{API} {DATABASE} {PASSWORD} {quote(PASSWORD)} {HOOK} {quote(TOKEN, safe='')}"


@pytest.fixture(autouse=True)
def _restored() -> Iterator[None]:
    """Give the logs back as they were."""
    root = logging.getLogger()
    handlers, level = root.handlers[:], root.level
    hooks = sys.excepthook, threading.excepthook
    levels = {name: logging.getLogger(name).level for name in list(logging.root.manager.loggerDict)}
    yield
    root.handlers[:], root.level = handlers, level
    sys.excepthook, threading.excepthook = hooks
    for name in list(logging.root.manager.loggerDict):  # those that came about meanwhile, too
        logging.getLogger(name).setLevel(levels.get(name, logging.NOTSET))
    logging.captureWarnings(False)
    structlog.reset_defaults()


@pytest.fixture(params=["console", "json"])
def written(request: pytest.FixtureRequest, capsys: pytest.CaptureFixture[str]) -> Callable[[], str]:
    """The log so far, with every library at DEBUG."""
    logged: list[str] = []
    log.set_up("DEBUG", request.param, TOKEN, DATABASE, HOOK)
    for name in list(logging.root.manager.loggerDict):
        logging.getLogger(name).setLevel(logging.DEBUG)

    def written() -> str:
        logged.append(capsys.readouterr().err)
        return "".join(logged)

    return written


def assert_clean(logged: str, *, at_least: int = 1) -> None:
    assert logged.count("[secret]") >= at_least
    for secret in (TOKEN, TOKEN.partition(":")[2], PASSWORD, quote(PASSWORD, safe=""), HOOK, 'hun\\"ter', "hunter"):
        assert secret not in logged


LIBRARIES = """
aiohttp.access aiohttp.client aiohttp.internal aiohttp.server aiohttp.web aiohttp.websocket aiosqlite alembic
alembic.runtime.migration apscheduler.executors.default apscheduler.scheduler asyncio asyncpg charset_normalizer
concurrent.futures httpcore httpx py.warnings root sqlalchemy.engine.Engine sqlalchemy.pool telegram.Bot
telegram.ext.Application telegram.ext.Updater telegram.request
"""


@pytest.mark.parametrize("name", LIBRARIES.split())
def test_whatever_a_library_says_is_clean(name: str, written: Callable[[], str]) -> None:
    library = logging.getLogger(name)
    library.setLevel(logging.DEBUG)
    library.debug("POST %s", EVERYTHING)
    library.error(EVERYTHING)
    library.warning("%r", {"url": API, "password": PASSWORD})
    try:
        try:
            raise OSError(EVERYTHING)
        except OSError as error:
            raise ValueError(PASSWORD) from error
    except ValueError:
        library.exception("failed", stack_info=True, extra={"secret": HOOK})
    assert_clean(written(), at_least=18)


def test_our_own_events_are_clean(written: Callable[[], str]) -> None:
    logger = structlog.get_logger("test of ours")
    logger.info(EVERYTHING, url=API, nested={"password": [PASSWORD]}, number=1)
    try:
        raise ValueError(EVERYTHING)
    except ValueError:
        logger.exception("failed", database=DATABASE)
    assert_clean(written(), at_least=12)


@pytest.fixture
async def application() -> AsyncIterator[Any]:
    """An application of the library that cannot reach Telegram."""
    builder = ApplicationBuilder().token(TOKEN).base_url("http://127.0.0.1:1/bot").request(AiohttpRequest())
    application = builder.get_updates_request(AiohttpRequest()).job_queue(None).build()
    yield application
    for request in application.bot._request:
        await request.shutdown()


async def test_the_telegram_library_is_clean(written: Callable[[], str], application: Any) -> None:
    logger = structlog.get_logger()
    logger.error("look", application=application, bot=application.bot, words=f"{application!r} {application.bot!r}")

    async def fails(_update: object, _context: object) -> None:
        raise ValueError(f"{application.bot!r} {API}")

    application.add_handler(TypeHandler(Update, fails))
    application._initialized = True
    await application.process_update(Update(1))
    application._initialized = False
    try:
        await application.initialize()
    except Exception:
        logger.exception("not reached")
    assert "No error handlers are registered" in written()
    assert_clean(written(), at_least=6)


async def test_the_http_library_is_clean(written: Callable[[], str]) -> None:
    async def fails(request: web.Request) -> web.Response:
        raise ValueError(f"{request.path} {dict(request.headers)} {API}")

    served = web.Application()
    served.router.add_get(f"/bot{TOKEN}/getMe", fails)
    async with TestServer(served) as server, aiohttp.ClientSession() as http:
        async with http.get(server.make_url(f"/bot{TOKEN}/getMe"), headers={"X-Secret": HOOK}) as response:
            assert response.status == 500
        try:
            await http.get(f"http://127.0.0.1:1/bot{TOKEN}/getMe")
        except aiohttp.ClientError:
            structlog.get_logger().exception("not reached", url=API)
    assert "Error handling request" in written()
    assert_clean(written(), at_least=4)


async def test_the_scheduler_and_asyncio_are_clean(written: Callable[[], str]) -> None:
    done = asyncio.Event()

    async def fails() -> None:
        done.set()
        raise ValueError(EVERYTHING)

    scheduler = AsyncIOScheduler()
    scheduler.add_job(fails, args=(), name=f"job of {TOKEN}")
    scheduler.start()
    await done.wait()
    await eventually(lambda: "raised an exception" in written())
    scheduler.shutdown(wait=False)
    asyncio.get_running_loop().call_exception_handler({"message": EVERYTHING, "exception": ValueError(API)})
    assert_clean(written(), at_least=12)


async def test_the_database_libraries_are_clean(written: Callable[[], str], tmp_path: Path) -> None:
    engine = create_async_engine(f"sqlite+aiosqlite:///{tmp_path / 'x.db'}")
    async with engine.connect() as connection:
        await connection.execute(text("SELECT :url, :password"), {"url": API, "password": PASSWORD})
        try:
            await connection.execute(text(f"SELECT '{API}' FROM nowhere"))
        except Exception:
            structlog.get_logger().exception("failed")
    await engine.dispose()
    database = Database(DATABASE)
    try:
        async with database.read():
            pass
    except StorageError:
        structlog.get_logger().exception("not reached", database=database, engine=database.engine)
    await database.close()
    config = Config()
    config.set_main_option("script_location", str(tmp_path / TOKEN.replace(":", "_")))
    config.set_main_option("sqlalchemy.url", DATABASE.replace("%", "%%"))
    try:
        command.upgrade(config, "head")
    except Exception:
        structlog.get_logger().exception("no migrations", url=config.get_main_option("sqlalchemy.url"))
    assert "SELECT ?, ?" in written()
    assert_clean(written(), at_least=4)


def test_a_line_that_cannot_be_written_is_not_quoted(written: Callable[[], str]) -> None:
    [ours] = [handler for handler in logging.getLogger().handlers if isinstance(handler, log._Stderr)]
    ours.handle(logging.LogRecord("careless", logging.ERROR, "", 1, "%d of %s", (TOKEN, API), None))
    assert written() == "a line of careless could not be written (TypeError)\n"


def test_the_last_words_of_python_are_clean(written: Callable[[], str]) -> None:
    try:
        raise ValueError(EVERYTHING)
    except ValueError as error:
        sys.excepthook(ValueError, error, error.__traceback__)

    def fails() -> None:
        raise ValueError(EVERYTHING)

    thread = threading.Thread(target=fails)
    thread.start()
    thread.join()
    with warnings.catch_warnings():
        warnings.simplefilter("always")
        logging.captureWarnings(False)
        logging.captureWarnings(True)
        warnings.warn(EVERYTHING, ResourceWarning, stacklevel=1)
    assert written().count("Traceback") == 2
    assert "ResourceWarning" in written()
    assert_clean(written(), at_least=15)


def test_what_postgresql_quotes_of_a_row_is_left_out(written: Callable[[], str]) -> None:
    try:
        raise ValueError('duplicate key\nDETAIL:  Key (text)=(my "own" pomegranate) already exists.\n[SQL: INSERT]')
    except ValueError:
        structlog.get_logger().exception("failed", after="kept")
    assert "own" not in written()
    assert "pomegranate" not in written()
    assert "[SQL: INSERT]" in written()
    assert "kept" in written()


def test_with_a_file_only_errors_go_to_standard_error(written: Callable[[], str], tmp_path: Path) -> None:
    file = tmp_path / "x.log"
    log.set_up("WARNING", "console", TOKEN, file=file)
    structlog.get_logger("test").warning("rate_held", token=TOKEN)
    structlog.get_logger("test").error("handler_failed")
    assert "handler_failed" in (errors := written())
    assert "rate_held" not in errors
    [handler] = [one for one in logging.getLogger().handlers if isinstance(one, logging.FileHandler)]
    log.set_up("WARNING", "console")
    assert handler.stream is None  # closed
    kept = file.read_text("utf-8")
    assert "rate_held" in kept
    assert "handler_failed" in kept
    assert TOKEN not in kept


def test_the_way_of_an_error_has_no_words() -> None:
    def deep() -> None:
        raise ValueError("what a person wrote")

    try:
        deep()
    except ValueError as error:
        place = log.where(error)
    assert place.endswith(" deep")
    assert "tests/test_log.py:" in place
    assert "person" not in place


@given(st.text(min_size=4, max_size=40).filter(lambda word: not set(word) & set("[secrt]")), st.text(), st.text())
def test_whatever_the_secret_is_it_is_struck_out(secret: str, before: str, after: str) -> None:
    redact = log.Redactor(secret)
    in_json = json.dumps(secret)[1:-1], json.dumps(secret, ensure_ascii=False)[1:-1], json.dumps(repr(secret))[2:-2]
    in_addresses = quote(secret, errors="surrogatepass"), quote(secret, safe="", errors="surrogatepass")
    for form in (secret, repr(secret)[1:-1], repr(repr(secret))[2:-2], *in_json, *in_addresses):
        assert "[secret]" in (redacted := redact(f"{before}{form}{after}"))
        assert form not in redacted


def test_without_secrets_nothing_else_is_struck_out() -> None:
    assert log.Redactor("", "abc")("abc at 12:30, 123456789 of 5") == "abc at 12:30, 123456789 of 5"

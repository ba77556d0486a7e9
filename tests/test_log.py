import io
import logging
from collections.abc import Iterator

import pytest
import structlog

from bot import log

TOKEN = "123456789:AAtesttesttesttesttesttesttest"


@pytest.fixture(autouse=True)
def _restored() -> Iterator[None]:
    """Give the root logger back as it was."""
    root = logging.getLogger()
    handlers, level = root.handlers[:], root.level
    yield
    root.handlers[:], root.level = handlers, level
    structlog.reset_defaults()


@pytest.mark.parametrize("form", ["console", "json"])
def test_no_library_and_no_traceback_lets_a_secret_out(form: str, monkeypatch: pytest.MonkeyPatch) -> None:
    stream = io.StringIO()
    monkeypatch.setattr("sys.stderr", stream)
    log.set_up("DEBUG", form, TOKEN, "postgresql+asyncpg://jarchi:hunter2@db/jarchi")
    for name in ("httpx", "telegram.ext", "aiohttp.client", "sqlalchemy.engine", "root"):
        logging.getLogger(name).error("POST https://api.telegram.org/bot%s/sendMessage", TOKEN)
        logging.getLogger(name).error("connecting to postgresql+asyncpg://jarchi:hunter2@db/jarchi")
    try:
        raise ValueError(f"https://api.telegram.org/bot{TOKEN}/getMe")
    except ValueError:
        structlog.get_logger().exception("failed", url=f"https://x/bot{TOKEN}", database="x://u:hunter2@h/d")
    written = stream.getvalue()
    assert written.count("[secret]") >= 11
    assert TOKEN not in written
    assert "hunter2" not in written

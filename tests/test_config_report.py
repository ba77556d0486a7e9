"""`jarchi config`: what is in force and where it comes from; secrets never appear."""

import json
from pathlib import Path

import pytest
from click.testing import CliRunner
from hypothesis import given
from hypothesis import strategies as st
from pydantic import SecretStr

from bot.cli import main
from bot.config import Settings, load
from bot.config.report import report, shown

TOKEN = "123456789:AAgeheimgeheimgeheimgeheim"


@pytest.fixture(autouse=True)
def _folder(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.chdir(tmp_path)
    for name in Settings.names():
        monkeypatch.delenv(name, raising=False)


def test_each_setting_is_printed_with_its_origin_and_no_secret(monkeypatch: pytest.MonkeyPatch) -> None:
    Path("token").write_text(TOKEN)
    Path(".env").write_text("BOT_TOKEN_FILE=token\nHTTP_PORT=9000\nADMIN_IDS=3,1\nHTTP_PROT=1\n")
    monkeypatch.setenv(
        "DATABASE_URL", "postgresql://geheim:geheim@db.example.org:5433/news?sslmode=require&sslpassword=geheim"
    )
    monkeypatch.setenv("HTTP_PORT", "9001")
    done = CliRunner().invoke(main, ["config"])
    assert done.exit_code == 0
    lines = done.stdout.splitlines()
    assert len(lines) == len(Settings.names())
    assert "BOT_TOKEN=***  (.env: BOT_TOKEN_FILE=token)" in lines
    assert "DATABASE_URL=postgresql+asyncpg://db.example.org:5433/news  (environment)" in lines
    assert "HTTP_PORT=9001  (environment)" in lines
    assert "ADMIN_IDS=1,3  (.env)" in lines
    assert "POLL_SECONDS=900  (default)" in lines
    assert "PAID_BROADCAST=false  (default)" in lines
    assert "WEBHOOK_SECRET=  (default)" in lines
    assert done.stderr == ".env: HTTP_PROT is not a setting\n"
    as_json = CliRunner().invoke(main, ["config", "--json"])
    rows = json.loads(as_json.stdout)
    assert [f"{row['name']}={row['value']}  ({row['origin']})" for row in rows] == lines
    assert "geheim" not in done.output + as_json.output
    assert not Path("data").exists()


def test_wrong_settings_are_reported_in_their_lines(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HTTP_PORT", "geheim")
    done = CliRunner().invoke(main, ["config"])
    assert (done.exit_code, done.stdout) == (2, "")
    assert done.stderr.splitlines()[1:] == ["HTTP_PORT: expected a port, 0 to 65535 (0 takes a free one)"]


@given(
    st.sampled_from(["http://{0}@proxy:3128", "http://u:{0}@proxy:3128/x?y=1", "https://{0}:x@proxy"]),
    st.text("abc@/:?#%&=[]", max_size=8).map(lambda mixed: f"9{mixed}geheim{mixed}9"),
)
def test_no_address_shows_a_password(form: str, password: str) -> None:
    for value in (form.format(password), SecretStr(form.format(password)), SecretStr(password)):
        assert "geheim" not in shown(value)


def test_the_report_is_that_of_the_settings_in_force() -> None:
    rows = {row.name: row for row in report(load({}, log_level="ERROR"))}
    assert (rows["LOG_LEVEL"].value, rows["LOG_LEVEL"].origin) == ("ERROR", "command line")
    assert rows["DATABASE_URL"].value == "sqlite+aiosqlite:///data/jarchi.db"

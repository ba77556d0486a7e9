from pathlib import Path

import pytest

from bot.config import SettingsError, load

TOKEN = "123456789:AAtesttesttesttesttesttesttest"


@pytest.fixture(autouse=True)
def _clean(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.chdir(tmp_path)
    for name in ("BOT_TOKEN", "DATABASE_URL", "POLL_SECONDS", "WEBHOOK_URL", "WEBHOOK_SECRET"):
        monkeypatch.delenv(name, raising=False)


def test_all_errors_are_reported_at_once_by_name_without_values(monkeypatch: pytest.MonkeyPatch) -> None:
    for name, value in {
        "BOT_TOKEN": "hunter2", "DATABASE_URL": "mysql://u:hunter2@h/d", "POLL_SECONDS": "5", "DEFAULT_TIMEZONE": "Mars/hunter2",
        "DEFAULT_LANGUAGE": "xx", "HTTP_PORT": "99999", "LOG_LEVEL": "LOUD", "ADMIN_IDS": "hunter2", "TICKER_URL": "ftp://x",
    }.items():  # fmt: skip
        monkeypatch.setenv(name, value)
    with pytest.raises(SettingsError) as caught:
        load()
    assert [line.split(":")[0] for line in str(caught.value).splitlines()] == [
        "ADMIN_IDS", "BOT_TOKEN", "DATABASE_URL", "DEFAULT_LANGUAGE", "DEFAULT_TIMEZONE", "HTTP_PORT", "LOG_LEVEL",
        "POLL_SECONDS", "TICKER_URL",
    ]  # fmt: skip
    assert "hunter2" not in str(caught.value)


def test_secrets_come_from_files_and_are_not_shown(tmp_path: Path) -> None:
    (tmp_path / "token").write_text(f"{TOKEN}\n")
    settings = load({"BOT_TOKEN_FILE": str(tmp_path / "token")}, need_token=True)
    assert settings.bot_token.get_secret_value() == TOKEN
    assert TOKEN not in repr(settings)


def test_a_secret_file_that_cannot_be_read_is_named(tmp_path: Path) -> None:
    with pytest.raises(SettingsError, match=r"^BOT_TOKEN_FILE: the file cannot be read"):
        load({"BOT_TOKEN_FILE": str(tmp_path / "none")})


@pytest.mark.parametrize("port", ["port", "99999", "-1"])
@pytest.mark.parametrize("name", ["TELEGRAM_API_URL", "TICKER_URL", "NEWS_FEED_URL", "BANK_BASE_URL", "WEBHOOK_URL"])
def test_an_address_with_a_port_that_is_none_is_refused(name: str, port: str) -> None:
    with pytest.raises(SettingsError, match=f"^{name}: expected"):
        load({name: f"https://example.org:{port}/x", "WEBHOOK_SECRET": "x" if name == "WEBHOOK_URL" else ""})


@pytest.mark.parametrize("ids", ["-1001234567890", "0", "1,-2", "9" * 30])
def test_operators_are_people(ids: str) -> None:
    with pytest.raises(SettingsError, match="^ADMIN_IDS: expected Telegram ids of people"):
        load({"ADMIN_IDS": ids})


def test_a_missing_token_is_an_error_only_where_it_is_needed() -> None:
    assert load({}).bot_token.get_secret_value() == ""
    with pytest.raises(SettingsError, match="^BOT_TOKEN: expected"):
        load({}, need_token=True)


def test_sources_on_this_machine_may_be_polled_often() -> None:
    local = {"news_feed_url": "http://127.0.0.1:1/feed/", "ticker_url": "http://localhost:1/"}
    assert load({}, poll_seconds=1, **local).poll_seconds == 1
    with pytest.raises(SettingsError, match="^POLL_SECONDS"):
        load({}, poll_seconds=1, news_feed_url="http://127.0.0.1:1/")


HOOK = "https://bot.example.org/hook"


@pytest.mark.parametrize(
    ("url", "secret", "wrong"),
    [
        (HOOK, "", "WEBHOOK_SECRET"),
        ("", "s", "WEBHOOK_SECRET"),
        (HOOK, "has space", "WEBHOOK_SECRET"),
        (HOOK, "ключ", "WEBHOOK_SECRET"),
        (HOOK, "s\n", "WEBHOOK_SECRET"),
        (HOOK, "s" * 257, "WEBHOOK_SECRET"),
        ("http://bot.example.org/hook", "s", "WEBHOOK_URL"),
        ("http://localhost.example.org/hook", "s", "WEBHOOK_URL"),
        ("http://127.0.0.1.example.org/hook", "s", "WEBHOOK_URL"),
        ("https://", "s", "WEBHOOK_URL"),
        ("https://user@bot.example.org/hook", "s", "WEBHOOK_URL"),
        ("https://bot.example.org/hook?key=1", "s", "WEBHOOK_URL"),
        ("https://bot.example.org/metrics", "s", "WEBHOOK_URL"),
    ],
)
def test_a_webhook_needs_an_address_and_a_secret_that_telegram_takes(url: str, secret: str, wrong: str) -> None:
    with pytest.raises(SettingsError) as caught:
        load({}, webhook_url=url, webhook_secret=secret)
    assert [line.split(":")[0] for line in str(caught.value).splitlines()] == [wrong]


@pytest.mark.parametrize("url", [HOOK, "http://localhost:80/h", "http://127.0.0.1:8080", "http://[::1]/h"])
def test_a_webhook_may_be_here_or_behind_https(url: str, tmp_path: Path) -> None:
    (tmp_path / "hook").write_text("S" * 255 + "_\n")
    settings = load({"WEBHOOK_SECRET_FILE": str(tmp_path / "hook")}, webhook_url=url)
    assert settings.webhook_url == url
    assert settings.webhook_secret.get_secret_value() == "S" * 255 + "_"
    assert "SSS" not in repr(settings)


@pytest.mark.parametrize(
    ("url", "kept"),
    [
        ("https://bot.example.org", "https://bot.example.org"),
        ("https://bot.example.org/jarchi/", "https://bot.example.org/jarchi"),
        ("http://127.0.0.1:8080/", "http://127.0.0.1:8080"),
        ("http://[::1]:8080", "http://[::1]:8080"),
    ],
)
def test_the_public_address_may_be_here_or_behind_https(url: str, kept: str) -> None:
    assert load({}, public_url=url).public_url == kept


@pytest.mark.parametrize(
    "url",
    [
        "bot.example.org",
        "http://bot.example.org",
        "ftp://bot.example.org",
        "https://",
        "https://user:secret@bot.example.org",
        "https://bot.example.org/?a=1",
        "https://bot.example.org/#a",
        "https://bot.example.org/{secret}",
        "https://bot.example.org/a b",
        "https://bot.example.org:99999",
        "https://bot.example.org/" + "x" * 200,
    ],
)
def test_another_public_address_is_refused_in_one_line(url: str) -> None:
    with pytest.raises(SettingsError) as caught:
        load({}, public_url=url)
    [line] = str(caught.value).splitlines()
    assert line.startswith("PUBLIC_URL: ")
    assert "secret" not in line

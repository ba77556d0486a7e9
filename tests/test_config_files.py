"""Where a value comes from: the environment, .env, or a file that NAME_FILE names in either."""

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.config import COPY_ENDS, DEFAULT_DATABASE, SECRETS, Settings, SettingsError, copy_ends, load
from bot.config.values import find

TOKEN = "123456789:AAtesttesttesttesttesttesttest"
# A value for each secret that names a file, and what it becomes.
VALUES = {
    "BOT_TOKEN": TOKEN,
    "DATABASE_URL": "postgresql+asyncpg://u:geheim@h/d",
    "WEBHOOK_SECRET": "geheim",
} | dict.fromkeys(("SOURCES_PROXY", "HTTPS_PROXY", "HTTP_PROXY"), "http://u:geheim@proxy.example.org:3128")


@pytest.fixture(autouse=True)
def _folder(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.chdir(tmp_path)


def dotenv(text: str | bytes) -> None:
    Path(".env").write_bytes(text if isinstance(text, bytes) else text.encode())


@pytest.mark.parametrize("name", SECRETS)
@pytest.mark.parametrize(
    "form", ["{0}_FILE=secret", 'export {0}_FILE="secret"', "{0}=\n{0}_FILE=secret", "\ufeff{0}_FILE=secret"]
)
def test_a_file_that_env_names_is_read(name: str, form: str) -> None:
    Path("secret").write_text(f"\ufeff {VALUES[name]}\r\n\n", encoding="utf-8")
    dotenv(form.format(name))
    more = {"webhook_url": "https://bot.example.org/hook"} if name == "WEBHOOK_SECRET" else {}
    settings = load({}, **more)
    assert getattr(settings, name.lower()).get_secret_value() == VALUES[name]
    assert settings.origins[name] == f".env: {name}_FILE=secret"
    assert "geheim" not in repr(settings)


@pytest.mark.parametrize(
    ("environment", "file", "origin"),
    [
        ({"DATABASE_URL": "sqlite:///e"}, "DATABASE_URL=sqlite:///d", "environment"),
        ({"DATABASE_URL": "sqlite:///e"}, "DATABASE_URL_FILE=held", "environment"),
        ({"DATABASE_URL_FILE": "held"}, "DATABASE_URL=sqlite:///d", "environment: DATABASE_URL_FILE=held"),
        ({"DATABASE_URL": "", "DATABASE_URL_FILE": "held"}, "", "environment: DATABASE_URL_FILE=held"),
        ({"DATABASE_URL": " "}, "DATABASE_URL_FILE=held", ".env: DATABASE_URL_FILE=held"),
        ({"DATABASE_URL_FILE": ""}, "DATABASE_URL=sqlite:///d", ".env"),
        ({"database_url": "sqlite:///e"}, "DATABASE_URL=sqlite:///d", "environment"),
        ({}, "DATABASE_URL=\nDATABASE_URL_FILE=", "default"),
        ({}, "", "default"),
    ],
)
def test_the_environment_wins_in_either_form_and_an_empty_value_is_none(
    environment: dict[str, str], file: str, origin: str
) -> None:
    Path("held").write_text("sqlite:///f")
    dotenv(file)
    settings = load(environment)
    assert settings.origins["DATABASE_URL"] == origin
    paths = {"environment": "sqlite:///e", ".env": "sqlite:///d", "default": "sqlite+aiosqlite:///data/jarchi.db"}
    assert settings.database_url.get_secret_value() == paths.get(origin, "sqlite:///f")


@pytest.mark.parametrize(
    ("environment", "file", "expected"),
    [
        ({}, "", "sqlite:////data/x.db"),
        ({"DATABASE_URL": "", "DATABASE_URL_FILE": ""}, "DATABASE_URL=\n", "sqlite:////data/x.db"),
        ({"DATABASE_URL_FILE": "held"}, "", "sqlite:///f"),
        ({}, "DATABASE_URL_FILE=held\n", "sqlite:///f"),
        ({"DATABASE_URL": "sqlite:///e"}, "", "sqlite:///e"),
        ({}, "DATABASE_URL=sqlite:///d\n", "sqlite:///d"),
    ],
)
def test_the_default_of_an_image_gives_way_to_every_form(environment: dict[str, str], file: str, expected: str) -> None:
    Path("held").write_text("sqlite:///f")
    dotenv(file)
    settings = load({DEFAULT_DATABASE: "sqlite:////data/x.db", **environment})
    assert settings.database_url.get_secret_value() == expected
    assert (settings.origins["DATABASE_URL"] == "default") == (expected == "sqlite:////data/x.db")


@pytest.mark.parametrize("name", SECRETS)
@pytest.mark.parametrize("place", ["environment", ".env"])
def test_both_forms_in_one_place_are_an_error(name: str, place: str) -> None:
    Path("secret").write_text(VALUES[name])
    both = {name: VALUES[name], f"{name}_FILE": "secret"}
    if place == ".env":
        dotenv("".join(f"{key}={value}\n" for key, value in both.items()))
    with pytest.raises(SettingsError) as caught:
        load(both if place == "environment" else {})
    assert f"{name}: set beside {name}_FILE ({place}); keep one of the two" in str(caught.value).splitlines()
    assert "geheim" not in str(caught.value)


@pytest.mark.parametrize(
    ("content", "problem"),
    [
        (b"", "the file is empty"),
        (b" \r\n\t\n", "the file is empty"),
        (b"\xef\xbb\xbf", "the file is empty"),
        (b"\xff\xfe1", "the file cannot be read (UnicodeDecodeError)"),
        (b"1" * 70_000, "the file is larger than 64 KiB"),
        (b"geheim geheim", "in the file: expected the token from @BotFather, like 123456789:AA…"),
        (None, "the file cannot be read (FileNotFoundError)"),
        ("folder", "the file cannot be read (IsADirectoryError)"),
    ],
)
def test_a_file_without_a_usable_value_is_one_line(content: bytes | str | None, problem: str) -> None:
    if content == "folder":
        Path("secret").mkdir()
    elif isinstance(content, bytes):
        Path("secret").write_bytes(content)
    dotenv("BOT_TOKEN_FILE=secret\n")
    with pytest.raises(SettingsError) as caught:
        load({}, need_token=True)
    assert str(caught.value) == f"BOT_TOKEN_FILE: {problem}"


@pytest.mark.parametrize(
    ("text", "line"),
    [
        ("# mine\n\nDATABASE_URL: postgres://geheim\nHTTP_PORT=1\n", 3),
        ('DATABASE_URL="postgres://geheim\nHTTP_PORT=1\n', 1),
        ("HTTP_PORT=1\r\nset DATABASE_URL=geheim\r\n", 2),
        ("HTTP_PORT=1\nDATABASE_URL\n", 2),
        ("LOG_LEVEL=DEBUG\nBOT_TOKEN='geheim' geheim\n", 2),
        ("\n\n\n- BOT_TOKEN=geheim", 4),
    ],
)
def test_a_line_of_dotenv_that_cannot_be_read_is_an_error_not_a_default(text: str, line: int) -> None:
    dotenv(text)
    with pytest.raises(SettingsError) as caught:
        load({})
    assert str(caught.value) == f".env: line {line} cannot be read: expected NAME=value, quotes in pairs"


@pytest.mark.parametrize("quote", ['"', "'"])
def test_quotes_that_docker_leaves_around_a_value_are_removed(quote: str) -> None:
    Path("secret").write_text(f"{quote}sqlite:///x.db{quote}\n", encoding="utf-8")
    given = {
        "BOT_TOKEN": TOKEN,
        "ADMIN_IDS": "1,2",
        "BANKS": "",
        "OFFERS": "",
        "GOLD": "",
        "DATABASE_URL_FILE": "secret",
        "SOURCE_CONTACT": "a b",
    }
    settings = load({name: f"{quote}{value}{quote}" for name, value in given.items()})
    assert settings.bot_token.get_secret_value() == TOKEN
    assert settings.database_url.get_secret_value() == "sqlite:///x.db"
    assert (settings.admin_ids, settings.banks, settings.source_contact) == ({1, 2}, (), "a b")


def test_a_quote_without_its_pair_stays() -> None:
    assert load({"SOURCE_CONTACT": "'t Hof"}).source_contact == "'t Hof"


def test_a_dotenv_that_is_no_text_is_one_line_and_a_folder_of_that_name_none() -> None:
    dotenv(b"BOT_TOKEN=\xff\n")
    for encoding in ("utf-16", "utf-16-le", "utf-16-be"):
        with pytest.raises(SettingsError, match=r"^\.env: expected UTF-8 text$"):
            load({})
        dotenv(f"BOT_TOKEN={TOKEN}\n".encode(encoding))
    with pytest.raises(SettingsError, match=r"^\.env: expected UTF-8 text$"):
        load({})
    Path(".env").unlink()
    Path(".env").mkdir()
    assert load({}).http_port == 8080


@pytest.mark.parametrize("name", sorted(set(Settings.names()) - {"BANKS", "OFFERS", "GOLD", "POLICY"}))
@pytest.mark.parametrize("empty", ["", "  "])
def test_an_empty_value_means_the_default(name: str, empty: str) -> None:
    dotenv(f"{name}={empty}\n")
    for settings in (load({name: empty}, _env_file=None), load({})):
        assert getattr(settings, name.lower()) == getattr(load({}, _env_file=None), name.lower())
        assert settings.origins[name] == "default"


def test_an_empty_value_lets_the_next_place_speak_but_no_banks_is_a_choice() -> None:
    dotenv("HTTP_PORT=9000\nBANKS=nbk\n")
    settings = load({"HTTP_PORT": "", "BANKS": "", "GOLD": ""})
    assert (settings.http_port, settings.banks, settings.gold) == (9000, (), ())
    dotenv("BANKS=\nPOLICY=\n")
    assert (load({}).banks, load({}).policy) == ((), ())
    dotenv("POLICY=CBR\n")
    assert load({}).policy == ("cbr",)


def test_no_source_of_offers_is_a_choice_too() -> None:
    assert load({}, _env_file=None).offers == ("nbt",)
    dotenv("OFFERS=NBT\n")
    assert load({}).offers == ("nbt",)
    assert load({"OFFERS": ""}).offers == ()
    with pytest.raises(SettingsError, match="OFFERS"):
        load({"OFFERS": "kaspi"})


@given(st.dictionaries(st.sampled_from(["a", "b", "c"]), st.sampled_from(["", " ", "x", "y"])))
def test_the_first_place_with_a_value_is_taken(values: dict[str, str]) -> None:
    found = find("NAME", {place: {"NAME": value} for place, value in values.items()})
    filled = [(place, value) for place, value in values.items() if value.strip()]
    assert (found and (found.origin, found.text)) == (filled[0] if filled else None)


@pytest.mark.parametrize("name", COPY_ENDS)
def test_both_forms_of_a_copys_end_are_an_error_too(name: str) -> None:
    Path("held").write_text("sqlite:///f")
    ends = {"COPY_FROM": "sqlite:///a", "COPY_TO": "sqlite:///b", f"{name}_FILE": "held"}
    with pytest.raises(SettingsError, match=f"^{name}: set beside {name}_FILE"):
        copy_ends(ends)
    del ends[name]
    assert "sqlite:///f" in copy_ends(ends)


def test_names_in_dotenv_that_are_no_settings_are_reported() -> None:
    dotenv("BOT_TOKN=1\nHTTP_PORT=1\nWEBHOOK_SECRET_FILE=\nHTTP_PORT_FILE=x\nCOPY_TO_FILE=x\nCOPY_FROM=\n")
    assert load({}).unknown == ("BOT_TOKN", "HTTP_PORT_FILE")

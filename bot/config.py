"""Settings: every option of an operator, read from the environment and `.env`, checked all at once."""

from __future__ import annotations

import os
import re
from collections.abc import Mapping
from ipaddress import ip_address
from pathlib import Path
from typing import Annotated, Any, Literal
from urllib.parse import urlsplit
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from pydantic import (
    BaseModel,
    ConfigDict,
    Field,
    PrivateAttr,
    SecretStr,
    ValidationError,
    ValidationInfo,
    field_validator,
)
from pydantic_core import PydanticCustomError

from bot.domain.sites import Site
from bot.i18n import LANGUAGES
from bot.proxies import Proxies, proxy_address
from bot.setting_values import (
    DEFAULT,
    DOTENV,
    ENVIRONMENT,
    Value,
    ValueProblem,
    capitals,
    find,
    read_dotenv,
    unknown_names,
    unquoted,
)
from bot.sources.banks import BANKS
from bot.sources.hosts import on_this_machine
from bot.sources.sites import SitesError, load_sites
from storage.address import EXPECTED, AddressError, parse

# The settings whose value is never shown; each has a twin `NAME_FILE` that names a file with the value.
SECRETS = ("BOT_TOKEN", "DATABASE_URL", "WEBHOOK_SECRET", "SOURCES_PROXY", "HTTPS_PROXY", "HTTP_PROXY")
# What packagers set in the environment in place of the default of DATABASE_URL, as the container's image does. It is no
# setting of an operator: DATABASE_URL and DATABASE_URL_FILE win over it in every place.
DEFAULT_DATABASE = "DEFAULT_DATABASE_URL"
# Where `jarchi db copy` reads and writes; they have such twins, too.
COPY_ENDS = ("COPY_FROM", "COPY_TO")
# A polite floor for other people's servers; a stand-in on this machine may be asked as often as wanted.
POLL_FLOOR_SECONDS = 60
# What Telegram takes as a webhook's secret (https://core.telegram.org/bots/api#setwebhook).
_WEBHOOK_SECRET = re.compile(r"[A-Za-z0-9_-]{1,256}")
# The type of a validation error that brings its own words.
_OWN_WORDS = "own_words"
# What the same server answers besides.
_OWN_PATHS = ("/healthz", "/readyz", "/metrics")


class SettingsError(Exception):
    """Settings that cannot be used. Each line of its text names one setting and what was expected; no values."""


class Settings(BaseModel):
    """All options. The field names in capitals are the names operators use; `.env.example` explains each."""

    model_config = ConfigDict(extra="ignore", hide_input_in_errors=True, validate_default=True)

    bot_token: SecretStr = Field(SecretStr(""), description="the token from @BotFather, like 123456789:AA…")
    telegram_api_url: str = Field("https://api.telegram.org", description="an http(s) address of a Bot API server")
    database_url: SecretStr = Field(
        SecretStr("sqlite+aiosqlite:///data/jarchi.db"),
        description=EXPECTED,
    )
    sources_file: str = Field("", description="a file that lists news sites; see docs/sources.md")
    news_feed_url: str = Field("", description="an http(s) address of an RSS or Atom feed")
    ticker_url: str = Field("https://timesca.com/", description="an http(s) address of the page with the ticker")
    banks: tuple[str, ...] = Field(
        tuple(BANKS), description=f"names of {', '.join(BANKS)}, separated by commas; empty for the ticker alone"
    )
    bank_base_url: str = Field("", description="an http(s) address of a mirror of the banks")
    poll_seconds: float = Field(900, gt=0, le=86400, description=f"seconds, {POLL_FLOOR_SECONDS} to 86400")
    allow_private_sources: bool = Field(False, description="true or false")
    paid_broadcast: bool = Field(False, description="true or false")
    admin_ids: frozenset[Annotated[int, Field(gt=0, lt=2**52)]] = Field(
        frozenset(), description="Telegram ids of people (above 0, no groups), separated by commas"
    )
    default_language: str = Field("en", description=f"one of {', '.join(LANGUAGES)}")
    default_timezone: str = Field("Asia/Almaty", description="an IANA time zone such as Asia/Almaty")
    http_host: str = Field("127.0.0.1", description="an address to listen on")
    http_port: int = Field(8080, ge=0, le=65535, description="a port, 0 to 65535 (0 takes a free one)")
    webhook_url: str = Field("", description="an https address that leads here (http on loopback), not /healthz")
    webhook_secret: SecretStr = Field(
        SecretStr(""),
        description="1 to 256 of A-Z, a-z, 0-9, _ and -, beside WEBHOOK_URL: both or neither",
    )
    log_level: Literal["DEBUG", "INFO", "WARNING", "ERROR"] = Field("INFO", description="DEBUG, INFO, WARNING or ERROR")
    log_format: Literal["console", "json"] = Field("console", description="console or json")
    source_contact: str = Field("", max_length=200, description="an address or link, at most 200 characters")
    keep_text_days: int = Field(365, ge=1, le=36500, description="days, 1 to 36500")
    sources_proxy: SecretStr = Field(SecretStr(""), description="http://host:port of a proxy for the sources")
    https_proxy: SecretStr = Field(SecretStr(""), description="http://host:port of a proxy for https addresses")
    http_proxy: SecretStr = Field(SecretStr(""), description="http://host:port of a proxy for http addresses")
    no_proxy: str = Field("", description="hosts that no proxy is for, separated by commas")
    _sites: tuple[Site, ...] = PrivateAttr(())
    _origins: dict[str, str] = PrivateAttr(default_factory=dict)
    _unknown: tuple[str, ...] = PrivateAttr(())

    @property
    def sites(self) -> tuple[Site, ...]:
        """The news sites of sources.toml, the home site first; `load` reads them."""
        return self._sites

    @property
    def proxies(self) -> Proxies:
        """The proxies for the Bot API."""
        return Proxies(self.https_proxy.get_secret_value(), self.http_proxy.get_secret_value(), self.no_proxy)

    @property
    def proxies_of_sources(self) -> Proxies:
        """The proxies for the sources: SOURCES_PROXY, else those of the Bot API."""
        proxy = self.sources_proxy.get_secret_value()
        return Proxies(proxy, proxy, self.no_proxy) if proxy else self.proxies

    @property
    def origins(self) -> dict[str, str]:
        """Where each value comes from, by the setting's name in capitals: the words that `jarchi config` prints."""
        return self._origins

    @property
    def unknown(self) -> tuple[str, ...]:
        """Names in `.env` that are no setting: most are mistyped."""
        return self._unknown

    @field_validator("banks", mode="before")
    @classmethod
    def _banks(cls, value: Any) -> Any:
        names = [part.casefold() for part in value.replace(",", " ").split()] if isinstance(value, str) else value
        if any(name not in BANKS for name in names):
            raise ValueError("not a bank")
        return tuple(name for name in BANKS if name in names)

    @field_validator("admin_ids", mode="before")
    @classmethod
    def _ids(cls, value: Any) -> Any:
        return [part for part in value.replace(",", " ").split() if part] if isinstance(value, str) else value

    @field_validator("log_level", mode="before")
    @classmethod
    def _upper(cls, value: Any) -> Any:
        return value.upper() if isinstance(value, str) else value

    @field_validator("telegram_api_url", "news_feed_url", "ticker_url", "bank_base_url")
    @classmethod
    def _web_address(cls, value: str, field: ValidationInfo) -> str:
        if field.field_name in ("news_feed_url", "bank_base_url") and not value:
            return value
        parts = urlsplit(value)
        _ = parts.port  # ValueError if it is none
        if parts.scheme not in ("http", "https") or not parts.hostname or parts.username is not None:
            raise ValueError("not an http(s) address")
        return value

    @field_validator("default_language")
    @classmethod
    def _language(cls, value: str) -> str:
        if value not in LANGUAGES:
            raise ValueError("not a shipped language")
        return value

    @field_validator("default_timezone")
    @classmethod
    def _zone(cls, value: str) -> str:
        try:
            return ZoneInfo(value).key
        except (ZoneInfoNotFoundError, ValueError, OSError):
            raise ValueError("not an IANA zone") from None

    @field_validator("source_contact")
    @classmethod
    def _one_line(cls, value: str) -> str:
        if not value.isprintable():
            raise ValueError("not one line")
        return value

    @field_validator("database_url")
    @classmethod
    def _database(cls, value: SecretStr) -> SecretStr:
        try:
            parse(value.get_secret_value())
        except AddressError as error:
            raise PydanticCustomError(_OWN_WORDS, "{words}", {"words": str(error)}) from None
        return value

    @field_validator("webhook_url")
    @classmethod
    def _webhook_address(cls, value: str) -> str:
        if not value:
            return value
        parts = urlsplit(value)
        _ = parts.port  # ValueError if it is none
        if not parts.hostname or parts.username is not None or parts.query or parts.fragment:
            raise ValueError("not a plain address")
        if parts.scheme != "https" and not (parts.scheme == "http" and _on_loopback(parts.hostname)):
            raise ValueError("not https")
        if parts.path in _OWN_PATHS:
            raise ValueError("taken")
        return value

    @field_validator("webhook_secret")
    @classmethod
    def _webhook_secret(cls, value: SecretStr, known: ValidationInfo) -> SecretStr:
        secret = value.get_secret_value()
        if secret and not _WEBHOOK_SECRET.fullmatch(secret):
            raise ValueError("not a webhook's secret")
        if "webhook_url" in known.data and bool(secret) != bool(known.data["webhook_url"]):
            raise ValueError("both or neither")
        return value

    @field_validator("bot_token")
    @classmethod
    def _token(cls, value: SecretStr) -> SecretStr:
        number, _, key = value.get_secret_value().partition(":")
        if value.get_secret_value() and not (number.isdigit() and key and key.isprintable() and " " not in key):
            raise ValueError("not a token")
        return value

    @field_validator("sources_proxy", "https_proxy", "http_proxy")
    @classmethod
    def _proxy(cls, value: SecretStr) -> SecretStr:
        return SecretStr(proxy_address(value.get_secret_value()))

    @field_validator("poll_seconds")
    @classmethod
    def _poll_floor(cls, value: float, known: ValidationInfo) -> float:
        hosts = [urlsplit(known.data.get(name) or "").hostname or "" for name in ("news_feed_url", "ticker_url")]
        if value < POLL_FLOOR_SECONDS and not all(map(on_this_machine, hosts)):
            raise ValueError("too often")
        return value

    @classmethod
    def names(cls) -> dict[str, str]:
        """Return every setting's name as operators write it, with what is expected."""
        return {name.upper(): field.description or "" for name, field in cls.model_fields.items()}


def _on_loopback(host: str) -> bool:
    try:
        return ip_address(host).is_loopback
    except ValueError:
        return host == "localhost"


def load(
    environment: Mapping[str, str] | None = None,
    *,
    need_token: bool = False,
    _env_file: str | None = ".env",
    **overrides: Any,
) -> Settings:
    """Read the settings and sources.toml; SettingsError names everything wrong at once, and never a value.

    `overrides` win over the environment, the environment over `.env` (bot/setting_values.py). `need_token`: an empty
    BOT_TOKEN is an error too.
    """
    problems: dict[str, str] = {}
    expected = Settings.names()
    sources = _sources(environment, _env_file, problems)
    values: dict[str, Value] = {}
    for name in expected:
        if name.lower() not in overrides:
            try:
                found = find(name, sources, secret=name in SECRETS, may_be_empty=name == "BANKS")
            except ValueProblem as problem:
                problems[problem.name] = str(problem)
            else:
                values |= {name: found} if found else {}
    if "DATABASE_URL" not in values and (usual := unquoted(sources[ENVIRONMENT].get(DEFAULT_DATABASE, ""))):
        values["DATABASE_URL"] = Value(usual, DEFAULT)
    settings = None
    try:
        settings = Settings(**({name.lower(): value.text for name, value in values.items()} | overrides))
    except ValidationError as error:
        for wrong in error.errors(include_input=False, include_context=False, include_url=False):
            name = str(wrong["loc"][0]).upper()
            own = wrong["msg"] if wrong["type"] == _OWN_WORDS else ""
            wanted = own or f"expected {expected.get(name, 'another value')}"
            if name in values and values[name].file:
                problems[f"{name}_FILE"] = f"in the file: {wanted}"
            else:
                problems.setdefault(name, wanted)
    told = {"BOT_TOKEN", "BOT_TOKEN_FILE"} & problems.keys()
    if need_token and not told and settings is not None and not settings.bot_token.get_secret_value():
        problems["BOT_TOKEN"] = f"expected {expected['BOT_TOKEN']}"
    if settings is not None:
        settings._origins = {name: _origin(name, values, overrides) for name in expected}
        settings._unknown = tuple(unknown_names(sources[DOTENV], {*expected, *COPY_ENDS}, {*SECRETS, *COPY_ENDS}))
        try:
            file = Path(settings.sources_file) if settings.sources_file else None
            settings._sites = load_sites(file, settings.news_feed_url)
        except SitesError as error:
            problems |= error.problems
    if problems or settings is None:
        raise SettingsError("\n".join(f"{name}: {words}" for name, words in sorted(problems.items())))
    return settings


def _sources(
    environment: Mapping[str, str] | None, env_file: str | None, problems: dict[str, str]
) -> dict[str, dict[str, str]]:
    """Return the values by origin, the strongest first; a `.env` that cannot be read is one of the problems."""
    try:
        dotenv = read_dotenv(Path(env_file) if env_file else None)
    except ValueProblem as problem:
        problems[problem.name] = str(problem)
        dotenv = {}
    return {ENVIRONMENT: capitals(os.environ if environment is None else environment), DOTENV: dotenv}


def _origin(name: str, values: Mapping[str, Value], overrides: Mapping[str, Any]) -> str:
    if name.lower() in overrides:
        return "command line"
    if (value := values.get(name)) is None:
        return DEFAULT
    return f"{value.origin}: {name}_FILE={value.file}" if value.file else value.origin


def copy_ends(environment: Mapping[str, str] | None = None) -> tuple[str, str]:
    """Return the addresses of the databases that are copied from and to; SettingsError names what is wrong.

    They are no settings: each copy has its own.
    """
    found: list[str] = []
    problems: dict[str, str] = {}
    sources = _sources(environment, ".env", problems)
    for name in COPY_ENDS:
        try:
            value = find(name, sources, secret=True)
            found.append(value.text if value else "")
            parse(found[-1])
        except AddressError as error:
            problems[name] = str(error)
        except ValueProblem as problem:
            problems[problem.name] = str(problem)
    if problems:
        raise SettingsError("\n".join(f"{name}: {words}" for name, words in sorted(problems.items())))
    return found[0], found[1]

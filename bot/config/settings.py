"""The settings: every option of an operator, its type, its default and its checks."""

from __future__ import annotations

import re
from collections.abc import Iterable
from typing import Annotated, Any, Literal
from urllib.parse import urlsplit
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from pydantic import (
    BaseModel,
    ConfigDict,
    Field,
    PrivateAttr,
    SecretStr,
    ValidationInfo,
    field_validator,
)
from pydantic_core import PydanticCustomError

from bot.domain.gold import CURRENCY_OF as GOLD_BANKS
from bot.domain.links import key_of
from bot.domain.sites import Site
from bot.i18n import LANGUAGES
from bot.proxies import Proxies, is_loopback, proxy_address
from bot.sources.banks import BANKS
from bot.sources.hosts import on_this_machine
from bot.sources.offers import OFFER_SOURCES
from bot.sources.policy import POLICY
from storage.address import EXPECTED, AddressError, parse

# The settings whose value is never shown; each has a twin `NAME_FILE` that names a file with the value.
SECRETS = ("BOT_TOKEN", "DATABASE_URL", "WEBHOOK_SECRET", "SOURCES_PROXY", "HTTPS_PROXY", "HTTP_PROXY")
# A polite minimum for other people's servers; a stand-in on this machine may be polled as often as wanted.
POLL_FLOOR_SECONDS = 60
# Telegram copies at most 256 characters (Bot API, CopyTextButton): this address, and 55 of a feed's path.
MAX_PUBLIC_URL = 200
# The settings that list names of sources, each with the names that it may have.
_NAMED: dict[str, tuple[Iterable[str], str]] = {
    "banks": (BANKS, "a bank"),
    "offers": (OFFER_SOURCES, "a source of offers"),
    "gold": (GOLD_BANKS, "a bank"),
    "policy": (POLICY, "a bank"),
}
# An empty value of these is a choice: no source.
MAY_BE_EMPTY = frozenset(name.upper() for name in _NAMED)
# The form of a webhook's secret (https://core.telegram.org/bots/api#setwebhook).
_WEBHOOK_SECRET = re.compile(r"[A-Za-z0-9_-]{1,256}")
# The type of a validation error whose message is shown to the operator.
OWN_MESSAGE = "own_message"
# The other paths of the same HTTP server.
_OWN_PATHS = ("/healthz", "/readyz", "/metrics")
_PLAIN_PATH = re.compile(r"[A-Za-z0-9/._~-]*")


def _path_of(address: str) -> str:
    """Return the path of an https address that leads to this process (http on loopback); ValueError for another."""
    parts = urlsplit(address)
    _ = parts.port  # ValueError if it is none
    if not parts.hostname or parts.username is not None or parts.query or parts.fragment:
        raise ValueError("not a plain address")
    if parts.scheme != "https" and not (parts.scheme == "http" and is_loopback(parts.hostname)):
        raise ValueError("not https")
    return parts.path


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
    topics_file: str = Field("", description="a file with the word lists of the topics; see docs/topics.md")
    news_feed_url: str = Field("", description="an http(s) address of an RSS or Atom feed")
    ticker_url: str = Field("https://timesca.com/", description="an http(s) address of the page with the ticker")
    banks: tuple[str, ...] = Field(
        tuple(BANKS), description=f"names of {', '.join(BANKS)}, separated by commas; empty for the ticker alone"
    )
    offers: tuple[str, ...] = Field(
        tuple(OFFER_SOURCES), description=f"names of {', '.join(OFFER_SOURCES)}, separated by commas; empty for none"
    )
    gold: tuple[str, ...] = Field(
        tuple(GOLD_BANKS), description=f"names of {', '.join(GOLD_BANKS)}, separated by commas; empty for none"
    )
    policy: tuple[str, ...] = Field(
        tuple(POLICY), description=f"names of {', '.join(POLICY)}, separated by commas; empty for no policy rates"
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
    public_url: str = Field(
        "",
        max_length=MAX_PUBLIC_URL,
        description=f"an https address that leads here (http on loopback), at most {MAX_PUBLIC_URL} characters",
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
        """The origin of each value as `jarchi config` prints it, by the setting's name in capitals."""
        return self._origins

    @property
    def unknown(self) -> tuple[str, ...]:
        """Names in `.env` that are no setting: most are mistyped."""
        return self._unknown

    @field_validator(*_NAMED, mode="before")
    @classmethod
    def _source_names(cls, value: Any, field: ValidationInfo) -> Any:
        known, what = _NAMED[field.field_name or ""]
        names = [part.casefold() for part in value.replace(",", " ").split()] if isinstance(value, str) else value
        if any(name not in known for name in names):
            raise ValueError(f"not {what}")
        return tuple(name for name in known if name in names)

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
            raise PydanticCustomError(OWN_MESSAGE, "{message}", {"message": str(error)}) from None
        return value

    @field_validator("webhook_url")
    @classmethod
    def _webhook_address(cls, value: str) -> str:
        if value and _path_of(value) in _OWN_PATHS:
            raise ValueError("taken")
        return value

    @field_validator("public_url")
    @classmethod
    def _public_address(cls, value: str) -> str:
        # Its path is part of a route: no sign there may mean anything to the router.
        if value and not _PLAIN_PATH.fullmatch(_path_of(value)):
            raise ValueError("not a plain path")
        return value.rstrip("/")

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

    @property
    def link_key(self) -> bytes:
        """The key that signs the bot's links; a new token makes the old links invalid."""
        return key_of(self.bot_token.get_secret_value())

    @classmethod
    def names(cls) -> dict[str, str]:
        """Return every setting's name as operators write it, with what is expected."""
        return {name.upper(): field.description or "" for name, field in cls.model_fields.items()}

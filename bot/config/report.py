"""The report of `jarchi config`: the value in force of each setting and its origin, without secrets."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from typing import Any
from urllib.parse import urlsplit

from pydantic import SecretStr

from bot.config.settings import Settings
from storage.address import AddressError, parse

HIDDEN = "***"


@dataclass(frozen=True, slots=True)
class Row:
    """A setting's name in capitals, its value as it may be shown, and its origin."""

    name: str
    value: str
    origin: str

    def as_json(self) -> dict[str, str]:
        """Return the row's object in the output of `--json`."""
        return asdict(self)


def report(settings: Settings) -> list[Row]:
    """Return a row for each setting, in the order of `.env.example`."""
    return [Row(name, shown(getattr(settings, name.lower())), settings.origins[name]) for name in Settings.names()]


def shown(value: Any) -> str:
    """Return a value as it may be shown: of a secret its presence, of a database's address no user and no password."""
    if isinstance(value, SecretStr):
        return _secret(value.get_secret_value())
    if isinstance(value, bool):
        return str(value).lower()
    if isinstance(value, tuple | frozenset):
        return ",".join(map(str, sorted(value) if isinstance(value, frozenset) else value))
    return _without_password(f"{value:g}" if isinstance(value, float) else str(value))


def _secret(text: str) -> str:
    if not text:
        return ""
    try:
        return str(parse(text))
    except AddressError:
        return HIDDEN


def _without_password(text: str) -> str:
    """Return an address without its user and password; other text as it is."""
    scheme, mark, rest = text.partition("://")
    if not mark or "@" not in rest:
        return text
    try:
        parts = urlsplit(text)
        host = parts.netloc.rpartition("@")[2]
    except ValueError:
        return HIDDEN
    if "@" in parts.path + parts.query + parts.fragment:  # a password with a slash or a question mark in it
        return f"{scheme}://{HIDDEN}"
    return parts._replace(netloc=f"{HIDDEN}@{host}").geturl()

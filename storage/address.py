"""Database addresses: the operator's form, converted to the form of SQLAlchemy and the drivers.

TLS options of libpq (`?sslmode=require`) are passed to asyncpg, which supports them; SQLAlchemy would pass them on as
arguments that it does not have.
"""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Any
from urllib.parse import urlencode

from sqlalchemy import URL, make_url
from sqlalchemy.exc import ArgumentError

EXPECTED = "sqlite+aiosqlite:///path or postgresql+asyncpg://user:password@host/name"
# The accepted schemes, and the driver of each. Hosting companies use `postgres://` and `postgresql://`.
_DRIVERS = {
    "sqlite": "sqlite+aiosqlite",
    "sqlite+aiosqlite": "sqlite+aiosqlite",
    "postgres": "postgresql+asyncpg",
    "postgresql": "postgresql+asyncpg",
    "postgresql+asyncpg": "postgresql+asyncpg",
}
_SSL_MODES = ("disable", "allow", "prefer", "require", "verify-ca", "verify-full")
# Options that asyncpg reads from an address of its own, as libpq does.
_LIBPQ = (
    "sslmode", "sslrootcert", "sslcert", "sslkey", "sslcrl", "sslpassword", "sslnegotiation",
    "ssl_min_protocol_version", "ssl_max_protocol_version", "target_session_attrs", "passfile", "application_name",
)  # fmt: skip
# Options that SQLAlchemy passes on unchanged; the numeric ones are converted here.
_TEXTS, _NUMBERS = ("host", "port", "ssl"), ("timeout", "command_timeout", "statement_cache_size")
# libpq's name of the timeout for connecting, in seconds.
_CONNECT_TIMEOUT = "connect_timeout"


class AddressError(ValueError):
    """An unusable database address. Its text gives the expected form and no part of the address."""


@dataclass(frozen=True, slots=True)
class Address:
    """A parsed address: the URL for SQLAlchemy, and arguments for the driver."""

    url: URL
    arguments: dict[str, Any]

    @property
    def path(self) -> Path | None:
        """The file of an SQLite database; None on PostgreSQL."""
        return Path(str(self.url.database)) if self.url.get_backend_name() == "sqlite" else None

    @property
    def place(self) -> dict[str, str]:
        """The log fields that identify the database: engine and path, or engine, host and name."""
        if self.url.get_backend_name() == "sqlite":
            return {"engine": "sqlite", "path": str(self.path)}
        return {"engine": "postgresql", "host": self.url.host or "local", "name": self.url.database or ""}

    def __str__(self) -> str:
        """Return the address without user, password and options, for display."""
        return URL.create(
            self.url.drivername, host=self.url.host, port=self.url.port, database=self.url.database
        ).render_as_string()

    __repr__ = __str__


def parse(text: str) -> Address:
    """Return the parsed address; AddressError if it cannot be used."""
    try:
        url = make_url(text.strip())
    except (ArgumentError, ValueError):  # ValueError: a port that is no number
        raise AddressError(f"expected {EXPECTED}") from None
    driver = _DRIVERS.get(url.drivername)
    if driver is None:
        raise AddressError(f"expected {EXPECTED}")
    url = url.set(drivername=driver)
    if url.get_backend_name() == "sqlite":
        return _sqlite(url)
    return _postgresql(url)


def _sqlite(url: URL) -> Address:
    if url.host:
        raise AddressError("expected three slashes before a path, four before one that begins at the root")
    if url.query or str(url.database or "").startswith("file:"):
        raise AddressError("expected a path without options behind it")
    if url.database in (None, "", ":memory:"):
        raise AddressError("expected a path behind three slashes: a database in memory is lost at each stop")
    if str(url.database).startswith("~"):
        raise AddressError("expected a path in full: ~ means a home folder in shells only")
    return Address(url, {})


def _postgresql(url: URL) -> Address:
    options = dict(url.query)
    mode = options.get("sslmode", "prefer")
    if mode not in _SSL_MODES:
        raise AddressError(f"expected sslmode to be one of {', '.join(_SSL_MODES)}")
    if unknown := sorted(options.keys() - {*_LIBPQ, *_TEXTS, *_NUMBERS, _CONNECT_TIMEOUT}):
        names = ", ".join(name if name.isidentifier() else "?" for name in unknown)
        raise AddressError(f"expected no option {names}: the driver does not know it, leave it out")
    if any(not isinstance(value, str) for name, value in options.items() if name != "host" and name != "port"):
        raise AddressError("expected each option once")
    if "sslmode" in options and "ssl" in options:
        raise AddressError("expected sslmode or ssl, not both")
    if options.get("ssl", "prefer") not in _SSL_MODES:
        raise AddressError(f"expected ssl to be one of {', '.join(_SSL_MODES)}")
    try:
        (url.host or "").encode("idna")
    except UnicodeError:
        raise AddressError("expected a host name") from None
    arguments: dict[str, Any] = {}
    if libpq := {name: options.pop(name) for name in _LIBPQ if name in options}:
        # The host, user and password are separate arguments, which take precedence over those of an address.
        arguments["dsn"] = f"postgresql://?{urlencode(libpq)}"
    if _CONNECT_TIMEOUT in options:
        options["timeout"] = options.pop(_CONNECT_TIMEOUT)
    for name in _NUMBERS:
        if name in options:
            arguments[name] = _number(name, options.pop(name))
    return Address(url.set(query=options), arguments)


def _number(name: str, value: Any) -> float:
    try:
        number = int(value) if name.endswith("size") else float(value)
    except ValueError:
        raise AddressError(f"expected {name} to be a number") from None
    if not 0 <= number < float("inf"):
        raise AddressError(f"expected {name} to be a number")
    return number

"""Database addresses as operators and hosting companies write them."""

import asyncio
from collections.abc import AsyncIterator

import pytest

from storage.address import AddressError, parse
from storage.database import Database, ping
from storage.errors import StorageError


@pytest.mark.parametrize(
    ("text", "driver"),
    [
        ("postgres://u:p@h/d", "postgresql+asyncpg"),
        ("postgresql://u:p@h:5433/d", "postgresql+asyncpg"),
        ("postgresql+asyncpg://u:p@h/d", "postgresql+asyncpg"),
        (" postgresql:///d?host=/run/postgresql \n", "postgresql+asyncpg"),
        ("sqlite:///x.db", "sqlite+aiosqlite"),
        ("sqlite+aiosqlite:////x.db", "sqlite+aiosqlite"),
    ],
)
def test_a_driver_is_added(text: str, driver: str) -> None:
    assert parse(text).url.drivername == driver


@pytest.mark.parametrize("mode", ["disable", "allow", "prefer", "require", "verify-ca", "verify-full"])
def test_tls_options_go_to_the_driver_as_libpq_has_them(mode: str) -> None:
    address = parse(f"postgres://u:p@h/d?sslmode={mode}&sslrootcert=/a%20b&application_name=x&connect_timeout=5")
    assert address.arguments["dsn"] == f"postgresql://?sslmode={mode}&sslrootcert=%2Fa+b&application_name=x"
    assert address.arguments["timeout"] == 5
    assert not address.url.query


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("geheim", "expected sqlite"),
        ("mysql://u:geheim@h/d", "expected sqlite"),
        ("postgresql+psycopg2://u:geheim@h/d", "expected sqlite"),
        ("postgres://u:geheim@h:port/d", "expected sqlite"),
        ("postgres://u:geheim@h/d?sslmode=geheim", "sslmode to be one of disable"),
        ("postgres://u:geheim@h/d?ssl=geheim", "ssl to be one of disable"),
        ("postgres://u:geheim@h/d?sslmode=require&ssl=require", "not both"),
        ("postgres://u:geheim@h/d?sslmode=require&sslmode=disable", "once|sslmode to be"),
        ("postgres://u:geheim@h/d?sslmode=require&channel_binding=require", "no option channel_binding"),
        ("postgres://u:geheim@h/d?connect_timeout=geheim", "timeout to be a number"),
        ("postgres://u:geheim@h/d?connect_timeout=nan", "timeout to be a number"),
        ("sqlite://geheim/x.db", "three slashes"),
        ("sqlite:///x.db?mode=geheim", "without options"),
        ("sqlite:///file:x.db", "without options"),
        ("sqlite://", "in memory"),
        ("sqlite:///", "in memory"),
        ("sqlite+aiosqlite:///:memory:", "in memory"),
        ("sqlite:///~/geheim.db", "in full"),
    ],
)
def test_an_unusable_address_is_reported_without_the_address(text: str, words: str) -> None:
    with pytest.raises(AddressError, match=words) as caught:
        parse(text)
    assert "geheim" not in str(caught.value)


def test_an_address_is_shown_without_user_password_and_options() -> None:
    address = parse("postgres://geheim:geheim@h:1/d?sslmode=require&sslpassword=geheim")
    assert str(address) == repr(address) == "postgresql+asyncpg://h:1/d"
    assert address.place == {"engine": "postgresql", "host": "h", "name": "d"}


class Refusing:
    """A server that has no TLS, and refuses connections without it as PostgreSQL does."""

    def __init__(self, code: str) -> None:
        self.code, self.wanted_tls = code, 0

    async def answer(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        length = int.from_bytes(await reader.readexactly(4))
        body = await reader.readexactly(length - 4)
        if body == (80877103).to_bytes(4):  # SSLRequest
            self.wanted_tls += 1
            writer.write(b"N")
            length = int.from_bytes(await reader.read(4))
            await reader.read(length)
        fields = b"SFATAL\0VFATAL\0C" + self.code.encode() + "\0Mв доступе отказано geheim\0\0".encode()
        writer.write(b"E" + (len(fields) + 4).to_bytes(4) + fields)
        writer.close()


@pytest.fixture
async def refusing(request: pytest.FixtureRequest) -> AsyncIterator[tuple[Refusing, int]]:
    server = Refusing(getattr(request, "param", "28P01"))
    listening = await asyncio.start_server(server.answer, "127.0.0.1", 0)
    yield server, listening.sockets[0].getsockname()[1]
    listening.close()
    await listening.wait_closed()


@pytest.mark.parametrize(
    ("refusing", "words"),
    [
        ("28P01", "refused the password"),
        ("28000", "refused the role"),
        ("3D000", "does not exist on that server"),
        ("53300", "no connection left"),
        ("57P03", "away, starting or stopping"),
    ],
    indirect=["refusing"],
)
async def test_what_a_server_refuses_is_one_line_in_any_language(refusing: tuple[Refusing, int], words: str) -> None:
    _, port = refusing
    database = Database(f"postgres://u:geheim@127.0.0.1:{port}/d?sslmode=disable")
    with pytest.raises(StorageError, match=words) as caught:
        await ping(database)
    assert "geheim" not in str(caught.value)
    await database.close()


@pytest.mark.parametrize(
    ("mode", "asks"), [("disable", 0), ("allow", 1), ("prefer", 1), ("require", 1), ("verify-full", 1)]
)
async def test_sslmode_means_what_it_does_in_libpq(
    refusing: tuple[Refusing, int], mode: str, asks: int, tmp_path: object
) -> None:
    server, port = refusing
    root = f"&sslrootcert={_root()}" if mode.startswith("verify") else ""
    database = Database(f"postgres://u:geheim@127.0.0.1:{port}/d?sslmode={mode}{root}")
    with pytest.raises(StorageError, match="refused the password" if mode in ("disable", "prefer") else "reached"):
        await ping(database)
    assert server.wanted_tls == asks
    await database.close()


def _root() -> str:
    import certifi

    return certifi.where()

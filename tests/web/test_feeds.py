"""Documents over HTTP: validators, limits, secrets that open nothing, and an outage of the database."""

import datetime as dt
from collections.abc import AsyncIterator
from decimal import Decimal
from types import SimpleNamespace
from typing import Any

import pytest
from aiohttp import web
from aiohttp.test_utils import TestClient, TestServer

from bot.domain.articles import Article
from bot.domain.chats import Chat
from bot.domain.rates import Pair, Quote
from bot.domain.sites import Site
from bot.services import feeds as service
from bot.views import documents
from bot.web import feeds as module
from bot.web.feeds import BURST, Feeds, sender_of
from storage import chats, sources
from storage.database import Database
from storage.errors import StorageError
from tests.stored import record_rate, store_article

NOW = dt.datetime(2026, 11, 29, 6, tzinfo=dt.UTC)
SITES = (Site("timesca", "The Times", "https://timesca.com/feed/"), Site("kabar", "Kabar", "https://kabar.kg/feed/", enabled=False))  # fmt: skip


class Served:
    """The documents of a database below /jarchi, with a clock that the test moves."""

    def __init__(self, database: Database) -> None:
        self.database, self.seconds = database, 1000.0
        self.feeds = Feeds(
            "https://bot.example.org/jarchi", SITES, database, lambda: NOW, monotonic=lambda: self.seconds
        )
        self.client: TestClient[Any, Any] | None = None

    async def get(self, path: str, method: str = "GET", **headers: str) -> tuple[int, Any, bytes]:
        """Return status, headers and body."""
        if self.client is None:
            application = web.Application()
            application.add_routes(self.feeds.routes)
            self.client = TestClient(TestServer(application))
            await self.client.start_server()
        given = {name.replace("_", "-"): value for name, value in headers.items()}
        async with self.client.request(method, f"/jarchi{path}", headers=given) as response:
            return response.status, response.headers, await response.read()

    async def feed(self) -> str:
        """Make a feed of a chat; returns its path without the ending."""
        async with self.database.write() as connection:
            await chats.ensure(connection, Chat(1, "private", "en", "UTC"), NOW)
        return f"/feeds/{await service.make_feed(self.database, 1, NOW)}"

    async def publish(self, title: str, at: dt.datetime = NOW) -> None:
        async with self.database.write() as connection:
            await store_article(connection, "timesca", Article(title, published_at=at), NOW)

    async def print_rate(self, value: str) -> None:
        quote = Quote(Pair("USD", "KZT"), Decimal(value), Decimal("0.005"))
        async with self.database.write() as connection:
            await record_rate(connection, "nbk", quote, NOW, NOW.date())


@pytest.fixture
async def served(database: Database) -> AsyncIterator[Served]:
    served = Served(database)
    yield served
    if served.client is not None:
        await served.client.close()


@pytest.fixture
def rendered(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """The names of the documents that were made."""
    made: list[str] = []

    def counted(name: str, render: Any) -> Any:
        return lambda *given: made.append(name) or render(*given)

    for form, (render, media_type) in list(module._FEEDS.items()):
        monkeypatch.setitem(module._FEEDS, form, (counted(form, render), media_type))
    monkeypatch.setattr(documents, "rates_json", counted("rates", documents.rates_json))
    return made


@pytest.mark.parametrize(
    ("path", "media_type"),
    [
        ("atom", "application/atom+xml; charset=utf-8"),
        ("json", "application/feed+json; charset=utf-8"),
        ("/rates.json", "application/json; charset=utf-8"),
        ("/rates.csv", "text/csv; charset=utf-8; header=present"),
        ("/sources.opml", "text/x-opml; charset=utf-8"),
    ],
)
async def test_a_client_that_has_the_current_document_gets_no_body(served: Served, path: str, media_type: str) -> None:
    await served.publish("Gold")
    await served.print_rate("516.43")
    path = path if path.startswith("/") else f"{await served.feed()}.{path}"
    status, headers, body = await served.get(path)
    assert (status, headers["Content-Type"], headers["X-Content-Type-Options"]) == (200, media_type, "nosniff")
    scope = "private" if path.startswith("/feeds") else "public"
    assert headers["Cache-Control"] == f"{scope}, max-age=300"
    tag = headers["ETag"]
    assert tag.startswith('"')
    status, headers, empty = await served.get(path, "HEAD")
    assert (status, headers["ETag"], int(headers["Content-Length"]), empty) == (200, tag, len(body), b"")
    for given in (tag, f"W/{tag}", f'"other", {tag}', "*"):
        status, headers, empty = await served.get(path, If_None_Match=given)
        assert (status, headers["ETag"], empty, "Content-Type" in headers) == (304, tag, b"", False), given
        assert "max-age" in headers["Cache-Control"]
    assert (await served.get(path, If_None_Match='"other"'))[0] == 200
    assert (await served.get(path, If_None_Match="nonsense"))[0] == 200


async def test_a_date_counts_without_an_entity_tag_only(served: Served) -> None:
    await served.publish("Gold")
    path = f"{await served.feed()}.atom"
    _, headers, _ = await served.get(path)
    at = headers["Last-Modified"]
    assert at == "Sun, 29 Nov 2026 06:00:00 GMT"
    assert (await served.get(path, If_Modified_Since=at))[0] == 304
    assert (await served.get(path, If_Modified_Since="Sun, 29 Nov 2026 05:59:59 GMT"))[0] == 200
    assert (await served.get(path, If_Modified_Since="yesterday"))[0] == 200
    assert (await served.get(path, If_Modified_Since=at, If_None_Match='"other"'))[0] == 200
    await served.publish("Silver", NOW + dt.timedelta(hours=1))
    assert (await served.get(path, If_Modified_Since=at))[0] == 200


async def test_a_document_is_made_once_for_a_version_of_its_content(served: Served, rendered: list[str]) -> None:
    await served.publish("Gold")
    path = await served.feed()
    for _ in range(3):
        assert (await served.get(f"{path}.atom"))[0] == 200
    assert rendered == ["atom"]
    await served.get(f"{path}.json")
    await served.publish("Silver")
    assert b"Silver" in (await served.get(f"{path}.atom"))[2]
    assert rendered == ["atom", "json", "atom"]


async def test_rates_are_made_once_for_a_version_of_the_table(served: Served, rendered: list[str]) -> None:
    assert b'"rates":[]' in (await served.get("/rates.json"))[2]
    assert (await served.get("/rates.json"))[1].get("Last-Modified") is None
    await served.print_rate("516.43")
    for _ in range(2):
        status, headers, body = await served.get("/rates.json")
        assert (status, headers["Last-Modified"]) == (200, "Sun, 29 Nov 2026 06:00:00 GMT")
        assert b'"value":"516.43"' in body
    assert rendered == ["rates", "rates"]


async def test_only_the_last_used_documents_are_kept(
    served: Served, rendered: list[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(module, "MAX_DOCUMENTS", 2)
    path = await served.feed()
    for form in ("atom", "json", "atom"):
        await served.get(f"{path}.{form}")
    await served.get("/rates.json")  # in place of the JSON feed, which was used before Atom
    await served.get(f"{path}.atom")
    assert rendered == ["atom", "json", "rates"]
    await served.get(f"{path}.json")
    assert rendered == ["atom", "json", "rates", "json"]


async def test_sources_are_those_that_are_switched_on(served: Served) -> None:
    assert b"kabar" not in (await served.get("/sources.opml"))[2]
    async with served.database.write() as connection:
        await sources.switch(connection, "kabar", SITES[1].url, True)
        await sources.switch(connection, "timesca", SITES[0].url, False)
    body = (await served.get("/sources.opml"))[2]
    assert (b"kabar" in body, b"timesca" in body) == (True, False)


async def test_a_wrong_secret_is_answered_as_a_page_that_does_not_exist(served: Served) -> None:
    path = await served.feed()
    assert (await served.get(f"{path}.atom"))[0] == 200
    await service.make_feed(served.database, 1, NOW)
    status, headers, body = await served.get("/nothing")
    assert status == 404
    guesses = [f"{path}.atom", f"{path}.json", "/feeds/x.atom", f"/feeds/{'x' * 43}.json", f"/feeds/{'ж' * 900}.atom"]
    guesses += ["/feeds/%00.atom", "/feeds/%ff.json", "/feeds/.atom", f"{path}.xml", path]
    for guess in guesses:
        found = await served.get(guess)
        assert (found[0], found[2]) == (404, body), guess
        assert {*found[1]} == {*headers}, guess
    assert (await served.get(f"{path}.atom", "POST"))[0] == 405


async def test_an_address_with_too_many_requests_waits_and_others_do_not(served: Served) -> None:
    for _ in range(BURST):
        assert (await served.get("/feeds/guess.atom", X_Forwarded_For="203.0.113.7"))[0] == 404
    status, headers, _ = await served.get("/rates.json", X_Forwarded_For="198.51.100.1, 203.0.113.7")
    assert (status, headers["Retry-After"]) == (429, "5")
    assert (await served.get("/rates.json", X_Forwarded_For="203.0.113.7, 198.51.100.1"))[0] == 200
    served.seconds += 5
    assert (await served.get("/rates.json", X_Forwarded_For="203.0.113.7"))[0] == 200


@pytest.mark.parametrize(
    ("remote", "forwarded", "counted"),
    [
        ("93.184.215.14", [], "93.184.215.14"),
        ("93.184.215.14", ["198.51.100.1"], "93.184.215.14"),  # no proxy of ours
        ("127.0.0.1", ["198.51.100.1"], "198.51.100.1"),
        ("172.18.0.2", ["1.1.1.1, 198.51.100.1"], "198.51.100.1"),
        ("::1", ["1.1.1.1", "2001:db9:1:2:3:4:5:6"], "2001:db9:1:2::"),
        ("127.0.0.1", ["nonsense"], "127.0.0.1"),
        (None, [], "None"),
    ],
)
def test_the_counted_address_is_the_clients(remote: str | None, forwarded: list[str], counted: str) -> None:
    headers = SimpleNamespace(getall=lambda _name, default: forwarded or default)
    request: Any = SimpleNamespace(remote=remote, headers=headers)
    assert sender_of(request) == counted


async def test_an_outage_of_the_database_is_answered_503(served: Served, monkeypatch: pytest.MonkeyPatch) -> None:
    path = await served.feed()

    async def fails(*_given: Any) -> None:
        raise StorageError("the database server is away")

    monkeypatch.setattr(service, "feed_version", fails)
    status, headers, body = await served.get(f"{path}.atom")
    assert (status, headers["Retry-After"]) == (503, "60")
    assert b"database" not in body

"""Changes to a feed on its way, through the real fetcher and poller: packing, cutting, notices, other answers."""

from __future__ import annotations

import gzip
import zlib
from collections.abc import AsyncIterator, Awaitable, Callable

import pytest
from aiohttp import web

from bot.domain.sites import FEED, Site
from bot.sources.fetch import Fetcher
from storage.database import Database
from tests.ingest.conftest import T0, Reader, Stand, item, rss

WHOLE = rss(*(item(f"The story {n}", guid=n, date=T0) for n in range(3)))
POSTS = '[{"title":{"rendered":"The story of REST"},"link":"https://example.org/r","guid":{"rendered":"r"}}]'
REST = "/wp-json/wp/v2/posts"

Answer = Callable[[web.Request], web.StreamResponse | Awaitable[web.StreamResponse]]


class ScriptedStand(Stand):
    """A stand some of whose paths are answered by a function; `headers` are those of the requests, in their order."""

    def __init__(self) -> None:
        super().__init__()
        self.answers: dict[str, Answer] = {}
        self.headers: list[dict[str, str]] = []

    async def _answer(self, request: web.Request) -> web.StreamResponse:
        self.headers.append({"path": request.path, **request.headers})
        if (answer := self.answers.get(request.path)) is not None:
            self.asked.append(request.path)
            answered = answer(request)
            return answered if isinstance(answered, web.StreamResponse) else await answered
        return await super()._answer(request)

    def conditions(self, path: str = "/feed/") -> list[str | None]:
        """The If-None-Match of each request for a path."""
        return [headers.get("If-None-Match") for headers in self.headers if headers["path"] == path]


@pytest.fixture
async def site(database: Database) -> AsyncIterator[tuple[ScriptedStand, Reader]]:
    stand, fetcher = ScriptedStand(), Fetcher("test", allow_private=True, read_seconds=2)
    await stand.start()
    stand.serve("/", b"<html><body><ul><li>KZT/USD = 0.00196 0%</li></ul></body></html>")
    stand.serve("/feed/", rss())
    reader = Reader(database, stand, fetcher, [Site(FEED, "Home", f"{stand.url}/feed/")])
    await reader.listen()
    await reader.poll()
    stand.headers.clear()
    stand.asked.clear()
    yield stand, reader
    await fetcher.close()
    await stand.stop()


def sent(body: bytes | str, **headers: str) -> Answer:
    content = body.encode() if isinstance(body, str) else body
    made = {name.replace("_", "-"): value for name, value in headers.items()}
    return lambda _: web.Response(body=content, headers={"Content-Type": "application/rss+xml", **made})


PACKED = gzip.compress(WHOLE.encode())


@pytest.mark.parametrize(
    ("body", "packing"),
    [
        (PACKED, None), (gzip.compress(PACKED), "gzip"), (PACKED, "x-gzip"), (PACKED + bytes(100), "gzip"),
        (PACKED, "gzip"), (zlib.compress(WHOLE.encode()), "deflate"), (WHOLE.encode(), "gzip"),
        (gzip.compress(PACKED), None), (PACKED[:0] + gzip.compress(WHOLE.encode()[:50]) + gzip.compress(WHOLE.encode()[50:]), "gzip"),
    ],
)  # fmt: skip
async def test_a_packed_feed_is_read(site: tuple[ScriptedStand, Reader], body: bytes, packing: str | None) -> None:
    stand, reader = site
    stand.answers["/feed/"] = sent(body, **({"Content_Encoding": packing} if packing else {}))
    assert (await reader.poll())[FEED].error is None
    assert len(await reader.articles()) == 3


@pytest.mark.parametrize("packing", ["gzip", None])
async def test_a_bomb_is_refused_whatever_its_header(site: tuple[ScriptedStand, Reader], packing: str | None) -> None:
    stand, reader = site
    bomb = gzip.compress(gzip.compress(bytes(300_000_000)))
    stand.answers["/feed/"] = sent(bomb, **({"Content_Encoding": packing} if packing else {}))
    assert (await reader.poll())[FEED].error == "more than 5 MiB"


UNREADABLE: list[tuple[str, Answer]] = [
    ("notices and nothing else", sent("<br />\n<b>Fatal error</b>: Allowed memory size in <b>/x.php</b>")),
    ("a page", sent("<html><body><h2><a href='/1'>The story of a page</a></h2></body></html>")),
    ("nothing", sent("")),
    ("a feed without items", sent(rss())),
    ("items without titles", sent("<rss><channel><item><link>https://example.org/1</link></item></channel></rss>")),
    ("half of a packed feed", sent(PACKED[: len(PACKED) // 2], Content_Encoding="gzip")),
    ("damaged packed data", sent(PACKED[:-8] + bytes(8), Content_Encoding="gzip")),
    ("too much", sent(b"<rss>" + b" " * 6_000_000)),
    ("binary data", sent(bytes(range(32)) * 100)),
    ("entities of its own", sent('<!DOCTYPE rss [<!ENTITY a "b">]>' + WHOLE)),
    ("a refusal", lambda _: web.Response(status=403)),
    ("not modified, although nothing was known", lambda _: web.Response(status=304)),
    ("redirects to itself", lambda _: web.Response(status=302, headers={"Location": "/feed/"})),
    ("a redirect to nowhere", lambda _: web.Response(status=302, headers={"Location": "http://[x]/"})),
]


@pytest.mark.parametrize("answer", [answer for _, answer in UNREADABLE], ids=[name for name, _ in UNREADABLE])
async def test_the_second_form_is_asked_for_where_the_first_one_gives_nothing(
    site: tuple[ScriptedStand, Reader], answer: Answer
) -> None:
    stand, reader = site
    stand.answers["/feed/"] = answer
    stand.answers[REST] = sent(POSTS)
    assert (await reader.poll())[FEED].error is None
    assert [one.title for one in await reader.articles()] == ["The story of REST"]


@pytest.mark.parametrize("answer", [answer for _, answer in UNREADABLE], ids=[name for name, _ in UNREADABLE])
async def test_the_failure_of_the_first_form_is_sent_where_both_fail(
    site: tuple[ScriptedStand, Reader], answer: Answer
) -> None:
    stand, reader = site
    stand.answers["/feed/"] = answer
    for rest in (sent("<html><body><h1>404</h1></body></html>"), lambda _: web.Response(status=404), sent("[]")):
        stand.answers[REST] = rest
        error = (await reader.poll())[FEED].error
        assert error is None or "404" not in error
    assert await reader.articles() == []


@pytest.mark.parametrize("status", [429, 503])
async def test_a_site_that_limits_requests_is_asked_for_nothing_else(
    site: tuple[ScriptedStand, Reader], status: int
) -> None:
    stand, reader = site
    stand.answers["/feed/"] = lambda _: web.Response(status=status)
    stand.answers[REST] = sent(POSTS)
    assert (await reader.poll())[FEED].error == f"the site answered {status}"
    assert REST not in stand.asked


PARTIAL = [
    ("in an item", WHOLE[: WHOLE.index("The story 2") + 5]),
    ("between items", WHOLE[: WHOLE.index("</item>", WHOLE.index("The story 1")) + 7]),
    ("before the end", WHOLE[: WHOLE.rindex("</rss>")]),
    ("an item without a title", WHOLE.replace("<title>The story 1</title>", "")),
    ("posts", '[{"title":{"rendered":"The story 0"},"link":"https://example.org/0"},{"title":{"rend'),
]


@pytest.mark.parametrize("body", [body for _, body in PARTIAL], ids=[name for name, _ in PARTIAL])
async def test_a_part_of_a_document_leaves_no_validators(site: tuple[ScriptedStand, Reader], body: str) -> None:
    stand, reader = site

    def cached(request: web.Request) -> web.StreamResponse | Awaitable[web.StreamResponse]:
        if request.headers.get("If-None-Match") == '"1"':
            return web.Response(status=304)
        seen.append(1)
        return sent(body if len(seen) == 1 else WHOLE, ETag='"1"', Last_Modified="Fri, 27 Nov 2026 10:00:00 GMT")(
            request
        )

    seen: list[int] = []
    stand.answers["/feed/"] = cached
    for _ in range(3):
        assert (await reader.poll())[FEED].error is None
    assert {one.title for one in await reader.articles()} >= {"The story 0", "The story 1", "The story 2"}
    # The whole document was read the second time, and its validators count from then on.
    assert stand.conditions() == [None, None, '"1"']


async def test_validators_of_an_unreadable_feed_are_not_kept(site: tuple[ScriptedStand, Reader]) -> None:
    stand, reader = site
    stand.answers["/feed/"] = sent("<b>Notice</b>", ETag='"bad"')
    stand.answers[REST] = sent(POSTS, ETag='"rest"')
    await reader.poll()
    await reader.poll()
    assert stand.conditions() == [None, None]


@pytest.mark.parametrize("chunked", [False, True])
async def test_an_answer_that_is_shorter_than_announced_is_an_error(
    site: tuple[ScriptedStand, Reader], chunked: bool
) -> None:
    stand, reader = site

    async def cut(request: web.Request) -> web.StreamResponse:
        response = web.StreamResponse(headers={"ETag": '"1"', "Content-Type": "application/rss+xml"})
        if chunked:
            response.enable_chunked_encoding()
        else:
            response.content_length = len(WHOLE) + 1000
        await response.prepare(request)
        await response.write(WHOLE.encode())
        assert request.transport is not None
        request.transport.close()
        return response

    stand.answers["/feed/"] = cut
    polled = await reader.poll()
    assert polled[FEED].error == "the answer broke off"
    assert polled["page"].error is None
    await reader.poll()
    assert stand.conditions() == [None, None]


@pytest.mark.parametrize("link", ["/a/1", "../a/1", "//{host}/a/1"])
async def test_a_relative_link_is_joined_to_where_the_feed_was_found(
    site: tuple[ScriptedStand, Reader], link: str
) -> None:
    stand, reader = site
    host = stand.url.partition("//")[2]
    stand.answers["/feed/"] = lambda _: web.Response(status=301, headers={"Location": "/moved/"})
    stand.serve("/moved/", rss(item("The story", guid=1, link=link.format(host=host), date=T0)))
    assert (await reader.poll())[FEED].error is None
    assert [(one.url or "").partition("//")[2] for one in await reader.articles()] == [f"{host}/a/1"]


async def test_one_broken_headline_leaves_the_rates_of_the_page(site: tuple[ScriptedStand, Reader]) -> None:
    stand, reader = site
    stand.serve(
        "/",
        "<html><body><ul><li>KZT/USD = 0.00196 0%</li></ul><h2><a href='http://[home_url]/x'>A broken story</a></h2>"
        "<h2><a href='/y'>A whole story</a></h2></body></html>",
    )
    polled = (await reader.poll())["page"]
    assert polled.snapshot is not None
    assert len(polled.snapshot.rates) == 1
    assert [article.title for article in polled.snapshot.articles] == ["A whole story"]


@pytest.mark.parametrize(
    ("rules", "error"),
    [
        ("User-agent: *\nDisallow: /", "robots.txt forbids the page to programs"),
        ("User-agent: Jarchi\nDisallow: /", "robots.txt forbids the page to programs"),
        ("User-agent: *\nDisallow: /wp-admin/", None),
    ],
)
async def test_the_page_obeys_robots_txt_and_the_feed_is_exempt(
    site: tuple[ScriptedStand, Reader], rules: str, error: str | None
) -> None:
    stand, reader = site
    stand.serve("/robots.txt", rules)
    fetcher = Fetcher("Jarchi/1", allow_private=True)
    new = Reader(reader.database, stand, fetcher, reader.sites)
    stand.serve("/feed/", rss(item("The story", guid=1, date=T0)))
    stand.asked.clear()
    polled = [await new.poll() for _ in range(2)][-1]
    await fetcher.close()
    assert (polled["page"].error, polled[FEED].error) == (error, None)
    assert ("/" in stand.asked) is (error is None)
    assert stand.asked.count("/robots.txt") == 1
    assert (await reader.state("page")).last_error == error


async def test_a_page_that_is_redirected_to_a_forbidden_one_is_not_read(site: tuple[ScriptedStand, Reader]) -> None:
    stand, reader = site
    stand.serve("/robots.txt", "User-agent: *\nDisallow: /inside")
    stand.answers["/"] = lambda _: web.Response(status=302, headers={"Location": "/inside/"})
    stand.serve("/inside/", "<ul><li>KZT/USD = 0.00500 0%</li></ul>")
    fetcher = Fetcher("Jarchi/1", allow_private=True)
    polled = await Reader(reader.database, stand, fetcher, reader.sites).poll()
    await fetcher.close()
    assert polled["page"].error == "robots.txt forbids the page to programs"

"""A damaged answer of one source, through the real fetcher and poller: the other sources are read as ever."""

from __future__ import annotations

import datetime as dt
import hashlib
import itertools
import json
from collections.abc import AsyncIterator
from decimal import Decimal

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from bot.domain.rates import Pair
from bot.domain.sites import FEED, Site
from bot.ingest.matching import Matcher
from bot.ingest.poll import Polled, Poller
from bot.sources.banks import BANKS
from bot.sources.fetch import Fetcher
from storage import rates
from storage.database import Database
from tests.ingest.conftest import T0, Reader, Stand, item, rss
from tests.neighbours.mangled import mangled

TICKER = "<html><body><ul><li>KZT/USD = {rate} 0%</li><li>TJS/USD = 0.10904 0%</li></ul></body></html>"
HEADLINES = b"""<html><body><ul><li>KZT/USD = 0.00209 0%</li></ul>
<h2><a href="/bridge/">A bridge over the Syr Darya opens</a></h2><p>The first lorries crossed it this morning.</p>
<h2><a href="https://example.org/dam/">A dam is repaired before the spring flood</a></h2><p>Its gates were old.</p>
</body></html>"""
DOCUMENTS = [
    rss(
        item("The mangled one", guid="https://example.org/?p=1", link="https://example.org/1/?a=1&amp;b=2", date=T0),
        item("The mangled two", guid=2, text="<p>Body &amp; soul</p><img src='/a.png'>", date="27.11.2026 15:00"),
    ).encode(),
    b"""<?xml version="1.0"?><feed xmlns="http://www.w3.org/2005/Atom" xml:base="https://example.org/"><title>t</title>
    <entry><id>urn:1</id><title type="xhtml"><div xmlns="http://www.w3.org/1999/xhtml">Mangled <b>Atom</b></div></title>
    <link href="one.html"/><updated>2026-04-01T09:00:00+05:00</updated><summary>Words</summary></entry></feed>""",
    json.dumps(
        [
            {
                "id": n,
                "date_gmt": "2026-04-01T09:00:00",
                "link": f"https://example.org/{n}/",
                "guid": {"rendered": f"https://example.org/?p={n}"},
                "title": {"rendered": f"The mangled post {n}"},
                "content": {"rendered": "<p>Text</p>", "protected": False},
                "excerpt": {"rendered": "<p>Te</p>"},
            }
            for n in range(3)
        ]
    ).encode(),
    HEADLINES,
    TICKER.format(rate="0.00209").encode(),
]
NBK = """<?xml version="1.0" encoding="utf-8"?><rates><date>{day}</date>
<item><title>USD</title><description>478.77</description><quant>1</quant></item>
<item><title>EUR</title><description>548.62</description><quant>1</quant></item></rates>"""
TABLES = [
    json.dumps([{"Ccy": "USD", "Nominal": "1", "Rate": "12 142.10", "Date": "01.04.2026"}]).encode(),
    NBK.format(day="01.04.2026").encode(),
    b"""<?xml version="1.0" encoding="windows-1251"?><ValCurs Date="02.04.2026"><Valute><CharCode>KZT</CharCode>
    <Nominal>100</Nominal><Value>16,3172</Value></Valute></ValCurs>""",
    b"""<html><body><table><tr><td>25.06.2005</td><td>40,9614</td></tr></table></body></html>""",
]
STEP = dt.timedelta(minutes=20)


def headline(site: str, number: int) -> str:
    """A headline that shares one word with all others, so that none is taken for a duplicate."""
    digest = hashlib.sha256(f"{site} {number}".encode()).hexdigest()
    return "A story of " + " ".join(digest[place : place + 6] for place in range(0, 36, 6))


class Region:
    """Two sites, the page and the banks of a stand; each round brings one new article and one new rate of the good ones."""

    def __init__(self, reader: Reader, fetcher: Fetcher) -> None:
        self.reader, self.fetcher, self.rounds = reader, fetcher, itertools.count(1)

    async def poll(self, bad: str, body: bytes) -> tuple[int, dict[str, Polled]]:
        """Serve `body` for everything of the source `bad` and good answers for the others, and make a pass."""
        stand, reader = self.reader.stand, self.reader
        number = next(self.rounds)
        reader.now += STEP
        day = (T0.date() + dt.timedelta(days=number % 5)).strftime("%d.%m.%Y")
        news = rss(item(headline("good", number), guid=f"good-{number}", date=reader.now))
        stand.bodies.clear()
        for path in ("/feed/", "/second/feed/"):
            stand.serve(path, news if path != "/second/feed/" else rss(item(headline("second", number), guid=number)))
        stand.serve("/", TICKER.format(rate=f"0.00{208 + number % 3}"))
        stand.serve("/nbk/rss/get_rates.cfm", NBK.format(day=day))
        for path in {"feed": ["/feed/", "/wp-json/wp/v2/posts"], "page": ["/"], "bank": BANK_PATHS}[bad]:
            stand.serve(path, body)
        url = stand.url
        sites = [Site(FEED, "Home", f"{url}/feed/"), Site("second", "Second", f"{url}/second/feed/")]
        poller = Poller(
            reader.database, Matcher(), self.fetcher, sites, f"{url}/", 900, lambda: reader.now,
            [BANKS["cbu"], BANKS["nbk"], BANKS["nbt"]], f"{url}",
        )  # fmt: skip
        return number, {one.source: one for one in await poller.run_pass(force=True)}


BANK_PATHS = ["/cbu/en/arkhiv-kursov-valyut/json/", "/nbt/en/kurs/export_xml.php"]


@pytest.fixture
async def region(database: Database) -> AsyncIterator[Region]:
    """A region whose sources have each been read once; person 1 follows the word that all headlines share."""
    stand, fetcher = Stand(), Fetcher("test", allow_private=True)
    await stand.start()
    reader = Reader(database, stand, fetcher, [])
    await reader.listen()
    made = Region(reader, fetcher)
    await made.poll("feed", rss(item("The first story of all", guid="first", date=T0)).encode())
    yield made
    await fetcher.close()
    await stand.stop()


@settings(max_examples=60, suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow])
@given(
    damage=st.one_of(
        st.tuples(st.just("feed"), mangled(DOCUMENTS)),
        st.tuples(st.just("page"), mangled(DOCUMENTS)),
        st.tuples(st.just("bank"), mangled(TABLES)),
    )
)
@pytest.mark.slow
async def test_neighbours_of_a_damaged_source_are_read(region: Region, damage: tuple[str, bytes]) -> None:
    bad, body = damage
    reader = region.reader
    number, polled = await region.poll(bad, body)
    titles = {article.title for article in await reader.articles()}
    sent = await reader.delivered()
    assert "The first story of all" in titles
    assert headline("second", number) in titles
    assert headline("second", number) in sent
    assert polled["second"].error is None
    assert polled["nbk"].error is None
    if bad != "feed":
        assert headline("good", number) in titles
        assert headline("good", number) in sent
    if bad != "page":
        assert polled["page"].error is None
        assert polled["page"].snapshot is not None
    async with reader.database.read() as connection:
        resolved = (await rates.graph(connection, reader.now)).resolve(Pair("USD", "KZT"))
    assert resolved is not None
    assert resolved.rate.value == Decimal("478.77")

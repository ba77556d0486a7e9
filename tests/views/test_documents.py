"""Documents for other programs: valid whatever their texts are, short, and exact."""

import csv
import datetime as dt
import json
from dataclasses import replace
from decimal import Decimal
from io import StringIO
from typing import Any
from xml.etree import ElementTree

import feedparser
from hypothesis import given
from hypothesis import strategies as st

from bot.domain.articles import MAX_TITLE_LENGTH, StoredArticle
from bot.domain.feeds import Feed, FeedItem
from bot.domain.rate_graph import PEG
from bot.domain.rates import Pair, Rate
from bot.domain.sites import Site
from bot.views import documents
from bot.views.news import LEAD_LENGTH

NOW = dt.datetime(2026, 11, 29, 4, 30, 15, 999, tzinfo=dt.UTC)
EARLIER = NOW - dt.timedelta(hours=3)
HOST = "bot.example.org"
ATOM = "{http://www.w3.org/2005/Atom}"
ARTICLE = StoredArticle(
    17, "timesca", "Gold & Silver <b>Rise</b>", "Prices rose on Monday. They fell later.\n\nMore.", "https://example.org/1?a=1&b=2", EARLIER, NOW, site="The Times", language="en"
)  # fmt: skip
# Letters of all kinds: control and bidi characters, unpaired surrogates, noncharacters, and markup.
texts = st.one_of(
    st.text(max_size=60),
    st.text(
        st.sampled_from("a<>&\"']]>\x00\x01\x0b\x1f\x7f\x85\x9f\u2028\u202e\u2066\ufeff\ufffe\uffff\ud800\udfff🙂\n\t"),
        max_size=40,
    ),
    st.sampled_from(["]]>", "<![CDATA[", "&#0;", "&bomb;", "<!DOCTYPE x>", "ж" * 4000, "слово " * 800]),
)
instants = st.integers(0, 4 * 10**9).map(lambda seconds: dt.datetime.fromtimestamp(seconds, dt.UTC))
articles = st.builds(
    StoredArticle,
    id=st.integers(1, 2**63 - 1),
    source=st.sampled_from(["timesca", "kabar"]),
    title=texts,
    text=texts,
    url=st.one_of(st.none(), texts, texts.map(lambda text: f"https://example.org/{text}")),
    published_at=st.one_of(st.none(), instants),
    first_seen_at=instants,
    site=texts,
    language=st.sampled_from(["", "en", "ky"]),
)
items = st.builds(FeedItem, articles, instants)


def feed(*found: FeedItem, title: str = "") -> Feed:
    return Feed("0123456789abcdef", title, EARLIER, found)


def parsed(document: bytes) -> Any:
    """The feed as a reader has it, which must not complain of anything."""
    read = feedparser.parse(document)
    assert not read.bozo, read.get("bozo_exception")
    return read


def test_an_article_has_its_title_link_lead_source_and_dates() -> None:
    read = parsed(documents.atom(feed(FeedItem(ARTICLE, NOW), title="Bazaar"), HOST))
    assert (read.version, read.feed.title, read.feed.updated) == ("atom10", "Jarchi: Bazaar", "2026-11-29T04:30:15Z")
    assert read.feed.id == f"tag:{HOST},2026:feed/0123456789abcdef"
    [entry] = read.entries
    assert entry.id == f"tag:{HOST},2026:article/17"
    assert entry.title_detail.type == "text/plain"
    assert entry.title == "Gold & Silver <b>Rise</b>"
    assert entry.link == "https://example.org/1?a=1&b=2"
    assert entry.summary == "Prices rose on Monday. They fell later."
    assert (entry.author, entry.published, entry.updated) == (
        "The Times",
        "2026-11-29T01:30:15Z",
        "2026-11-29T04:30:15Z",
    )
    read = json.loads(documents.json_feed(feed(FeedItem(ARTICLE, NOW)), HOST))
    assert read == {
        "version": "https://jsonfeed.org/version/1.1",
        "title": "Jarchi",
        "items": [
            {
                "id": f"tag:{HOST},2026:article/17",
                "url": "https://example.org/1?a=1&b=2",
                "title": "Gold & Silver <b>Rise</b>",
                "content_text": "Prices rose on Monday. They fell later.",
                "date_published": "2026-11-29T01:30:15Z",
                "date_modified": "2026-11-29T04:30:15Z",
                "authors": [{"name": "The Times"}],
                "language": "en",
            }
        ],
    }


def test_an_entry_without_a_link_has_a_content_and_an_empty_feed_is_valid() -> None:
    unlinked = replace(ARTICLE, url="javascript:alert(1)", text="")
    root = ElementTree.fromstring(documents.atom(feed(FeedItem(unlinked, NOW)), HOST))
    entry = root.find(f"{ATOM}entry")
    assert entry is not None
    assert entry.find(f"{ATOM}link") is None
    assert entry.findtext(f"{ATOM}content") == "Gold & Silver <b>Rise</b>"
    assert parsed(documents.atom(feed(), HOST)).feed.updated == "2026-11-29T01:30:15Z"


@given(st.lists(items, max_size=3), texts)
def test_any_text_gives_a_valid_feed_of_the_same_articles_without_full_texts(found: list[FeedItem], title: str) -> None:
    content = feed(*found, title=title)
    document = documents.atom(content, HOST)
    root = ElementTree.fromstring(document)
    parsed(document)
    entries = root.findall(f"{ATOM}entry")
    as_json = json.loads(documents.json_feed(content, HOST).decode("utf-8"))["items"]
    assert [entry.findtext(f"{ATOM}id") for entry in entries] == [one["id"] for one in as_json]
    assert len(entries) == len(found)
    for entry, one in zip(entries, as_json, strict=True):
        name = entry.findtext(f"{ATOM}title") or ""
        assert name == one["title"]
        assert len(name) <= MAX_TITLE_LENGTH
        assert len(one["content_text"]) <= max(LEAD_LENGTH, MAX_TITLE_LENGTH)
        assert not set(name + one["content_text"]) & set("\x00\x01\x0b\x1f\x7f\x9f\u202e\u2066\ufffe\uffff\n\t")
        assert one.get("url", "https:").startswith(("https:", "http:"))


KZT = Rate(Pair("USD", "KZT"), Decimal("516.430"), Decimal("0.005"), "nbk", EARLIER, NOW, NOW.date())
UZS = Rate(Pair("UZS", "KZT"), Decimal("4E-8"), Decimal("5E-9"), "nbk", EARLIER, NOW, NOW.date())
FIXED = Rate(Pair("USD", "TMT"), Decimal("3.5"), Decimal(0), PEG, EARLIER, NOW, NOW.date())
EXPECTED = [
    {"base": "USD", "quote": "KZT", "value": "516.430", "tick": "0.005", "source": "nbk", "source_name": "National Bank of Kazakhstan", "valid_on": "2026-11-29", "read_at": "2026-11-29T04:30:15Z", "stale": False},
    {"base": "UZS", "quote": "KZT", "value": "0.00000004", "tick": "0.000000005", "source": "nbk", "source_name": "National Bank of Kazakhstan", "valid_on": "2026-11-29", "read_at": "2026-11-29T04:30:15Z", "stale": True},
    {"base": "USD", "quote": "TMT", "value": "3.5", "tick": "0", "source": "peg", "source_name": "official rate, fixed since 2015", "valid_on": "2026-11-29", "read_at": None, "stale": False},
]  # fmt: skip
RATES = [(KZT, False), (UZS, True), (FIXED, False)]


def test_rates_are_exact_texts_with_unit_source_day_and_tick() -> None:
    read = json.loads(documents.rates_json(RATES))
    assert read == {"unit": documents.UNIT, "rates": EXPECTED}
    lines = list(csv.DictReader(StringIO(documents.rates_csv(RATES).decode())))
    assert lines == [{**row, "read_at": row["read_at"] or "", "stale": str(row["stale"]).lower()} for row in EXPECTED]


@given(texts, texts)
def test_sources_are_valid_opml(name: str, url: str) -> None:
    site = Site("kabar", "Kabar", "https://kabar.kg/feed/?a=1&b=2", "ky", "KG")
    root = ElementTree.fromstring(documents.opml([site, Site("other", name, url)]))
    first, other = root.iter("outline")
    assert first.attrib == {"type": "rss", "text": "Kabar", "title": "Kabar", "xmlUrl": site.url, "language": "ky"}
    assert other.get("type") == "rss"

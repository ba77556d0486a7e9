"""Feeds, links, lists of posts and pages that are misspelt in ways that programs of publishers misspell them."""

from __future__ import annotations

import datetime as dt
import gzip
import json

import pytest

from bot.domain.keys import guid_key, link_key
from bot.domain.snapshot import NotAPage, Snapshot
from bot.sources.json_text import find_json
from bot.sources.read import read

ITEM = "<item><title>Wheat leaves Kostanay</title><link>https://news.example/wheat/</link></item>"
RSS = f"<rss version='2.0'><channel><title>Herald</title>{ITEM}</channel></rss>"
ADDRESS = "https://news.example/feed/"
TICKER = "<ul><li>KZT/USD = 0.00194 -0%</li></ul>"


def entries(snapshot: Snapshot) -> list[tuple[str, str | None]]:
    return [(article.title, article.url) for article in snapshot.articles]


WHEAT = [("Wheat leaves Kostanay", "https://news.example/wheat/")]


@pytest.mark.parametrize(
    "feed",
    [
        RSS.upper()
        .replace("HTTPS://NEWS.EXAMPLE/WHEAT/", WHEAT[0][1] or "")
        .replace("WHEAT LEAVES KOSTANAY", WHEAT[0][0]),
        RSS.replace("item>", "Item>").replace("title>", "Title>").replace("link>", "Link>"),
        RSS.replace("version='2.0'", "version=2.0"),
        RSS.replace("<item>", "<item id=7><guid isPermaLink=false>7</guid><category domain=news>Farms</category>"),
        (
            "<atom:feed><atom:entry><atom:title>Wheat leaves Kostanay</atom:title>"
            "<atom:link href='/wheat/'/></atom:entry></atom:feed>"
        ),
        (
            "<feed xmlns='http://www.w3.org/2005/Atom'><entry><title>Wheat leaves Kostanay</title>"
            "<link rel='self' href='/x'/><link rel='Alternate' href='/wheat/'/></entry></feed>"
        ),
        (
            "<feed xmlns='http://www.w3.org/2005/Atom'><entry><title>Wheat leaves Kostanay</title>"
            "<link rel='http://www.iana.org/assignments/relation/alternate' href='/wheat/'/></entry></feed>"
        ),
        RSS.replace("<rss", "<rss xmlns:feedburner='http://rssnamespace.org/feedburner/ext/1.0'").replace(
            "<link>https://news.example/wheat/</link>",
            "<link>https://proxy.example/~r/1</link><feedburner:origLink>/wheat/</feedburner:origLink>",
        ),
    ],
)
def test_elements_and_attributes_are_known_however_they_are_written(feed: str) -> None:
    snapshot = read(feed.encode(), url=ADDRESS)
    assert (entries(snapshot), snapshot.warnings) == (WHEAT, ())


def test_an_undeclared_item_of_another_vocabulary_is_none() -> None:
    feed = RSS.replace("</item>", "<shop:item><title>Not a headline</title></shop:item></item>")
    assert entries(read(feed.encode())) == WHEAT


def test_items_that_cannot_be_read_are_a_failure_and_no_empty_feed() -> None:
    feed = "<rss><channel><item xmlns='http://www.w3.org/1999/xhtml'><title>A title</title></item></channel></rss>"
    with pytest.raises(NotAPage, match="items cannot be read"):
        read(feed.encode())
    assert read(b"<rss><channel><title>x</title></channel></rss>").articles == ()


@pytest.mark.parametrize(
    "before",
    [
        "<!DOCTYPE html>\n",
        "<html><head><meta charset='utf-8'></head><body>",
        "<!doctype html><html><head><title>x</title></head><body></body></html>\n",
        "<!-- cached <html> -->\n",
        "<script>var page = '<html>';</script>\n",
        "<!-- <!doctype html> --><!-- -->\n",
    ],
)
def test_a_page_without_content_does_not_hide_a_feed(before: str) -> None:
    assert entries(read((before + RSS).encode())) == WHEAT


@pytest.mark.parametrize("before", ["<p>How to write <code>", "<h2><a href='/1'>A headline</a></h2>"])
def test_a_page_with_content_is_a_page(before: str) -> None:
    page = f"<!doctype html><html><body>{TICKER}{before}{RSS}</body></html>"
    assert read(page.encode(), url="https://news.example/").layout == "html"


@pytest.mark.parametrize("blank", [b"\n", b"\xef\xbb\xbf", b"\xef\xbb\xbf\r\n\t"])
def test_packed_data_behind_blanks_are_unpacked(blank: bytes) -> None:
    assert entries(read(blank + gzip.compress(RSS.encode()))) == WHEAT


@pytest.mark.parametrize(
    ("printed", "link"),
    [
        ("www.news.example/a", "https://www.news.example/a"),
        ("https:///news.example/a", "https://news.example/a"),
        ("https:/news.example/a", "https://news.example/a"),
        ("http:\\\\news.example/a", "http://news.example/a"),
        ("http://https://news.example/a", "https://news.example/a"),
        ("https://news.example/\n      a", "https://news.example/a"),
        ("https://news.example/?a=1&amp;#038;b=2", "https://news.example/?a=1&b=2"),
        ("<![CDATA[https://news.example/?a=1&amp;b=2&#38;c=3]]>", "https://news.example/?a=1&b=2&c=3"),
        ("https://archive.example/web/https://news.example/a", "https://archive.example/web/https://news.example/a"),
        ("/?u=http://other.example/", "https://news.example/?u=http://other.example/"),
        ("http://..example/a", None),
        (f"https://{'a' * 64}.example/", None),
    ],
)
def test_a_link_is_read_as_browsers_and_publishers_mean_it(printed: str, link: str | None) -> None:
    feed = f"<rss><channel><item><title>A title</title><link>{printed}</link></item></channel></rss>"
    assert entries(read(feed.encode(), url=ADDRESS)) == [("A title", link)]


def test_an_escaped_ampersand_is_part_of_a_link_and_not_of_a_guid() -> None:
    in_feed, in_list = ("https://news.example/?post_type=n&p=1", "https://news.example/?post_type=n&#038;p=1")
    assert guid_key(in_feed) == guid_key(in_list)
    assert link_key(in_list) != link_key(in_list.replace("p=1", "p=2"))


@pytest.mark.parametrize(
    "dates",
    [
        "<pubDate>soon</pubDate><dc:date>2026-04-01T10:00:00Z</dc:date>",
        "<pubDate>0000-00-00</pubDate><pubDate>Wed, 01 Apr 2026 10:00:00 GMT</pubDate>",
        "<dc:date>03/04/2026</dc:date><published>x</published><updated>2026-04-01T15:00:00+05:00</updated>",
    ],
)
def test_the_first_date_that_can_be_read_counts(dates: str) -> None:
    feed = RSS.replace("</item>", f"{dates}</item>").replace("<rss", "<rss xmlns:dc='http://purl.org/dc/elements/1.1/'")
    (article,) = read(feed.encode()).articles
    assert article.published_at == dt.datetime(2026, 4, 1, 10, tzinfo=dt.UTC)


@pytest.mark.parametrize(
    ("body", "text"),
    [
        ("<description>&lt;![CDATA[Fields &lt;b&gt;and&lt;/b&gt; farms]]&gt;</description>", "Fields and farms"),
        ("<description><![CDATA[<![CDATA[<p>Fields</p>]]]]><![CDATA[>]]></description>", "Fields"),
        ("<content:encoded><![CDATA[<p>&nbsp;</p> ]]></content:encoded><description>Fields</description>", "Fields"),
        (
            "<content:encoded><![CDATA[<script>1</script>]]></content:encoded><description>Fields</description>",
            "Fields",
        ),
    ],
)
def test_a_body_is_read_behind_its_wrapping(body: str, text: str) -> None:
    (article,) = read(RSS.replace("</item>", f"{body}</item>").encode()).articles
    assert article.text == text


def post(title: str, **parts: object) -> dict[str, object]:
    return {"title": {"rendered": title}, "link": f"https://news.example/{title[0]}/", **parts}


POSTS = [("Apples", "https://news.example/A/"), ("Barley", "https://news.example/B/")]


@pytest.mark.parametrize(
    "text",
    [
        json.dumps({"0": post("Apples"), "2": post("Barley")}),
        json.dumps([post("Apples"), post("Barley")])[:-1] + ",\n]",
        json.dumps([post("Apples", slug="a"), post("Barley")]).replace('"slug": "a"', '"slug": "a\nb\tc"'),
        json.dumps([post("Apples", slug="a"), post("Barley")]).replace('"slug": "a"', r'"slug": "a\x \' \u12"'),
    ],
)
def test_a_list_of_posts_is_read_as_programs_misspell_it(text: str) -> None:
    snapshot = read(text.encode())
    assert (entries(snapshot), snapshot.warnings) == (POSTS, ())


def test_what_is_mended_in_json_is_never_within_a_text() -> None:
    assert find_json(r'[{"a": "x,]", "b": "\\", "c": ",}",},]') == [{"a": "x,]", "b": "\\", "c": ",}"}]
    with pytest.raises(ValueError, match="JSON"):
        find_json('[{"a": ,,}')


def test_posts_with_one_guid_are_kept_apart() -> None:
    guid = {"rendered": "https://news.example/?p=1"}
    snapshot = read(json.dumps([post("Apples", guid=guid), post("Barley", guid=guid)]).encode())
    assert [(article.title, article.guid) for article in snapshot.articles] == [("Apples", None), ("Barley", None)]


@pytest.mark.parametrize("link", ["/", "https://news.example", "http://www.news.example/?utm_source=x", "#top", "/p/2"])
def test_the_name_of_the_site_is_no_headline(link: str) -> None:
    page = f"<html><body><h1><a href='{link}'>Herald of Kostanay</a></h1>{TICKER}<h2><a href='/w/'>Wheat</a></h2></body></html>"
    snapshot = read(page.encode(), url="https://news.example/p/2")
    assert entries(snapshot) == [("Wheat", "https://news.example/w/")]


@pytest.mark.parametrize("change", ["+0.2%", "-0.2%", "\u22120.2 %", "0%"])
def test_a_ticker_s_change_may_have_any_sign(change: str) -> None:
    (quote,) = read(f"<html><body><ul><li>KZT/USD = 0.00194 {change}</li></ul></body></html>".encode()).rates
    assert str(quote.value) == "0.00194"

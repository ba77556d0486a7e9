import datetime as dt
import re
from decimal import Decimal

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.domain.articles import clean_text
from bot.domain.rates import Pair
from bot.domain.snapshot import NotAPage
from bot.sources.html_text import one_line
from bot.sources.read import read
from bot.sources.ticker import read_ticker

HTML = """<!doctype html><html><head><script>var t = "KZT/USD = 0.00500 0%";</script><style>/* TMT/USD = 0.5 0% */</style></head>
<body><ul><li>• KGS/USD = 0.01144 0%</li><li><span>KZT/USD</span> = <b>0.00194</b> -0%</li><li hidden>TJS/USD = 0.1 0%</li></ul>
<div>08 December 2025</div><nav><h3><a href="/menu">A menu entry</a></h3></nav>
<article><h2><a href="/rail/?utm_source=x">Rail &amp; <b>Road</b> Meet</a></h2><p>First.</p><h3>A Sub-heading</h3><p>Second.</p></article>
<h2><a href="javascript:alert(1)">Not an article</a></h2><p>Bad link.</p></body></html>"""

RSS = """<?xml version="1.0" encoding="UTF-8"?><rss version="2.0" xmlns:content="http://purl.org/rss/1.0/modules/content/"><channel>
<title>t</title><item><title>Uzbekistan&#8217;s &lt;script&gt; \u202eRail</title><link>https://www.example.org/rail/?utm_source=rss</link>
<pubDate>Wed, 12 Nov 2025 09:30:00 +0000</pubDate><guid isPermaLink="false">https://example.org/?p=7</guid><category>Rail</category>
<description>Short.</description><content:encoded><![CDATA[<p>Long <b>text</b>.</p><h2>Part Two</h2><p>More.</p>
<p>The post <a href="x">Rail</a> appeared first on <a href="y">Site</a>.</p>]]></content:encoded></item></channel></rss>"""


def test_only_what_a_reader_sees_of_a_page_counts() -> None:
    snapshot = read(HTML.encode(), url="https://example.org/")
    assert [(str(q.pair), q.value, q.change_pct) for q in snapshot.rates] == [
        ("KGS/USD", Decimal("0.01144"), "0"),
        ("KZT/USD", Decimal("0.00194"), "-0"),
    ]
    assert [(a.title, a.url, a.text, a.subheadings) for a in snapshot.articles] == [
        (
            "Rail & Road Meet",
            "https://example.org/rail/?utm_source=x",
            "First.\n\nA Sub-heading\n\nSecond.",
            ("A Sub-heading",),
        )
    ]
    assert snapshot.page_date == dt.date(2025, 12, 8)


def test_a_feed_gives_clean_text_and_the_stable_identity() -> None:
    (article,) = read(RSS.encode()).articles
    assert (article.title, article.guid, article.url) == (
        "Uzbekistan’s Rail",
        "https://example.org/?p=7",
        "https://www.example.org/rail/?utm_source=rss",
    )
    assert (article.text, article.subheadings) == ("Long text.\n\nPart Two\n\nMore.", ("Part Two",))
    assert article.published_at == dt.datetime(2025, 11, 12, 9, 30, tzinfo=dt.UTC)
    assert article.categories == ("Rail",)


def test_a_feed_that_defines_entities_is_refused() -> None:
    bomb = '<?xml version="1.0"?><!DOCTYPE rss [<!ENTITY a "aaaa"><!ENTITY b "&a;&a;">]><rss><channel></channel></rss>'
    with pytest.raises(NotAPage):
        read(bomb.encode())


def test_a_rest_answer_is_read() -> None:
    posts = '[{"title":{"rendered":"A &#8220;Title&#8221;"},"link":"https://example.org/a/","guid":{"rendered":"g"},"content":{"rendered":"<p>x</p>"},"date_gmt":"2025-11-12T09:30:00"}]'
    (article,) = read(posts.encode()).articles
    assert (article.title, article.url, article.text, article.guid) == ("A “Title”", "https://example.org/a/", "x", "g")


def test_the_archive_alternates_titles_and_bodies() -> None:
    text = "• KZT/USD = 0.00194 0%\n\nViewing results 1 - 6 of\n\nFirst Title\n\nFirst body. Continue reading\n\nSecond Title\n\nSecond body.\n\nCut"
    snapshot = read(text.encode())
    assert snapshot.layout == "archive"
    assert [(a.title, a.text) for a in snapshot.articles] == [
        ("First Title", "First body."),
        ("Second Title", "Second body."),
    ]


def test_an_interview_gives_one_article_whose_questions_are_no_titles() -> None:
    text = (
        "• KZT/USD = 0.00194 0%\n09 December 2025\n\nLending in Kyrgyzstan: An Interview with a Banker of the Region\n\nAn opening paragraph.\n\n"
        "TCA: What are your priorities in Kyrgyzstan and Central Asia this year?\n\nKB: Water and roads.\n\n"
        "Uzbekistan’s Farmers Turn to Drip Irrigation After a Dry Summer\n\nFields need half the water.\n\nContinue reading\n\nShort Tajik Title\n\nA body.\n"
    )
    assert [a.title for a in read(text.encode()).articles] == [
        "Lending in Kyrgyzstan: An Interview with a Banker of the Region",
        "Uzbekistan’s Farmers Turn to Drip Irrigation After a Dry Summer",
        "Short Tajik Title",
    ]


@pytest.mark.parametrize("encoding", ["windows-1251", "utf-8", "utf-16"])
def test_the_charset_is_found(encoding: str) -> None:
    declared = "" if encoding == "utf-16" else f'<meta charset="{encoding}">'
    page = f'<html><head>{declared}</head><body><h2><a href="/a">Казахстан строит дорогу</a></h2></body></html>'
    assert read(page.encode(encoding), url="https://example.org").articles[0].title == "Казахстан строит дорогу"


def test_a_pair_that_contradicts_itself_is_left_out_and_reported() -> None:
    quotes, warnings = read_ticker(
        ["KZT/USD = 0.00194 0%", "KZT/USD = 0.00196 0%", "KGS/USD = 0.01144 0%", "TJS/USD = ", "TMT/USD = 0.00000 0%"]
    )
    assert [q.pair for q in quotes] == [Pair("KGS", "USD")]
    assert len(warnings) == 3


@settings(deadline=None)  # the guesser of charsets is loaded when it is first needed
@given(st.binary(max_size=400) | st.text(max_size=400).map(str.encode))
def test_nothing_but_a_refusal_comes_of_arbitrary_bytes(content: bytes) -> None:
    try:
        read(content)
    except NotAPage:
        pass


@given(st.sampled_from(["<rss><channel>", "<html><body>", "[{", "• KZT/USD = 0.00194 0%\n"]), st.text(max_size=300))
def test_nothing_but_a_refusal_comes_of_broken_forms(start: str, rest: str) -> None:
    try:
        read((start + rest).encode("utf-8", "surrogatepass"))
    except NotAPage:
        pass


@given(
    st.text(
        st.one_of(
            st.characters(exclude_categories=("Cs",)),
            st.sampled_from(" \t\n\r\f\v\u00a0\u2009\u200b\u202e\ufeff\x00ab"),
        )
    )
)
def test_a_line_has_no_breaks_doubled_spaces_or_deceiving_characters(text: str) -> None:
    invisible = (
        "\u00ad\u061c\u180e\u200b-\u200f\u202a-\u202e\u2060-\u2064\u2066-\u206f\ufeff\x00-\x08\x0b\x0c\x0e-\x1f\x7f"
    )
    plain = re.sub(f"[{invisible}]", "", text)
    assert clean_text(text) == plain
    assert one_line(text) == re.sub("[ \t\r\n\f\u00a0]+", " ", plain).strip()

"""Feeds as they are served: junk around them, signs of HTML in them, texts in pieces, references without a host."""

from __future__ import annotations

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from bot.domain.articles import Article
from bot.domain.snapshot import NotAPage, Snapshot
from bot.sources.addresses import MAX_LINK, image_address, join
from bot.sources.read import read

XML = '<?xml version="1.0" encoding="UTF-8"?>'
NAMESPACES = (
    'xmlns:content="http://purl.org/rss/1.0/modules/content/" xmlns:media="http://search.yahoo.com/mrss/" '
    'xmlns:dc="http://purl.org/dc/elements/1.1/" xmlns:itunes="http://www.itunes.com/dtds/podcast-1.0.dtd"'
)


def rss(item: str, before: str = XML, after: str = "", channel: str = "", root: str = "") -> bytes:
    return (
        f'{before}<rss version="2.0" {NAMESPACES} {root}><channel><title>Herald</title>{channel}'
        f"<item>{item}</item></channel></rss>{after}"
    ).encode()


def the(snapshot: Snapshot) -> Article:
    (article,) = snapshot.articles
    return article


ITEM = "<title>Wheat leaves Kostanay</title><link>https://news.example/wheat/</link>"

JUNK = [
    "",
    "\ufeff",
    "\n\n  \t\r\n",
    "\ufeff\n<!-- cached by a plugin -->\n",
    "<br />\n<b>Warning</b>:  Cannot modify header information in <b>/srv/x.php</b> on line <b>12</b><br />\n" * 40,
    "Deprecated: Function create_function() is deprecated in /srv/x.php on line 7\n",
    "PHP Notice:  Undefined offset [1] in <html-like> /srv/x.php\n",
    "<script>var t = 1 < 2;</script>",
    "<!doctype html><html><body>Database error</body></html>\n" + XML,
]
PROLOGS = [
    XML,
    "",
    XML + '\n<?xml-stylesheet type="text/xsl" href="/a.xsl"?>',
    XML
    + '<?xml-stylesheet href="a.xsl"?>\n<?xml-stylesheet type="text/css" href="a.css"?><!-- b > c --><?php echo 1 ?>',
    XML + '<!DOCTYPE rss PUBLIC "-//Netscape Communications//DTD RSS 0.91//EN" "http://my.netscape.com/rss-0.91.dtd">',
    XML + '<!DOCTYPE rss [<!ENTITY nbsp "&#160;"> <!ENTITY laquo "&#171;">]>',
    XML + '<!DOCTYPE rss [<!ENTITY % HTMLlat1 PUBLIC "-//W3C//ENTITIES Latin 1//EN" "http://www.w3.org/lat1.ent">]>',
    XML + "<!-- <rss> was here -->",
]


@pytest.mark.parametrize("junk", JUNK)
@pytest.mark.parametrize("prolog", PROLOGS)
def test_a_feed_is_seen_behind_what_stands_before_it(junk: str, prolog: str) -> None:
    snapshot = read(rss(ITEM, junk + prolog))
    assert (snapshot.layout, the(snapshot).title, snapshot.warnings) == ("feed", "Wheat leaves Kostanay", ())


@pytest.mark.parametrize("after", ["\n\n", "<!-- 0.2 s -->", "<br /><b>Notice</b>: x", "\x00\x00", "<script></script>"])
def test_what_follows_the_end_of_a_feed_is_left_out(after: str) -> None:
    snapshot = read(rss(ITEM, after=after))
    assert (the(snapshot).title, snapshot.warnings) == ("Wheat leaves Kostanay", ())


@pytest.mark.parametrize(
    "page",
    [
        (
            "<!doctype html><html><body><script>'<rss><channel><item><title>x</title></item>'</script>"
            "<h2><a href='/1'>A headline of the page</a></h2></body></html>"
        ),
        (
            "<html><head><link type='application/rss+xml' href='/feed'></head><body>"
            "<h2><a href='/1'>A headline of the page</a></h2></body></html>"
        ),
    ],
)
def test_a_page_that_mentions_a_feed_is_a_page(page: str) -> None:
    assert read(page.encode(), url="https://news.example/").layout == "html"


def test_a_post_that_quotes_a_feed_is_a_post() -> None:
    posts = '[{"title":{"rendered":"How to read <rss> and <feed>"},"link":"https://news.example/1/"}]'
    assert read(posts.encode()).layout == "rest"


@pytest.mark.parametrize(
    ("printed", "meant"),
    [
        ("Samruk &ndash; the &laquo;new&raquo;&nbsp;plan&hellip;", "Samruk – the «new» plan…"),
        ("Rail & road: H&M, B&B & co", "Rail & road: H&M, B&B & co"),
        ("Tea &amp; bread", "Tea & bread"),
        ("Tea &amp;amp; bread", "Tea & bread"),
        ("R&D&I; AT&T;", "R&D&I; AT&T;"),
        ("It&#8217;s &#x201C;done&#x201D;", "It’s “done”"),
        ("It&#146;s &#150; done", "It’s – done"),
        ("A&#0; b&#11; c&#xD800;", "A b c\ufffd"),
        ("Caf&eacute; &unknownname; x", "Café &unknownname; x"),
        ("<![CDATA[Rail & road &mdash; A&B]]>", "Rail & road — A&B"),
        ("Prices up 5 &lt; 7 % & more", "Prices up 5 < 7 % & more"),
        ("Bell\x07 and\x00 null", "Bell and null"),
    ],
)
@pytest.mark.parametrize("form", ["rss", "atom"])
def test_signs_mean_what_they_mean_in_html(printed: str, meant: str, form: str) -> None:
    content = rss(f"<title>{printed}</title>")
    if form == "atom":
        content = (
            f'{XML}<feed xmlns="http://www.w3.org/2005/Atom"><entry><title>{printed}</title></entry></feed>'.encode()
        )
    assert the(read(content)).title == meant


@pytest.mark.parametrize(
    ("printed", "link"),
    [
        ("https://news.example/?a=1&b=2&copy=3", "https://news.example/?a=1&b=2&copy=3"),
        ("https://news.example/?a=1&amp;b=2", "https://news.example/?a=1&b=2"),
        ("<![CDATA[ https://news.example/?a=1&b=2 ]]>", "https://news.example/?a=1&b=2"),
        ("\n https://news.example/a \n", "https://news.example/a"),
    ],
)
def test_a_link_keeps_its_ampersands(printed: str, link: str) -> None:
    assert the(read(rss(f"<title>A title</title><link>{printed}</link>"))).url == link


def test_signs_of_html_are_read_in_bodies_too() -> None:
    article = the(read(rss(f"{ITEM}<description>Oil &mdash; gas & coal &lt;b&gt;up&lt;/b&gt;</description>")))
    assert article.text == "Oil — gas & coal up"


@pytest.mark.parametrize(
    "title",
    [
        "<title>A dam <i>near</i> Naryn</title>",
        "<title><!-- 7 -->A dam near Naryn</title>",
        "<title>A dam<!-- 7 --> near <![CDATA[Naryn]]></title>",
        "<title><![CDATA[A dam ]]><![CDATA[near]]> Naryn</title>",
        "<title><b>A dam near Naryn</b></title>",
        "<title>A dam <br> near Naryn</title>",
        "<title>A dam <b>near Naryn</title>",
        "<title>A dam near <a href=x>Naryn</a></title>",
        "<title><?php 1 ?>A dam near Naryn</title>",
        "<title/><title>A dam near Naryn</title>",
        "<media:title>A picture</media:title><title>A dam near Naryn</title>",
        "<title>A dam near Naryn</title><media:title>A picture</media:title><itunes:title>A sound</itunes:title>",
        "<dc:title>A file</dc:title><image><title>A logo</title></image><title>A dam near Naryn</title>",
        "<media:group><title>x</title></media:group><source url='x'>Y</source><title>A dam near Naryn</title>",
    ],
)
def test_a_headline_is_the_whole_text_of_the_item_s_own_title(title: str) -> None:
    snapshot = read(rss(f"{title}<link>https://news.example/dam</link>"))
    assert [(" ".join(a.title.split()), a.url) for a in snapshot.articles] == [
        ("A dam near Naryn", "https://news.example/dam")
    ]


@pytest.mark.parametrize("foreign", ["media:title", "itunes:title", "dc:title", "podcast:title"])
def test_the_title_of_something_else_is_none_of_the_item(foreign: str) -> None:
    snapshot = read(rss(f"<{foreign}>Not a headline</{foreign}><link>https://news.example/1</link>"))
    assert snapshot.articles == ()
    assert snapshot.warnings == ("1 items without a usable title were left out",)


def test_loose_markup_in_one_item_spares_its_neighbours() -> None:
    items = "".join(
        f"<item>{item}</item>"
        for item in (
            "<title>First <br> one</title><link>https://news.example/1</link>",
            "<title>Second</title><description>text <p>more <img src='https://news.example/2.png'></description>",
            "<title>Third</title><link>https://news.example/3",
            "<title>Fourth</title><link>https://news.example/4</link>",
        )
    )
    snapshot = read(f"<rss><channel>{items}</channel></rss>".encode())
    assert [(a.title, a.url, a.image_url) for a in snapshot.articles] == [
        ("First one", "https://news.example/1", None),
        ("Second", None, "https://news.example/2.png"),
        ("Third", "https://news.example/3", None),
        ("Fourth", "https://news.example/4", None),
    ]


ATOM = (
    '<feed xmlns="http://www.w3.org/2005/Atom"><title>Bulletin</title><entry><id>urn:x:1</id>'
    '<link href="https://news.example/1"/>{}</entry></feed>'
)
DIV = '<div xmlns="http://www.w3.org/1999/xhtml">'


@pytest.mark.parametrize(
    ("title", "body"),
    [
        (f'<title type="xhtml">{DIV}Cotton <em>sets</em> a record</div></title>', ""),
        ('<title type="html">Cotton &lt;em&gt;sets&lt;/em&gt; a record</title>', ""),
        ('<title type="html"><![CDATA[Cotton <em>sets</em> a record]]></title>', ""),
        (
            "<title>Cotton sets a record</title>",
            f'<content type="xhtml">{DIV}<p>Fields &amp; farms.</p><p>More.</p></div></content>',
        ),
        (
            "<title>Cotton sets a record</title>",
            (
                '<content type="xhtml" xmlns:h="http://www.w3.org/1999/xhtml"><h:div><h:p>Fields &amp; farms.</h:p>'
                "<h:p>More.</h:p></h:div></content>"
            ),
        ),
        (
            "<title>Cotton sets a record</title>",
            f'<summary type="xhtml">{DIV}<p>Fields &amp; farms.</p><p>More.</p></div></summary>',
        ),
        (
            "<title>Cotton sets a record</title>",
            '<content type="html">&lt;p&gt;Fields &amp;amp; farms.&lt;/p&gt;&lt;p&gt;More.&lt;/p&gt;</content>',
        ),
    ],
)
def test_texts_of_atom_are_whole_whatever_their_type(title: str, body: str) -> None:
    article = the(read(ATOM.format(title + body).encode()))
    assert article.title == "Cotton sets a record"
    assert article.text == ("Fields & farms.\n\nMore." if body else "")


def test_plain_text_of_atom_is_no_html() -> None:
    assert the(read(ATOM.format("<title>T t</title><summary type='text'>if a&lt;b&gt;c</summary>").encode())).text == (
        "if a<b>c"
    )


OLD = [
    (
        '<rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#" xmlns="http://purl.org/rss/1.0/"><channel '
        'rdf:about="x"><title>c</title></channel><item rdf:about="https://news.example/1"><title>An item</title>'
        "<link>https://news.example/1</link></item></rdf:RDF>"
    ),
    (
        '<rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#" xmlns="http://my.netscape.com/rdf/simple/0.9/">'
        "<channel><title>c</title></channel><item><title>An item</title><link>https://news.example/1</link></item></rdf:RDF>"
    ),
    '<rss version="0.91"><channel><item><title>An item</title><link>https://news.example/1</link></item></channel></rss>',
    (
        '<rss version="2.0" xmlns="http://backend.userland.com/rss2"><channel><item><title>An item</title>'
        "<link>https://news.example/1</link></item></channel></rss>"
    ),
    (
        '<feed version="0.3" xmlns="http://purl.org/atom/ns#"><entry><title mode="escaped">An item</title>'
        '<link rel="alternate" type="text/html" href="https://news.example/1"/><issued>2026-01-02T03:04:05Z</issued></entry></feed>'
    ),
    (
        '<a:feed xmlns:a="http://www.w3.org/2005/Atom"><a:entry><a:title>An item</a:title>'
        '<a:link rel="self" href="https://news.example/self"/><a:link href="https://news.example/1"/></a:entry></a:feed>'
    ),
    (
        '<rss xmlns:atom="http://www.w3.org/2005/Atom"><channel><item><title>An item</title>'
        '<atom:link href="https://news.example/1"/></item></channel></rss>'
    ),
    "<channel><item><title>An item</title><link>https://news.example/1</link></item></channel>",
]


@pytest.mark.parametrize("feed", OLD)
def test_every_form_of_feed_is_read(feed: str) -> None:
    article = the(read(feed.encode()))
    assert (article.title, article.url) == ("An item", "https://news.example/1")


# the root's own base, that of the channel, of the item, of the link, the reference, and what it means at /rss/feed.xml
REFERENCES = [
    ("", "", "", "/a/1", "https://news.example/a/1"),
    ("", "", "", "one.html", "https://news.example/rss/one.html"),
    ("", "", "", "//other.example/b", "https://other.example/b"),
    ("", "", "", "?id=7", "https://news.example/rss/feed.xml?id=7"),
    ("https://base.example/x/", "", "", "one.html", "https://base.example/x/one.html"),
    ("https://base.example/x/", "y/", "", "one.html", "https://base.example/x/y/one.html"),
    ("https://base.example/x/", "y/", "/z/", "one.html", "https://base.example/z/one.html"),
    ("/x/", "", "", "one.html", "https://news.example/x/one.html"),
    ("http://[broken]/", "", "", "/one.html", "https://news.example/one.html"),
]


@pytest.mark.parametrize("case", REFERENCES)
@pytest.mark.parametrize("form", ["rss", "atom"])
def test_references_are_joined_to_the_nearest_base(case: tuple[str, str, str, str, str], form: str) -> None:
    root, item, link, reference, meant = case
    bases = [f'xml:base="{base}"' if base else "" for base in (root, item, link)]
    if form == "rss":
        feed = f"<rss {bases[0]}><channel><item {bases[1]}><title>A t</title><link {bases[2]}>{reference}</link></item></channel></rss>"
    else:
        feed = (
            f'<feed xmlns="http://www.w3.org/2005/Atom" {bases[0]}><entry {bases[1]}><title>A t</title>'
            f'<link {bases[2]} href="{reference}"/></entry></feed>'
        )
    assert the(read(feed.encode(), url="https://news.example/rss/feed.xml")).url == meant


@pytest.mark.parametrize(
    "channel",
    [
        "<link>https://news.example/</link>",
        '<atom:link xmlns:atom="http://www.w3.org/2005/Atom" rel="self" href="https://news.example/feed/"/>',
        "<link>/</link><atom:link href='https://news.example/feed/' rel='self'/>",
    ],
)
def test_a_saved_feed_is_at_home_where_it_says_that_it_is(channel: str) -> None:
    item = "<title>A title</title><link>/a/</link><description><![CDATA[<img src='/p.png'>]]></description>"
    article = the(read(rss(item, channel=channel)))
    assert (article.url, article.image_url) == ("https://news.example/a/", "https://news.example/p.png")


@pytest.mark.parametrize(
    "link", ["http://[home_url]/a/", "http://[::1/", "https://a\u2100b.example/", "http://h:port/"]
)
@pytest.mark.parametrize("form", ["html", "rss", "atom", "rest"])
def test_a_broken_link_is_a_loss_to_its_own_headline_only(link: str, form: str) -> None:
    content = {
        "html": f"<ul><li>KZT/USD = 0.00194 0%</li></ul><h2><a href='{link}'>A broken one</a></h2>"
        "<h2><a href='/fine'>A fine one</a></h2>",
        "rss": f"<rss><channel><item><title>A broken one</title><link>{link}</link></item>"
        "<item><title>A fine one</title><link>/fine</link></item></channel></rss>",
        "atom": f'<feed xmlns="http://www.w3.org/2005/Atom"><entry><title>A broken one</title><link href="{link}"/></entry>'
        '<entry><title>A fine one</title><link href="/fine"/></entry></feed>',
        "rest": f'[{{"title":{{"rendered":"A broken one"}},"link":"{link}"}},'
        '{"title":{"rendered":"A fine one"},"link":"/fine"}]',
    }[form]
    snapshot = read(content.encode(), url="https://news.example/")
    links = {article.title: article.url for article in snapshot.articles}
    assert links["A fine one"] == "https://news.example/fine"
    assert links.get("A broken one") is None
    assert len(snapshot.rates) == (form == "html")


IMAGES = [
    ("<img src='data:image/png;base64,AAAA'><img src='/real.jpg'>", "https://news.example/real.jpg"),
    ("<img src='data:image/png;base64,AAAA'>", None),
    (f"<img src='data:image/png;base64,{'A' * 300_000}'>", None),
    (f"<img src='https://news.example/{'a' * MAX_LINK}'>", None),
    ("<img src='blob:https://news.example/1'><img src='cid:1'><img src='javascript:x'><img src='ftp://a/b'>", None),
    ("<img src='http://[x]/a.png'><img src=''><img><img src='//cdn.example/b.png'>", "https://cdn.example/b.png"),
    ("<img src='https://user:pw@news.example/a.png'>", None),
    ("<img src='data:image/gif;base64,R0' data-src='/late.jpg'>", "https://news.example/late.jpg"),
    ("<img src='https://count.example/1.gif' width='1' height='1'><img src='a.png'>", "https://news.example/s/a.png"),
]


@pytest.mark.parametrize(("markup", "address"), IMAGES)
@pytest.mark.parametrize("form", ["rss", "atom", "rest", "html"])
def test_the_first_real_picture_is_the_image(markup: str, address: str | None, form: str) -> None:
    link = "https://news.example/s/"
    content = {
        "rss": f"<rss xml:base='{link}'><channel><item><title>A title</title><link>{link}</link>"
        f"<description><![CDATA[{markup}]]></description></item></channel></rss>",
        "atom": f'<feed xmlns="http://www.w3.org/2005/Atom"><entry xml:base="{link}"><title>A title</title>'
        f'<content type="html"><![CDATA[{markup}]]></content></entry></feed>',
        "rest": f'[{{"title":{{"rendered":"A title"}},"link":"{link}","content":{{"rendered":"{markup}"}}}}]',
        "html": f"<html><body><article><h2><a href='{link}'>A title</a></h2>{markup}</article></body></html>",
    }[form]
    assert the(read(content.encode(), url=link)).image_url == address


@pytest.mark.parametrize(
    ("named", "address"),
    [
        ("<media:thumbnail url='/t.jpg'/>", "https://news.example/t.jpg"),
        (
            "<media:thumbnail url='data:image/png,x'/><media:content medium='image' url='/c.jpg'/>",
            "https://news.example/c.jpg",
        ),
        ("<media:group><media:content type='image/png' url='/g.png'/></media:group>", "https://news.example/g.png"),
        ("<media:content type='video/mp4' url='/v.mp4'/>", None),
        ("<enclosure type='image/jpeg' url='/e.jpg' length='1'/>", "https://news.example/e.jpg"),
        ("<enclosure type='audio/mpeg' url='/e.mp3' length='1'/>", None),
        ("<image><url>/i.png</url><title>x</title></image>", "https://news.example/i.png"),
        ("<media:thumbnail url='blob:x'/>", None),
    ],
)
def test_a_picture_that_an_item_names_is_its_image_if_the_text_has_none(named: str, address: str | None) -> None:
    article = the(read(rss(ITEM + named), url="https://news.example/feed/"))
    assert (article.title, article.image_url) == ("Wheat leaves Kostanay", address)


@pytest.mark.parametrize(
    ("named", "address"),
    [("/o.jpg", "https://news.example/o.jpg"), ("data:image/png,x", "https://news.example/p.jpg")],
)
def test_a_page_s_own_picture_is_the_image(named: str, address: str) -> None:
    page = (
        f"<html><head><meta property='og:image' content='{named}'></head><body><article><h1>One story</h1><p>Text.</p>"
        "<img src='/p.jpg'></article></body></html>"
    )
    assert the(read(page.encode(), url="https://news.example/one")).image_url == address


@pytest.mark.parametrize(
    "notices",
    ["<br />\n<b>Notice</b>: x in <b>/srv/[a].php</b> on line <b>5</b><br />\n", "\ufeff", "Array\n(\n[0] => x\n)\n"],
)
def test_posts_are_seen_behind_notices(notices: str) -> None:
    posts = (
        '[{"id": 99999999999999999999, "title": {"rendered": "A post"}, "link": "https://news.example/1", "n": NaN}]'
    )
    snapshot = read((notices + posts + "\n<!-- 1 -->").encode())
    assert (snapshot.layout, the(snapshot).title) == ("rest", "A post")


@pytest.mark.parametrize("space", ["", "\n", "\n  "])
@pytest.mark.parametrize("before", ["", "<b>Notice</b>: x<br />\n"])
def test_of_posts_that_break_off_the_whole_ones_are_kept(space: str, before: str) -> None:
    posts = f'[{space}{{"title":{{"rendered":"First"}},"link":"https://news.example/1","tags":[{space}{{"a":1}}]}},{space}{{"title":'
    snapshot = read((before + posts).encode())
    assert the(snapshot).title == "First"
    assert snapshot.warnings == ("the list of posts breaks off; its last post was left out",)


@given(st.text(max_size=50) | st.just("http://[x]/"), st.text(max_size=50) | st.sampled_from(["//[", "data:,x"]))
def test_joining_never_raises(base: str, reference: str) -> None:
    join(base, reference)
    assert (image_address(base, reference) or "http").startswith("http")


PIECES = st.sampled_from(
    ["<title>", "</title>", "<item>", "</item>", "<![CDATA[", "]]>", "<!--", "-->", "&", "&amp;", "&nbsp;", "<br>", "<i>",
     "text", "<link>", "</link>", "&#0;", "\x00", "<description>", "</description>", "<?x", "?>", "<a b=c>", "\ud800"]
)  # fmt: skip


@given(st.lists(PIECES, max_size=30).map("".join))
@example("<![CDATA[")
def test_whatever_stands_in_one_item_spares_the_item_before_it(pieces: str) -> None:
    feed = f"<rss><channel><item><title>Before</title></item><item>{pieces}</item></channel></rss>"
    try:
        snapshot = read(feed.encode("utf-8", "surrogatepass"))
    except NotAPage:
        return
    assert snapshot.articles[0].title == "Before"


@pytest.mark.parametrize(
    "piece", ["<title>", "<!--", "<![CDATA[", "&", "<a:title><b:title>", "<item>", "<rss ", "<", "[{"]
)
def test_a_document_of_repeated_pieces_is_refused_or_read_without_articles(piece: str) -> None:
    # Two megabytes: a reader whose cost grows with the square of the length ends in the test run's own time limit.
    content = ("<rss><channel><item>" + piece * (2_000_000 // len(piece))).encode()
    try:
        articles = read(content).articles
    except NotAPage:
        return
    assert articles == ()


@pytest.mark.parametrize("prefix", ["content", "c", "undeclared"])
def test_the_whole_text_comes_before_the_excerpt(prefix: str) -> None:
    body = "<![CDATA[<p>The whole text.</p>]]>"
    name = {"content": "content:encoded", "c": "c:encoded", "undeclared": "content:encoded"}[prefix]
    declared = "" if prefix == "undeclared" else f'xmlns:{prefix}="http://purl.org/rss/1.0/modules/content/"'
    feed = (
        f"<rss {declared}><channel><item><title>A title</title><description>Short.</description>"
        f"<{name}>{body}</{name}></item></channel></rss>"
    )
    assert the(read(feed.encode())).text == "The whole text."


def test_a_page_that_breaks_off_is_read_with_a_warning() -> None:
    page = "<html><body><ul><li>KZT/USD = 0.00194 0%</li></ul>"
    assert read(page.encode()).warnings == ("the page breaks off",)
    assert read(f"{page}</body></html>".encode()).warnings == ()
    assert read(b"<ul><li>KZT/USD = 0.00194 0%</li></ul>").warnings == ()

"""Telegram's HTML against the rules and the sentences of the real server."""

import html
import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.demo.telegram.entities import given_entities, parse_html
from bot.demo.telegram.spans import utf16_length
from bot.demo.telegram.wire import ApiError

# Text as it can reach a server: no lone surrogates.
texts = st.text(st.characters(exclude_categories=["Cs"]))


SURROGATE = (
    "Text contains invalid Unicode characters after decoding HTML entities, check for unmatched surrogate code units"
)


def entity(kind: str, offset: int, length: int, **more: object) -> dict[str, object]:
    return {"type": kind, "offset": offset, "length": length, **more}


@pytest.mark.parametrize(
    ("markup", "text", "entities"),
    [
        ("plain", "plain", []),
        ("<b>a</b><strong>b</strong>", "ab", [entity("bold", 0, 2)]),
        ("<i>a</i> <em>b</em>", "a b", [entity("italic", 0, 1), entity("italic", 2, 1)]),
        ("<u>a</u> <ins>b</ins>", "a b", [entity("underline", 0, 1), entity("underline", 2, 1)]),
        (
            "<s>a</s> <strike>b</strike> <del>c</del>",
            "a b c",
            [entity("strikethrough", i, 1) for i in (0, 2, 4)],
        ),
        (
            '<tg-spoiler>a</tg-spoiler> <span class="tg-spoiler">b</span>',
            "a b",
            [entity("spoiler", 0, 1), entity("spoiler", 2, 1)],
        ),
        ("📈 <b>Курс</b>", "📈 Курс", [entity("bold", 3, 4)]),
        ("<B>a</B>", "a", [entity("bold", 0, 1)]),
        ("<b>a</>", "a", [entity("bold", 0, 1)]),
        ("<b></b>a", "a", []),
        ("<b>a<i>b</i></b>", "ab", [entity("bold", 0, 2), entity("italic", 1, 1)]),
        (
            '<a href="https://example.org/x?a=1&amp;b=2">go</a>',
            "go",
            [entity("text_link", 0, 2, url="https://example.org/x?a=1&b=2")],
        ),
        ("<a href='https://example.org'>go</a>", "go", [entity("text_link", 0, 2, url="https://example.org/")]),
        ("<a>example.org</a>", "example.org", [entity("text_link", 0, 11, url="http://example.org/")]),
        ('<a href="javascript:alert(1)">go</a>', "go", []),
        ('<a href="http://localhost/">go</a>', "go", []),
        ('<a href="tg://user?id=5">go</a>', "go", [entity("text_link", 0, 2, url="tg://user?id=5")]),
        ("<pre>a</pre>", "a", [entity("pre", 0, 1)]),
        ("<code>a</code>", "a", [entity("code", 0, 1)]),
        ('<pre><code class="language-python">a</code></pre>', "a", [entity("pre", 0, 1, language="python")]),
        ('<code class="language-python"><pre>a</pre></code>', "a", [entity("pre", 0, 1, language="python")]),
        ('<code class="language-python">a</code>', "a", [entity("code", 0, 1)]),
        ("<blockquote>a</blockquote>", "a", [entity("blockquote", 0, 1)]),
        ("<blockquote expandable>a</blockquote>", "a", [entity("expandable_blockquote", 0, 1)]),
        ('<tg-emoji emoji-id="42">👍</tg-emoji>', "👍", [entity("custom_emoji", 0, 2, custom_emoji_id="42")]),
        (
            '<tg-time unix="1647531900" format="wDT">22:45</tg-time>',
            "22:45",
            [entity("date_time", 0, 5, unix_time=1647531900, date_time_format="wDT")],
        ),
        ('<tg-time unix="0">then</tg-time>', "then", [entity("date_time", 0, 4, unix_time=0)]),
        ("&lt;b&gt; &amp; &quot;x&quot; &#39;&#x27;&#128200;", "<b> & \"x\" ''📈", []),
        ("&lt no semicolon", "< no semicolon", []),
        (
            "&nbsp; &copy; & &#; &#0; &#1114112; &#00000000065;",
            "&nbsp; &copy; & &#; &#0; &#1114112; &#00000000065;",
            [],
        ),
    ],
)
def test_markup_becomes_text_and_entities(markup: str, text: str, entities: list[dict[str, object]]) -> None:
    assert parse_html(markup) == (text, entities)


@pytest.mark.parametrize(
    ("markup", "sentence"),
    [
        ("<p>a</p>", 'Unsupported start tag "p" at byte offset 0'),
        ("ж<br/>", 'Unsupported start tag "br/" at byte offset 2'),
        ("<b>a", 'Can\'t find end tag corresponding to start tag "b"'),
        ("a</b>", "Unexpected end tag at byte offset 1"),
        ("<b>a</i>", 'Unmatched end tag at byte offset 4, expected "</b>", found "</i>"'),
        ("<b>a</b", "Unclosed end tag at byte offset 4"),
        ("<b", "Unclosed start tag at byte offset 0"),
        ("1 < 2", 'Unsupported start tag "" at byte offset 2'),
        ("<3", "Unclosed start tag at byte offset 0"),
        ('<a href="x', 'Unclosed start tag "a" at byte offset 0'),
        ("<a href", 'Unclosed start tag "a" at byte offset 0'),
        ('<a ="x">y</a>', 'Empty attribute name in the tag "a" at byte offset 0'),
        ("<a href=x/>y</a>", "Unexpected end of name token at byte offset 8"),
        ("<span>x</span>", 'Tag "span" must have class "tg-spoiler" at byte offset 0'),
        ('<tg-emoji emoji-id="x">y</tg-emoji>', "Invalid custom emoji identifier specified"),
        ("<tg-time>y</tg-time>", "Invalid date specified"),
        ('<tg-time unix="1" format="Q">y</tg-time>', "Invalid date-time format specified"),
        (
            "&#xD800;",
            SURROGATE,
        ),
    ],
)
def test_wrong_markup_is_refused_in_the_words_of_the_server(markup: str, sentence: str) -> None:
    with pytest.raises(ApiError) as refusal:
        parse_html(markup)
    assert (refusal.value.status, refusal.value.description) == (
        400,
        f"Bad Request: can't parse entities: {sentence}",
    )


@pytest.mark.parametrize(
    ("markup", "entities"),
    [
        (
            "<blockquote>a<blockquote>b</blockquote></blockquote>",
            [entity("blockquote", 0, 2)],
        ),
        ("<code>a<b>b</b></code>", [entity("code", 0, 2)]),
        ("<b>a<code>b</code>c</b>", [entity("bold", 0, 1), entity("code", 1, 1), entity("bold", 2, 1)]),
        ('<a href="a.org">x<a href="b.org">y</a></a>', [entity("text_link", 0, 2, url="http://a.org/")]),
        ('<a href="a.org">x<code>y</code></a>', [entity("text_link", 0, 2, url="http://a.org/")]),
        (
            '<blockquote>a<a href="a.org">x</a></blockquote>',
            [entity("blockquote", 0, 2), entity("text_link", 1, 1, url="http://a.org/")],
        ),
        ('<a href="a.org">a<blockquote>x</blockquote></a>', [entity("blockquote", 1, 1)]),
    ],
)
def test_nesting_follows_the_server(markup: str, entities: list[dict[str, object]]) -> None:
    assert parse_html(markup)[1] == entities


@given(texts)
def test_escaped_text_comes_back_unchanged(text: str) -> None:
    assert parse_html(html.escape(text)) == (text, [])


@given(texts, texts, texts)
def test_offsets_count_utf16_units(before: str, inside: str, after: str) -> None:
    markup = f"{html.escape(before)}<b>{html.escape(inside)}</b>{html.escape(after)}"
    text, entities = parse_html(markup)
    units = text.encode("utf-16-le")
    cut = [units[e["offset"] * 2 : (e["offset"] + e["length"]) * 2].decode("utf-16-le") for e in entities]
    assert (text, cut) == (before + inside + after, [inside] if inside else [])


@given(
    st.lists(st.sampled_from(["<b>", "</b>", "<a href='x.org'>", "</a>", "<", ">", "&", "&lt;", "&#", "x", " ", "="]))
)
def test_any_soup_is_parsed_or_refused(pieces: list[str]) -> None:
    markup = "".join(pieces)
    refusal = ""
    try:
        text, entities = parse_html(markup)
    except ApiError as error:
        refusal = error.description
    if refusal:
        assert refusal.startswith("Bad Request: can't parse entities: ")
        offset = re.search(r"byte offset (\d+)", refusal)
        assert offset is None or int(offset[1]) < len(markup.encode())
    else:
        assert all(0 <= e["offset"] < e["offset"] + e["length"] <= utf16_length(text) for e in entities)


@pytest.mark.parametrize(
    ("given_one", "sentence"),
    [
        (entity("rainbow", 0, 1), "can't parse MessageEntity: Unsupported type specified"),
        (entity("bold", -1, 1), "receive an entity with incorrect offset -1"),
        (entity("bold", 0, -1), "receive an entity with incorrect length -1"),
        (entity("bold", 9, 1), "entity begins after the end of the text at UTF-16 offset 9"),
        (
            entity("bold", 1, 9),
            "entity beginning at UTF-16 offset 1 ends after the end of the text at UTF-16 offset 10",
        ),
        (entity("text_link", 0, 1, url="ftp://a.org"), "entity URL 'ftp://a.org' is invalid: Unsupported URL protocol"),
    ],
)
def test_impossible_given_entities_are_refused(given_one: dict[str, object], sentence: str) -> None:
    with pytest.raises(ApiError) as refusal:
        given_entities("hello", [given_one])
    assert refusal.value.description == f"Bad Request: {sentence}"


def test_given_entities_keep_the_nesting_rules_and_leave_the_rest_to_the_server() -> None:
    listed = [entity("bold", 1, 2), entity("code", 0, 2), entity("hashtag", 3, 2), entity("italic", 0, 0)]
    assert given_entities("hello", listed) == [entity("code", 0, 2), entity("bold", 2, 1)]

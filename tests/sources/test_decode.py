"""Encodings: the bytes count more than a declared encoding."""

from __future__ import annotations

import codecs

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.domain.snapshot import NotAPage
from bot.sources.decode import decode
from bot.sources.read import read

WORDS = "Новости Кыргызстана: цены на хлеб в Бишкеке выросли, сообщает Нацстатком"
KAZAKH = "Қазақстан үкіметі жаңа теміржол салады, ұзындығы үлкен"
FRENCH = "L’été à Noël: élève déçu, größer, Ørsted"


def feed(words: str, declared: str | None) -> str:
    declaration = f'<?xml version="1.0" encoding="{declared}"?>' if declared else ""
    return f"{declaration}<rss><channel><item><title>{words}</title></item></channel></rss>"


LABELS = [
    ("windows-1251", "cp1251"), ("cp1251", "cp1251"), ("x-cp1251", "cp1251"), ("WINDOWS-1251", "cp1251"),
    ("koi8-r", "koi8-r"), ("koi8", "koi8-r"), ("csKOI8R", "koi8-r"), ("koi8-u", "koi8-u"), ("koi8-ru", "koi8-u"),
    ("ibm866", "cp866"), ("cp866", "cp866"), ("iso-8859-5", "iso8859-5"), ("cyrillic", "iso8859-5"),
    ("x-mac-cyrillic", "mac-cyrillic"), ("utf8", "utf-8"), ("unicode-1-1-utf-8", "utf-8"), ("utf-8", "utf-8"),
]  # fmt: skip


@pytest.mark.parametrize(("label", "encoding"), LABELS)
@pytest.mark.parametrize("place", ["xml", "header", "meta", "both"])
def test_labels_mean_what_the_encoding_standard_says(label: str, encoding: str, place: str) -> None:
    text = feed(WORDS, label if place in ("xml", "both") else None)
    if place == "meta":
        text = f"<html><head><meta http-equiv=Content-Type content='text/html; charset={label}'></head>{WORDS}</html>"
    header = {"header": f"text/xml; charset={label}", "both": "text/xml; charset=utf-8"}.get(place, "text/xml")
    assert decode(text.encode(encoding), header) == text


@pytest.mark.parametrize(
    "label", ["iso-8859-1", "latin1", "us-ascii", "ascii", "windows-1252", "x-cp1252", "iso8859-1"]
)
def test_latin_1_is_windows_1252(label: str) -> None:
    text = feed(FRENCH, label)
    assert decode(text.encode("windows-1252")) == text


@pytest.mark.parametrize("label", ["ptcp154", "cp154", "kz-1048"])
def test_kazakh_in_one_byte_a_letter_is_read(label: str) -> None:
    encoding = "kz1048" if "kz" in label else "ptcp154"
    assert KAZAKH in decode(feed(KAZAKH, label).encode(encoding))


@pytest.mark.parametrize("declared", ["windows-1251", "koi8-r", "iso-8859-1", "utf-16", "x-unknown", "gbk", "", None])
@pytest.mark.parametrize("words", [WORDS, KAZAKH, FRENCH])
def test_bytes_that_are_utf_8_are_utf_8(declared: str | None, words: str) -> None:
    text = feed(words, declared)
    for header in (None, "text/xml; charset=windows-1251", "text/xml; charset=iso-8859-1"):
        assert decode(text.encode(), header) == text


@pytest.mark.parametrize(
    "declared", ["utf-8", "UTF-8", "iso-8859-1", "windows-1252", "koi8-r", "utf-16", "nonsense", None]
)
@pytest.mark.parametrize("encoding", ["windows-1251", "koi8-r"])
def test_a_label_that_the_bytes_contradict_does_not_count(declared: str | None, encoding: str) -> None:
    text = feed(WORDS, declared)
    assert decode(text.encode(encoding)) == text
    assert decode(text.encode(encoding), f"text/xml; charset={declared}") == text


@pytest.mark.parametrize(
    ("mark", "encoding"),
    [(codecs.BOM_UTF8, "utf-8"), (codecs.BOM_UTF16_LE, "utf-16-le"), (codecs.BOM_UTF16_BE, "utf-16-be")],
)
@pytest.mark.parametrize("declared", ["windows-1251", "utf-8", None])
def test_a_byte_order_mark_comes_first(mark: bytes, encoding: str, declared: str | None) -> None:
    text = feed(WORDS, declared)
    assert decode(mark + text.encode(encoding), "text/xml; charset=koi8-r") == text
    assert read(mark + text.encode(encoding)).articles[0].title == WORDS


@pytest.mark.parametrize("encoding", ["utf-16-le", "utf-16-be"])
def test_utf_16_without_a_mark_is_seen(encoding: str) -> None:
    text = feed(WORDS, "utf-16")
    assert read(text.encode(encoding)).articles[0].title == WORDS


def test_letters_cut_in_two_do_not_spoil_the_rest() -> None:
    cut = "й".encode()[:1]
    content = feed(f"{WORDS} %", "utf-8").encode().replace(b"%", cut + b"...")
    assert WORDS in decode(content)
    assert decode(feed(WORDS, None).encode()[: -len("</title></item></channel></rss>") - 1]).endswith("\ufffd")


def test_the_declaration_is_seen_behind_notices_and_comes_before_the_header() -> None:
    text = "<br />\n<b>Notice</b>: x<br />\n" + feed(WORDS, "koi8-r")
    assert decode(text.encode("koi8-r"), "text/xml; charset=windows-1251") == text


def test_iso_2022_jp_is_ascii_to_the_eye_only() -> None:
    text = feed("東京の銀行", "iso-2022-jp")
    assert decode(text.encode("iso-2022-jp")) == text


@pytest.mark.parametrize(
    "label", ["rot13", "hex", "idna", "unicode_escape", "utf-7", "punycode", "hz-gb-2312", "x" * 500]
)
def test_codecs_that_are_no_encodings_of_the_web_are_not_used(label: str) -> None:
    text = feed("plain +ADw- \\u0041 text", label)
    assert decode(text.encode()) == text
    assert "Бишкеке" in decode((text + WORDS).encode("windows-1251"))


@given(
    st.binary(max_size=200),
    st.sampled_from([None, "x; charset=koi8-r", "x; charset=utf-16", "charset=", "charset=\ud800"]),
)
def test_any_bytes_become_some_text(content: bytes, header: str | None) -> None:
    assert isinstance(decode(content, header), str)
    try:
        read(content, content_type=header)
    except NotAPage:
        pass


@given(st.text(st.characters(min_codepoint=0x410, max_codepoint=0x44F), min_size=1, max_size=200))
def test_whatever_is_utf_8_is_read_as_such(words: str) -> None:
    assert decode(feed(words, "windows-1251").encode()) == feed(words, "windows-1251")


@pytest.mark.parametrize("title", ["Казахстан", "Кыргызстан: Казахстан и Россия", "Караганда, Костанай, Кокшетау"])
@pytest.mark.parametrize("label", ["utf-8", "iso-8859-1", "cp-1251", "win-1251", "windows1251", None])
@pytest.mark.parametrize("count", [1, 2, 7])
def test_a_wrong_label_costs_no_capital_letter(title: str, label: str | None, count: int) -> None:
    text = feed(f"{title} открывает мост через реку. " * count, label)
    assert decode(text.encode("windows-1251")) == text


@pytest.mark.parametrize("encoding", ["windows-1251", "koi8-r", "cp866"])
@pytest.mark.parametrize("order", [1, -1])
@pytest.mark.parametrize("label", ["utf-8", "windows-1251", None])
def test_a_word_in_another_encoding_spoils_no_other(encoding: str, order: int, label: str | None) -> None:
    other = "Жители Бишкека жалуются на цены"
    parts = [WORDS.encode(), other.encode(encoding)][::order]
    content = feed("%s</title></item><item><title>%s", label).encode() % tuple(parts)
    text = decode(content)
    assert WORDS in text
    assert other in text


@pytest.mark.parametrize(
    ("pasted", "meant"), [(b"Manas\x92s", "Manas’s"), (b"\x93Manas\x94", "“Manas”"), (b"a \x96 b\x85", "a – b…")]
)
def test_quotation_marks_pasted_into_utf_8_are_read(pasted: bytes, meant: str) -> None:
    content = feed(f"% {WORDS}", "utf-8").encode().replace(b"%", pasted)
    assert decode(content) == feed(f"{meant} {WORDS}", "utf-8")

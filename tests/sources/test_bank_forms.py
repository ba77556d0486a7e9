"""Tables of banks get the repairs that feeds get; a table that breaks off is refused all the same."""

from __future__ import annotations

import gzip
import json
import re

import pytest

from bot.domain.snapshot import NotAPage
from bot.sources.banks import cbu
from bot.sources.unpack import unpack
from tests.sources.tables import EXPECTED, FOLDER, printed_rates

NOTICE = b"<br />\n<b>Notice</b>:  Undefined variable: a &amp; [b] in <b>/srv/kurs.php</b> on line <b>3</b><br />\n"
XML = ["nbk.xml", "nbkr-daily.xml", "nbt.xml", "cbr.xml"]
JSON = ["cbu.json", "frankfurter.json"]


@pytest.mark.parametrize("file", [*XML, *JSON])
@pytest.mark.parametrize("before", [b"", b"\xef\xbb\xbf", b"\r\n\n ", NOTICE, NOTICE * 50, b"\xef\xbb\xbf\n" + NOTICE])
@pytest.mark.parametrize("after", [b"", b"\n\n", b"\x00\x00", b"<!-- 0.1 s -->", NOTICE])
def test_junk_around_a_table_is_left_out(file: str, before: bytes, after: bytes) -> None:
    content = (FOLDER / file).read_bytes()
    assert printed_rates(EXPECTED[file][0](before + content + after)) == printed_rates(EXPECTED[file][0](content))


@pytest.mark.parametrize("file", XML)
@pytest.mark.parametrize("sign", ["&nbsp;", "&mdash;", "&", "&#0;", "AT&T", "<!-- x -->", "<![CDATA[&]]>", "\x07"])
def test_signs_of_html_in_a_table_cost_nothing(file: str, sign: str) -> None:
    content = (FOLDER / file).read_bytes()
    root = content.rindex(b"</")
    changed = content[:root] + f"<note>{sign}</note>".encode() + content[root:]
    assert printed_rates(EXPECTED[file][0](changed)) == printed_rates(EXPECTED[file][0](content))


@pytest.mark.parametrize("file", XML)
@pytest.mark.parametrize(
    "prolog",
    [b"<?xml version='1.0'?><?xml-stylesheet href='a.xsl'?>", b"<?xml version='1.0'?><!DOCTYPE x><!-- y -->", b""],
)
def test_what_comes_before_the_root_does_not_matter(file: str, prolog: bytes) -> None:
    content = (FOLDER / file).read_bytes()
    body = content[content.index(b"?>") + 2 :] if content.startswith(b"<?xml") else content
    assert printed_rates(EXPECTED[file][0](prolog + body)) == printed_rates(EXPECTED[file][0](content))


@pytest.mark.parametrize("file", [*XML, *JSON])
def test_a_packed_table_is_a_table(file: str) -> None:
    content = (FOLDER / file).read_bytes()
    assert printed_rates(EXPECTED[file][0](unpack(gzip.compress(content)))) == printed_rates(EXPECTED[file][0](content))


@pytest.mark.parametrize("file", [*XML, *JSON])
@pytest.mark.parametrize("before", [b"", NOTICE])
def test_a_table_that_breaks_off_is_refused_behind_notices_too(file: str, before: bytes) -> None:
    content = (FOLDER / file).read_bytes().rstrip()
    for end in (len(content) // 2, len(content) - 1, len(content) - 4):
        with pytest.raises(NotAPage):
            EXPECTED[file][0](before + content[:end])


@pytest.mark.parametrize("file", JSON)
def test_numbers_that_json_has_not_spoil_their_own_row_only(file: str) -> None:
    content = (FOLDER / file).read_bytes().strip()
    changed = content[:-1] + b', {"Ccy": "EUR", "Rate": NaN, "quote": "EUR", "rate": Infinity}]'
    before = {pair for table in EXPECTED[file][0](content) for pair in (quote.pair for quote in table.quotes)}
    after = {pair for table in EXPECTED[file][0](changed) for pair in (quote.pair for quote in table.quotes)}
    assert after == before


@pytest.mark.parametrize("file", XML)
@pytest.mark.parametrize("wrap", [b"<b>%s</b>", b"<!-- x -->%s", b"\xe2\x80\x8b%s", b" %s\n"])
def test_a_rate_and_a_code_are_the_whole_text_of_their_element(file: str, wrap: bytes) -> None:
    content = (FOLDER / file).read_bytes()
    changed = re.sub(
        rb"(<(?:Value|CharCode|description|Nominal|quant)>)([\w.,]+)(</)",
        rb"\1" + wrap.replace(b"%s", rb"\2") + rb"\3",
        content,
    )
    if b"windows-1251" in content[:100]:
        changed = changed.replace(b"\xe2\x80\x8b", b"&#8203;")
    assert changed != content
    assert printed_rates(EXPECTED[file][0](changed)) == printed_rates(EXPECTED[file][0](content))


@pytest.mark.parametrize("file", [*XML, *JSON])
def test_codes_in_small_letters_are_codes(file: str) -> None:
    content = (FOLDER / file).read_bytes()
    changed = re.sub(
        rb'((?:"Ccy": ?"|"quote": ?"|ISOCode="|CharCode>|<title>))(USD|EUR)(?=["<])',
        lambda m: m[1] + m[2].lower(),
        content,
    )
    assert printed_rates(EXPECTED[file][0](changed)) == printed_rates(EXPECTED[file][0](content))


@pytest.mark.parametrize(
    "day", ["01.04.2026", "2026-04-01", "1.4.2026", "01.04.2026 16:00:00", "2026-04-01T00:00:00", "01.04.2026 г."]
)
def test_a_day_in_another_form_of_one_meaning_is_read(day: str) -> None:
    row = {"Ccy": "USD", "Nominal": "1", "Rate": "12194.21", "Date": day}
    (table,) = cbu.read(json.dumps([row]).encode())
    assert str(table.valid_on) == "2026-04-01"


@pytest.mark.parametrize("day", ["01/04/2026", "04-01-2026", "1 April", "32.04.2026", "2026-13-01", "", "01.04.20261"])
def test_a_day_that_could_be_another_is_none(day: str) -> None:
    row = {"Ccy": "USD", "Nominal": "1", "Rate": "12194.21", "Date": day}
    with pytest.raises(NotAPage):
        cbu.read(json.dumps([row]).encode())

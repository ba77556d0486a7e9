"""The reader of the National Bank of Tajikistan's table of offers, and polls of its source."""

from __future__ import annotations

import datetime as dt
import html
from dataclasses import replace
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.domain.offers import Channel, Offer, OfferTable
from bot.domain.snapshot import NotAPage
from bot.sources.fetch import Fetched, Refused, Unreachable
from bot.sources.offers import OFFER_SOURCES, ask_newest, ask_past, nbt, next_poll
from tests.sources.offer_pages import EUR, EXPECTED, GRID, PAGE, RUB, RUB_PAGE, USD, of_currency, prices, read, table_of

NBT = OFFER_SOURCES["nbt"]
AS_OF = dt.datetime(2026, 9, 24, 11, 9, tzinfo=dt.UTC)
RUSSIAN = {
    "Ташкилотҳои қарзии молиявӣ": "Кредитные финансовые организации",
    "Байнибонкӣ": "Межбанк",
    "Ғайринақдӣ": "Безналичные",
    "Нақдӣ": "Наличные",
    "Ҳамёни электронӣ": "Эл.кошелек",
    "Кортҳо": "Карты",
    "ММПИМ": "НПЦДП",
    "харид": "покупка",
    "фурӯш": "продажа",
    "Сана": "Дата",
}


def test_the_page_is_read_as_it_is_printed() -> None:
    table = read(PAGE)
    assert EXPECTED[("alif", "wallet")] == EXPECTED[("alif", "transfer")] == ("9.1800", "9.2700")
    assert EXPECTED[("alif", "cash")] == ("9.1800", "9.2800")
    assert EXPECTED[("activ", "noncash")] == ("9.2000", "9.2800")
    assert EXPECTED[("freedom", "card")] == ("9.1600", "9.2700")
    assert {channel for provider, channel in EXPECTED if provider == "activ"} == {
        "interbank",
        "cash",
        "noncash",
        "card",
    }
    assert len(EXPECTED) == 14
    assert {one.as_of for one in table.offers} == {AS_OF}
    assert {(one.pair, one.source) for one in table.offers} == {(USD, "nbt")}
    assert table.complete
    assert table.left_out == 8
    assert table.warnings == ("USD/TJS: 8 missing or unusable prices were left out",)


def test_a_placeholder_leaves_out_its_own_price_only() -> None:
    found = prices(nbt.read(RUB, RUB_PAGE.read_bytes()))
    assert found[("amonatbonk", "cash")] == (None, "0.1140")
    assert found[("amonatbonk", "noncash")] == ("0.1093", "0.1125")
    assert found[("orienbonk", "cash")] == ("0.0800", "0.1150")
    assert found[("alif", "transfer")] == ("0.1089", None)


@pytest.mark.parametrize("encoding", ["utf-8", "windows-1251"])
def test_a_russian_page_is_read_by_its_whole_headers(encoding: str) -> None:
    page = PAGE.replace("Қурби асъор", "Курсы").replace("Истинод ба www.nbt.tj ҳатмист", "")
    for tajik, russian in RUSSIAN.items():
        page = page.replace(tajik, russian)
    page = page.replace("ҶСК", "OАО").replace("ҶСП", "ЗАО").replace("“Фридом Бонк Тоҷикистон”", "«Фридом Банк»")
    page = page.replace("charset=UTF-8", f"charset={encoding}")
    assert prices(nbt.read(USD, page.encode(encoding))) == EXPECTED


def test_the_english_headers_that_are_known_are_read() -> None:
    page = table_of(
        [
            ["Institution", "Cash Buy", "Cash Sell", "Non-Cash Buy", "Wire Buy", "Date"],
            ["Alif Bank", "9.1", "9.2", "9.15", "9.3", "24.09.2026 16:09"],
        ]
    )
    table = read(page)
    assert prices(table) == {("alif", "cash"): ("9.1", "9.2"), ("alif", "noncash"): ("9.15", None)}
    assert table.warnings == ("USD/TJS: 1 columns with an unknown header were left out",)


@given(order=st.permutations(range(14)))
def test_the_order_of_the_columns_has_no_meaning(order: list[int]) -> None:
    assert prices(read(table_of([[row[place] for place in order] for row in GRID]))) == EXPECTED


@given(gone=st.sets(st.sampled_from(range(1, 13)), max_size=11))
def test_a_missing_column_leaves_out_its_own_prices_only(gone: set[int]) -> None:
    found = prices(read(table_of([[cell for n, cell in enumerate(row) if n not in gone] for row in GRID])))
    assert all(
        (value is None) or value == expected
        for key, pair in found.items()
        for value, expected in zip(pair, EXPECTED[key], strict=True)
    )


def test_an_added_column_is_left_out_and_counted() -> None:
    grid = [[*row[:5], ["Қурби нав", "7.0000"][bool(n)], *row[5:]] for n, row in enumerate(GRID)]
    table = read(table_of(grid))
    assert prices(table) == EXPECTED
    assert "USD/TJS: 1 columns with an unknown header were left out" in table.warnings


def test_a_column_that_is_printed_twice_is_ambiguous() -> None:
    table = read(table_of([[*row[:4], row[3], *row[4:]] for row in GRID]))
    assert prices(table)[("alif", "cash")] == (None, "9.2800")


@pytest.mark.parametrize("cells", [13, 15])
def test_a_row_of_another_length_is_left_out_for_its_columns_are_unknown(cells: int) -> None:
    rows = [list(row) for row in GRID]
    rows[1] = [*rows[1], "9.9999"] if cells == 15 else rows[1][:4] + rows[1][5:]
    table = read(table_of(rows))
    assert {provider for provider, _ in prices(table)} == {"activ", "freedom"}
    assert "USD/TJS: 1 rows of another form were left out" in table.warnings


@pytest.mark.parametrize(
    ("printed", "value"),
    [
        ('<span class="red">9.1811</span>', "9.1811"),
        ("9,1811", "9.1811"),
        ("9,181", "9.181"),
        ("&nbsp;9.1811 ", "9.1811"),
        ("---", None),
        ("", None),
        ("0.0000", None),
        ("0,00", None),
        ("0.0010", None),
        ("-9.18", None),
        ("nan", None),
        ("9" * 40, None),
        ("9.1810999999999999", "9.18110000"),
    ],
)
def test_a_printed_price(printed: str, value: str | None) -> None:
    rows = [list(row) for row in GRID]
    rows[1][3] = printed
    assert prices(read(table_of(rows)))[("alif", "cash")] == (value, "9.2800")


def test_an_unknown_provider_is_stored_as_printed_on_one_line_and_limited() -> None:
    rows = [list(row) for row in GRID[:2]]
    rows[1][0] = html.escape('ҶСП "<b>Нав</b>\u202e\n Бонк" ' + "а" * 200)
    (provider,) = {provider for provider, _ in prices(read(table_of(rows)))}
    assert provider.startswith('ҶСП "<b>Нав</b> Бонк" ааа')
    assert len(provider) == 80


def test_of_a_provider_that_is_printed_twice_the_newest_row_counts_else_the_first() -> None:
    same = [GRID[0], GRID[1], ["Алиф Бонк", *["9.1000", "9.2000"] * 6, "24.09.2026 16:09"]]
    assert prices(read(table_of(same)))[("alif", "cash")] == ("9.1800", "9.2800")
    newer = [GRID[0], GRID[1], ["Алиф Бонк", *["9.1000", "9.2000"] * 6, "24.09.2026 17:00"]]
    table = read(table_of(newer))
    assert prices(table)[("alif", "cash")] == ("9.1000", "9.2000")
    assert table.warnings == ("USD/TJS: 1 providers are printed more than once; the newest or first row was kept",)


def test_each_row_has_its_own_time_and_one_without_a_time_is_left_out() -> None:
    rows = [list(row) for row in GRID]
    rows[1][13], rows[2][13] = "22.09.2026 09:00", "31.09.2026 16:09"
    table = read(table_of(rows))
    assert {(one.provider, one.as_of.isoformat()) for one in table.offers} == {
        ("alif", "2026-09-22T04:00:00+00:00"),
        ("freedom", "2026-09-24T11:09:00+00:00"),
    }
    assert "USD/TJS: 1 rows of another form were left out" in table.warnings


def test_more_rows_than_the_table_can_have_are_left_out() -> None:
    rows = [[f"Нав {n}", *GRID[1][1:]] for n in range(500)]
    table = read(table_of([GRID[0], *rows]))
    assert len({one.provider for one in table.offers}) == nbt.MAX_ROWS
    assert "USD/TJS: 400 rows of another form were left out" in table.warnings


def test_the_complete_rows_of_a_page_that_is_cut_off_are_kept() -> None:
    cut = PAGE[: PAGE.index("Фридом") + 300]
    table = read(cut)
    assert {one.provider for one in table.offers} == {"alif", "activ"}
    assert not table.complete
    assert "USD/TJS: the page is cut off; its complete rows were kept" in table.warnings


@pytest.mark.parametrize(
    "page",
    [
        "",
        "<html><form><input type=password></form></html>",
        "<h1>502 Bad Gateway</h1>",
        table_of([GRID[0]]),
        table_of(GRID[1:]),
        table_of([[*GRID[0][:13], "Вақт"], *GRID[1:]]),
        '{"success": true}',
        "<table><tr><th>Сана</th></tr><tr><td>24.09.2026</td></tr></table>",
    ],
)
def test_a_page_without_a_usable_table_is_refused(page: str) -> None:
    with pytest.raises(NotAPage) as refused:
        read(page)
    assert 0 < len(str(refused.value)) < 80


@given(content=st.binary(max_size=300), at=st.floats(0, 1), gone=st.integers(0, 400))
def test_any_mutation_of_the_page_gives_good_rows_or_is_refused(content: bytes, at: float, gone: int) -> None:
    honest = PAGE.encode()
    place = int(len(honest) * at)
    try:
        table = nbt.read(USD, honest[:place] + content + honest[place + gone :])
    except NotAPage:
        return
    assert table.offers
    for one in table.offers:
        assert one.provider == one.provider.strip()
        assert 0 < len(one.provider) <= 80
        assert [price for price in (one.buy, one.sell) if price is not None]
        assert all(price > nbt.LARGEST_PLACEHOLDER for price in (one.buy, one.sell) if price is not None)
        assert one.as_of.tzinfo is dt.UTC


class Site:
    """Answers with the page of a currency, or with one for all; an exception is raised."""

    def __init__(self, **pages: str | Exception) -> None:
        self.pages = pages
        self.asked: list[str] = []

    async def fetch(self, url: str, **_conditions: Any) -> Fetched:
        self.asked.append(url)
        found = next((page for code, page in self.pages.items() if f"currency={code}" in url), None)
        if isinstance(found, str):
            return Fetched(url, body=of_currency(found, url.partition("currency=")[2][:3]).encode())
        raise found or Unreachable("no connection")


async def test_a_poll_requests_each_pair_once_without_a_date() -> None:
    site = Site(USD=PAGE, EUR=PAGE, RUB=PAGE)
    answer = await ask_newest(site, NBT, AS_OF, "")  # type: ignore[arg-type]
    assert [table.pair for table in answer.tables] == [USD, EUR, RUB]
    assert site.asked == [f"https://www.nbt.tj/tj/kurs/kurs_kommer_bank.php?currency={pair.base}" for pair in nbt.PAIRS]


async def test_a_failed_pair_costs_no_other_and_an_overloaded_site_is_left_alone() -> None:
    site = Site(USD=PAGE, EUR="<h1>login</h1>", RUB=PAGE)
    answer = await ask_newest(site, NBT, AS_OF, "http://127.0.0.1:9/banks")  # type: ignore[arg-type]
    assert [table.pair for table in answer.tables] == [USD, RUB]
    assert answer.problems == ("a table could not be read: no table of offers with known headers",)
    assert site.asked[0] == "http://127.0.0.1:9/banks/offers_nbt/tj/kurs/kurs_kommer_bank.php?currency=USD"
    busy = Site(USD=Refused(503, None), EUR=PAGE, RUB=PAGE)
    assert (await ask_newest(busy, NBT, AS_OF, "")).tables == ()  # type: ignore[arg-type]
    assert len(busy.asked) == 1


async def test_an_error_of_the_reader_costs_no_other_pair() -> None:
    def fail(_content: bytes) -> OfferTable:
        raise TypeError("a fault of the program")

    (usd, read_usd), (eur, _), *_ = NBT.newest()
    source = replace(NBT, newest=lambda: ((eur, fail), (usd, read_usd)))
    answer = await ask_newest(Site(USD=PAGE, EUR=PAGE), source, AS_OF, "")  # type: ignore[arg-type]
    assert [table.pair for table in answer.tables] == [USD]
    assert answer.problems == ("a table could not be read: TypeError",)


async def test_a_table_of_last_week_is_kept_with_its_time_and_a_much_older_one_refused() -> None:
    site = Site(USD=PAGE)
    week = dt.timedelta(days=7)
    assert (await ask_newest(site, NBT, AS_OF + week, "")).tables[0].as_of == AS_OF  # type: ignore[arg-type]
    answer = await ask_newest(site, NBT, AS_OF + 3 * week, "")  # type: ignore[arg-type]
    assert answer.tables == ()
    assert str(answer.error) == "the newest table is of 2026-09-24"


async def test_rows_of_the_future_are_left_out() -> None:
    rows = [list(row) for row in GRID]
    rows[1][13] = "24.09.2062 16:09"
    (table,) = (await ask_newest(Site(USD=table_of(rows)), NBT, AS_OF, "")).tables  # type: ignore[arg-type]
    assert {one.provider for one in table.offers} == {"activ", "freedom"}
    assert "USD/TJS: 6 offers of another time were left out" in table.warnings


async def test_a_table_of_another_day_than_requested_is_refused() -> None:
    site, pauses = Site(USD=PAGE, EUR=PAGE, RUB=PAGE), []

    async def pause() -> None:
        pauses.append(1)

    day = dt.date(2026, 9, 24)
    assert len(await ask_past(site, NBT, day, "", pause)) == 3  # type: ignore[arg-type]
    assert site.asked[0].endswith("?currency=USD&date=2026-09-24")
    assert len(pauses) == 2
    assert await ask_past(site, NBT, day - dt.timedelta(days=1), "", pause) == []  # type: ignore[arg-type]
    with pytest.raises(Unreachable):
        await ask_past(Site(), NBT, day, "", pause)  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("now", "following"),
    [
        ("2026-09-24T06:00", "2026-09-24T07:00"),  # Thursday, 11:00 in Dushanbe
        ("2026-09-24T12:59", "2026-09-24T13:59"),
        ("2026-09-24T13:00", "2026-09-24T19:00"),  # closed
        ("2026-09-24T23:00", "2026-09-25T04:00"),  # the next opening comes first
        ("2026-09-26T06:00", "2026-09-26T12:00"),  # Saturday
        ("2026-09-28T03:30", "2026-09-28T04:00"),
    ],
)
def test_the_next_poll(now: str, following: str) -> None:
    assert next_poll(NBT, dt.datetime.fromisoformat(f"{now}+00:00")) == dt.datetime.fromisoformat(f"{following}+00:00")


@pytest.mark.parametrize(
    ("now", "day"),
    [
        ("2026-09-24T12:59", "2026-09-23"),  # today's table may still come
        ("2026-09-24T13:00", "2026-09-24"),
        ("2026-09-27T13:00", "2026-09-25"),  # Sunday
        ("2026-09-28T05:00", "2026-09-25"),  # Monday morning
    ],
)
def test_the_day_whose_table_must_be_there(now: str, day: str) -> None:
    assert NBT.awaited(dt.datetime.fromisoformat(f"{now}+00:00")) == dt.date.fromisoformat(day)


def test_an_offer_is_from_the_banks_view() -> None:
    alif = next(one for one in read(PAGE).offers if one.channel is Channel.CASH and one.provider == "alif")
    assert alif == Offer("alif", Channel.CASH, USD, Decimal("9.1800"), Decimal("9.2800"), AS_OF, "nbt")

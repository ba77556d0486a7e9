"""Pages of the National Bank of Tajikistan that are damaged, rebuilt or another than requested: nothing false is read."""

from __future__ import annotations

import pytest

from bot.domain.snapshot import NotAPage
from bot.sources.offers import nbt
from tests.sources.offer_pages import EXPECTED, GRID, PAGE, RUB, USD, prices, read, table_of

RUBLES = [GRID[0], ["Бонки Нав", *["0.1089", "0.1100"] * 6, "24.09.2026 16:09"]]
ONE_TABLE = "USD/TJS: more than one table; the first one with offers was kept"


def changed(row: int, place: int, cell: str) -> str:
    """The table with one cell changed."""
    rows = [list(one) for one in GRID]
    rows[row][place] = cell
    return table_of(rows)


@pytest.mark.parametrize("second", [RUBLES, RUBLES[1:]])
def test_rows_of_another_table_are_no_offers(second: list[list[str]]) -> None:
    table = read(table_of(GRID) + table_of(second))
    assert prices(table) == EXPECTED
    assert (ONE_TABLE in table.warnings) is (len(second) > 1)


def test_an_empty_table_before_the_one_with_offers_is_passed_over() -> None:
    assert prices(read(table_of([GRID[0]]) + table_of(GRID))) == EXPECTED


def test_tables_for_the_layout_have_no_rows() -> None:
    assert prices(read(f"<table><tr><td>Хабарҳо</td><td>{table_of(GRID)}</td></tr></table>")) == EXPECTED
    nested = read(changed(1, 0, f"<table><tr><td>24</td></tr></table>{GRID[1][0]}"))
    assert {provider for provider, _ in prices(nested)} == {"activ", "freedom"}


def test_the_page_of_another_currency_than_requested_is_refused() -> None:
    with pytest.raises(NotAPage, match="another currency"):
        read(PAGE, RUB)
    assert prices(read(PAGE.replace(" selected>USD/TJS", ">USD/TJS"), RUB)) == EXPECTED


@pytest.mark.parametrize("mark", ["\u200e", "\u202e", "\ufeff", "&#8203;", "&shy;", "&nbsp;", "&thinsp;"])
def test_invisible_characters_have_no_meaning(mark: str) -> None:
    rows = [[f"{mark}{cell}{mark}" for cell in row] for row in GRID]
    rows[0][5] = f"Ғайри{mark if mark == '&shy;' else ''}нақдӣ{mark} харид"
    assert prices(read(table_of(rows))) == EXPECTED


def test_line_breaks_divide_words() -> None:
    rows = [[cell.replace(" ", "<br/>") if n == 0 or place == 13 else cell for place, cell in enumerate(row)] for n, row in enumerate(GRID)]  # fmt: skip
    assert prices(read(table_of(rows))) == EXPECTED


@pytest.mark.parametrize(
    "printed",
    [
        "9.1800<sup>1</sup>",
        "<s>9.1000</s> 9.1800",
        "9.1800<script>0</script>",
        '<span style="display: none">1</span>9.1800',
        "<!-- 1 -->9.1800",
    ],
)
def test_footnotes_old_prices_and_invisible_text_are_no_part_of_a_price(printed: str) -> None:
    assert prices(read(changed(1, 3, printed))) == EXPECTED


def test_names_are_found_by_their_letters_where_their_header_is_unknown() -> None:
    header, row = ["№", "Date", "Wire Buy", "Cash Buy", "Institution"], ["1", "24.09.2026 16:09", "9.05", "9.1", "Alif"]
    assert prices(read(table_of([header, row]))) == {("alif", "cash"): ("9.1", None)}
    with pytest.raises(NotAPage):
        read(table_of([[*header, "City"], [*row, "Dushanbe"]]))


@pytest.mark.parametrize("name", ["...", "1", "—", "?СК &quot;Алиф Бонк&quot;", "Али\ufffd Бонк", "&#0;", ""])
def test_what_is_no_readable_name_is_no_provider(name: str) -> None:
    assert {provider for provider, _ in prices(read(changed(1, 0, name)))} == {"activ", "freedom"}


def test_a_tajik_page_whose_letters_were_lost_in_windows_1251_is_refused() -> None:
    with pytest.raises(NotAPage):
        nbt.read(USD, PAGE.replace("UTF-8", "windows-1251").encode("cp1251", "replace"))
    entities = PAGE.replace("UTF-8", "windows-1251").encode("cp1251", "xmlcharrefreplace")
    assert prices(nbt.read(USD, entities)) == EXPECTED


@pytest.mark.parametrize(
    "page",
    [
        table_of([GRID[0], GRID[1][:4] + GRID[1][5:], *GRID[2:]]),
        changed(0, 3, "Қурби нав"),
        changed(1, 13, "31.09.2026 16:09"),
        table_of([GRID[0], *([f"Нав {n}", *GRID[1][1:]] for n in range(500))]),
    ],
)
def test_a_table_that_was_not_read_completely_withdraws_no_offer(page: str) -> None:
    assert not read(page).complete


def test_a_price_that_is_not_offered_is_withdrawn() -> None:
    assert read(changed(1, 3, "0.0000")).complete


def test_many_equal_headers_are_counted_once() -> None:
    with pytest.raises(NotAPage):
        read(table_of([[*["Cash Buy"] * 100_000, "Date"], ["9.1"] * 3]))

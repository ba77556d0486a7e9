"""The pages of gold bars in the banks' own forms, and what may change in them."""

from __future__ import annotations

import datetime as dt
from decimal import Decimal
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.domain.gold import BarPrice
from bot.domain.snapshot import NotAPage
from bot.sources.gold.price_table import Printed, read

FOLDER = Path(__file__).parent / "gold"
DAY = dt.date(2026, 1, 5)


def bar(weight: str, sale: str, buyback: str | None = None) -> BarPrice:
    return BarPrice(Decimal(weight), Decimal(sale), None if buyback is None else Decimal(buyback))


UZBEK = (
    bar("5", "8735000", "8395000"),
    bar("10", "17469000", "16791000"),
    bar("20", "34939000", "33582000"),
    bar("50", "87347000", "83955000"),
    bar("100", "174694000", "167910000"),
)
KYRGYZ = (
    bar("1", "8804.50", "8761.00"),
    bar("2", "16310.00", "16245.00"),
    bar("5", "38830.00", "38714.00"),
    bar("10", "76020.50", "75649.00"),
    bar("31.1035", "235546.50", "232065.50"),
    bar("100", "763537.00", "741298.00"),
)


def uzbek() -> str:
    return (FOLDER / "cbu.html").read_text("utf-8")


def kyrgyz() -> str:
    return (FOLDER / "nbkr.html").read_bytes().decode("windows-1251")


def only(page: str) -> Printed:
    [found] = read(page.encode())
    return found


def table(header: str, *rows: str, after: str = "") -> str:
    """A page with a table; cells are divided by bars."""

    def cells(line: str, tag: str) -> str:
        return "<tr>" + "".join(f"<{tag}>{cell.strip()}</{tag}>" for cell in line.split("|")) + "</tr>"

    body = "".join(cells(row, "td") for row in rows)
    return f"<html><body><table>{cells(header, 'th')}{body}</table>{after}</body></html>"


def test_the_page_of_uzbekistan() -> None:
    assert only(uzbek()) == Printed(DAY, UZBEK)


def test_the_page_of_kyrgyzstan_has_several_days_the_oldest_first() -> None:
    first, last = read((FOLDER / "nbkr.html").read_bytes())
    assert (first.valid_on, first.bars) == (
        dt.date(2024, 12, 17),
        (bar("1", "8813.50", "8770"), bar("10", "76020.50", "75649")),
    )
    assert last == Printed(dt.date(2024, 12, 18), KYRGYZ)


def test_the_page_of_kyrgyzstan_in_utf_8() -> None:
    assert read(kyrgyz().replace("windows-1251", "utf-8").encode())[-1].bars == KYRGYZ


@pytest.mark.parametrize(
    ("header", "row"),
    [
        ("Вес | Цена продажи | Цена обратного выкупа, упаковка не повреждена | упаковка повреждена", "5 грамм | 8 735 000 сум | 8 395 000 сум | 8 311 000 сум"),
        ("Вес слитка | Цена выкупа: неповреждённая упаковка | Цена выкупа: повреждённая упаковка | Цена продажи слитка", "5 г | 8 395 000 | 8 311 000 | 8 735 000"),
        ("Weight | Sale price | Buyback price, damaged package | Buyback price, undamaged package", "5 grams | 8 735 000 uzs | 8 311 000 uzs | 8 395 000 uzs"),
        ("Og`irligi | Sotish narxi | qadogʻi buzilgan | qadogʻi but holatda", "5 gramm | 8 735 000 so’m | 8 311 000 so’m | 8 395 000 so‘m"),
        ("Оғирлиги | Сотиш нархи | Қайта сотиб олиш нархи (бут ҳолатда) | бузилган ҳолатда", "5 грамм | 8 735 000 сўм | 8 395 000 сўм | 8 311 000 сўм"),
        ("№ | Weight (g) | Repurchase price | Selling price", "1 | 5,00 | 8 395 000,00 | 8 735 000,00"),
        ("Алтын куймалар, г | Кайра сатып алуу баасы | Сатуу баасы", "5.00 (унция) | 8 395 000.00 | 8 735 000.00"),
    ],
)  # fmt: skip
def test_columns_are_found_by_their_headers_in_each_language(header: str, row: str) -> None:
    assert only(table(header, row)) == Printed(None, (bar("5", "8735000", "8395000"),))


@given(st.permutations(["Дата", "Мерные золотые слитки, г.", "Цена обратного выкупа, сом", "Цена продажи, сом"]))
def test_the_order_of_the_columns_does_not_matter(order: list[str]) -> None:
    cells = {"Д": "18.12.2024", "М": "10.00", "Цена о": "75 649.00", "Цена п": "76 020.50"}
    row = [next(cell for start, cell in cells.items() if name.startswith(start)) for name in order]
    found = only(table("|".join(order), "|".join(row)))
    assert found == Printed(dt.date(2024, 12, 18), (bar("10", "76020.50", "75649"),))


@pytest.mark.parametrize("price", ["", "—", "0", "1 000"])
def test_a_row_with_one_price_is_a_sale_price_alone(price: str) -> None:
    found = only(table("Weight | Sale price | Buyback price", f"5 g | 8 735 000 | {price}"))
    assert found.bars == (bar("5", "8735000"),)


def test_without_a_clear_buyback_column_the_sale_price_is_kept() -> None:
    assert only(table("Weight | Sale price", "5 g | 100")).bars == (bar("5", "100"),)
    damaged = table("Weight | Sale price | Buyback price, damaged", "5 g | 100 | 95")
    assert only(damaged).bars == (bar("5", "100"),)


@pytest.mark.parametrize(
    ("row", "reason"),
    [
        ("10 g | 90 | 95", "a sale price below the buyback price"),
        ("10 g | — | 95", "no weight or no sale price"),
        ("bar | 100 | 95", "no weight or no sale price"),
        ("0 g | 100 | 95", "prices or weights out of range"),
        ("12 500 g | 100 | 95", "prices or weights out of range"),
        ("10 g | 0.00 | 0.00", "prices or weights out of range"),
        ("10 g | 10 000 000 000 000 | 1", "prices or weights out of range"),
        ("10 g", "no weight or no sale price"),
    ],
)
def test_a_row_that_cannot_be_true_is_left_out_and_counted(row: str, reason: str) -> None:
    found = only(table("Weight | Sale price | Buyback price", "5 g | 50 | 49", row))
    assert found.bars == (bar("5", "50", "49"),)
    assert found.warnings == (f"1 rows left out: {reason}",)


def test_swapped_headers_give_no_prices() -> None:
    swapped = (
        uzbek()
        .replace("Sotish narxi", "?")
        .replace("Qaytarib sotib olish narxi", "Sotish narxi")
        .replace("?", "Sotib olish")
    )
    with pytest.raises(NotAPage):
        read(swapped.encode())


def test_a_bar_that_is_printed_twice_counts_if_both_agree() -> None:
    header = "Weight | Sale price | Buyback price"
    assert only(table(header, "5 g | 50 | 49", "5.00 | 50 | 49")).bars == (bar("5", "50", "49"),)
    found = only(table(header, "5 g | 50 | 49", "5 g | 51 | 49", "10 g | 99 | 98"))
    assert found.bars == (bar("10", "99", "98"),)
    assert found.warnings == ("1 rows left out: different prices for one bar",)


def test_a_row_without_a_readable_date_is_no_other_day_s() -> None:
    found = only(
        table("Date | Weight | Sale price", "18.12.2024 | 5 | 50", "32.12.2024 | 10 | 99", "yesterday | 1 | 9")
    )
    assert found == Printed(dt.date(2024, 12, 18), (bar("5", "50"),), ("2 rows left out: no date",))


@pytest.mark.parametrize(
    ("after", "day"),
    [
        ("<p>Yangilangan sana: 5 Yanvar 2026, 09:30</p>", DAY),
        ("<p>Обновлено: 5 января 2026, 09:30</p>", DAY),
        ("<p>Update date:  5 Jan 2026, 09:30</p>", DAY),
        ("<p>Yangilangan sana: 05.01.2026</p>", DAY),
        ("<p>Yangilangan sana: 31 Fevral 2026</p>", None),
        ("<p>Yangiliklar 05.01.2026</p>", None),
        ("", None),
    ],
)
def test_the_day_of_a_page_is_that_of_its_update(after: str, day: dt.date | None) -> None:
    assert only(table("Weight | Sale price", "5 g | 50", after=after)).valid_on == day


@pytest.mark.parametrize(
    "page",
    [
        "",
        "<html><body><form>Login: <input name=user></form></body></html>",
        "<table><tr><td>Weight</td><td>Sale price</td></tr></table>",
        table("Weight | Price | Price", "5 g | 50 | 49"),
        table("Weight | Sale price | Sale price", "5 g | 50 | 49"),
        table("Currency | Sale price", "USD | 50"),
        table("Weight | Sale price", "5 g | <b>n/a</b>"),
    ],
)
def test_another_page_is_refused(page: str) -> None:
    with pytest.raises(NotAPage):
        read(page.encode())


def test_the_price_of_another_weight_is_left_out() -> None:
    found = only(table("Weight | Sale price", "5 g | 50", "10 g | 99", "100 g | 99", "20 g | 198"))
    assert found.bars == (bar("5", "50"), bar("10", "99"), bar("20", "198"))
    assert found.warnings == ("1 rows left out: a price per gram far from the others",)


@given(st.integers(0, len(uzbek().encode())))
def test_a_page_that_is_cut_has_a_part_of_its_prices_or_none(length: int) -> None:
    try:
        [found] = read(uzbek().encode()[:length])
    except NotAPage:
        return
    whole = {(one.weight, one.sale) for one in UZBEK}
    assert {(one.weight, one.sale) for one in found.bars} <= whole


@given(st.text(max_size=300))
def test_no_text_in_a_cell_breaks_the_reader(text: str) -> None:
    page = uzbek().replace("<td><p>33 582 000 soʻm</p></td>", f"<td>{text}</td>")
    try:
        found = read(page.encode("utf-8", "replace"))
    except NotAPage:
        return
    assert all(one.buyback is None or one.buyback <= one.sale for printed in found for one in printed.bars)


def test_the_price_list_of_another_metal_is_passed_over() -> None:
    header, row = "{} | Sotish narxi | but holatda", "5 g | 50 | 49"
    silver = table(header.format("Kumush quymalar, og'irligi"), row)
    assert only(silver + uzbek()).bars == UZBEK
    assert only(f"<h2>Серебро</h2><p>…</p>{silver}<h2>Золото</h2>" + uzbek()).bars == UZBEK
    with pytest.raises(NotAPage):
        read(f"<h2>Silver</h2>{table('Weight | Sale price', row)}".encode())


@pytest.mark.parametrize("rows", [("5 g | 50", "10 g | 990"), ("5 g | 50", "10 g | 100", "20 g | 2000", "50 g | 5000")])
def test_without_a_majority_no_price_is_known(rows: tuple[str, ...]) -> None:
    with pytest.raises(NotAPage):
        read(table("Weight | Sale price", *rows).encode())


def test_a_weight_in_another_unit_is_left_out() -> None:
    found = only(table("Weight | Sale price", "5 g | 50", "1 kg | 10", "10 гр. | 100"))
    assert found.bars == (bar("5", "50"), bar("10", "100"))


def test_footnotes_and_struck_prices_are_no_part_of_a_number() -> None:
    found = only(table("Weight<sup>1</sup> | Sale price", "5<sup>2</sup> g | <s>51</s> 50", "10 g | 99<sup>3</sup>"))
    assert found.bars == (bar("5", "50"), bar("10", "99"))


def test_the_span_of_a_cell_may_have_any_number() -> None:
    page = table("Weight | Sale price", "5 g | 50").replace("<th>", f'<th rowspan="{"9" * 5000}">', 1)
    with pytest.raises(NotAPage):
        read(page.encode())

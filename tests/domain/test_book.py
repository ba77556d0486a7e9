import datetime as dt
from decimal import Decimal

from hypothesis import given
from hypothesis import strategies as st

from bot.domain.book import CROSS, PEG, TICKER, Book, compose
from bot.domain.rates import Pair, Rate

NOW = dt.datetime(2026, 4, 2, 9, tzinfo=dt.UTC)
TODAY = NOW.date()


def rate(source: str, pair: str, value: str, tick: str = "0.005", day: dt.date = TODAY) -> Rate:
    base, _, quote = pair.partition("/")
    return Rate(Pair(base, quote), Decimal(value), Decimal(tick), source, NOW, NOW, day)


# Figures that the banks really printed in the first days of April 2026.
FIGURES = (
    rate(TICKER, "KZT/USD", "0.00209", "0.000005"),
    rate(TICKER, "UZS/USD", "0.00008", "0.000005"),
    rate("nbk", "USD/KZT", "478.77"),
    rate("nbk", "UZS/KZT", "0.0393", "0.00005"),
    rate("nbk", "RUB/KZT", "5.87"),
    rate("nbkr", "USD/KGS", "87.4500", "0.00005"),
    rate("nbkr", "UZS/KGS", "0.0073", "0.00005"),
    rate("cbu", "USD/UZS", "12142.10"),
    rate("cbu", "RUB/UZS", "150.53"),
    rate("cbr", "USD/RUB", "80.6613", "0.00005"),
    rate("cbr", "KZT/RUB", "0.168473", "0.0000005"),
    rate("frankfurter", "USD/TJS", "9.3450", "0.00005"),
    rate("frankfurter", "USD/KZT", "478.770", "0.0005"),
    rate("ecb", "EUR/USD", "1.1458", "0.00005"),
)


def book(*without: str, stale: tuple[str, ...] = ()) -> Book:
    return Book((figure for figure in FIGURES if figure.source not in without), stale, NOW)


def test_the_rate_of_a_currency_is_its_own_bank_s_figure_as_printed() -> None:
    priced = book().price(Pair("USD", "KZT"))
    assert priced is not None
    assert (priced.rate, priced.source, priced.stale) == (rate("nbk", "USD/KZT", "478.77"), "nbk", False)


def test_both_directions_are_the_same_figure() -> None:
    there, back = book().price(Pair("USD", "KZT")), book().price(Pair("KZT", "USD"))
    assert there is not None
    assert back is not None
    assert back.legs == there.legs
    assert back.rate.low <= 1 / there.rate.value <= back.rate.high


def test_each_source_in_turn_may_be_missing_and_the_next_best_speaks() -> None:
    pair, missing, chosen = Pair("USD", "KZT"), [], []
    for source in ("nbk", "frankfurter", "cbr", TICKER):
        priced = book(*missing).price(pair)
        assert priced is not None
        chosen.append((priced.source, priced.path))
        missing.append(source)
    assert chosen == [
        ("nbk", ("USD", "KZT")),
        ("frankfurter", ("USD", "KZT")),
        (CROSS, ("USD", "RUB", "KZT")),
        (TICKER, ("USD", "KZT")),
    ]
    assert book(*missing).price(pair) is None


def test_a_silent_bank_gives_way_to_fresh_ones_and_its_last_figure_stays_where_there_are_none() -> None:
    silent = book(stale=("nbk",)).price(Pair("USD", "KZT"))
    assert silent is not None
    assert (silent.source, silent.stale) == ("frankfurter", False)
    alone = book("frankfurter", "cbr", stale=("nbk",)).price(Pair("USD", "KZT"))
    assert alone is not None
    assert (alone.source, alone.stale) == ("nbk", True)


def test_an_old_table_is_as_good_as_a_silent_source() -> None:
    old = rate("nbk", "USD/KZT", "470.00", day=NOW.date() - dt.timedelta(days=15))
    priced = Book((old,), (), NOW).price(Pair("USD", "KZT"))
    assert priced is not None
    assert priced.stale
    ticker = Book((old, FIGURES[0]), (), NOW).price(Pair("USD", "KZT"))
    assert ticker is not None
    assert (ticker.source, ticker.stale) == (TICKER, False)


def test_a_cross_is_told_with_its_path_and_a_coarse_direct_figure_loses_to_it() -> None:
    direct = book().price(Pair("RUB", "UZS"))
    assert direct is not None
    assert (direct.source, direct.path) == ("cbu", ("RUB", "UZS"))
    cross = book().price(Pair("KGS", "UZS"))
    assert cross is not None
    assert (cross.source, cross.path) == (CROSS, ("KGS", "USD", "UZS"))
    assert cross.rate.low < Decimal("12142.10") / Decimal("87.45") < cross.rate.high


def test_manat_is_the_fixed_rate_beside_banks_and_the_ticker_s_where_it_is_alone() -> None:
    fixed = book().price(Pair("USD", "TMT"))
    assert fixed is not None
    assert (fixed.source, fixed.rate.value, fixed.rate.tick) == (PEG, Decimal("3.5"), 0)
    ticker = Book((rate(TICKER, "TMT/USD", "0.28490", "0.000005"),), (), NOW).price(Pair("TMT", "USD"))
    assert ticker is not None
    assert ticker.source == TICKER


def test_other_sources_are_shown_beside_the_chosen_one_under_their_names() -> None:
    seen = {priced.rate.source: priced.path for priced in book().others(Pair("USD", "KZT"))}
    assert seen == {
        "cbr": ("USD", "RUB", "KZT"),
        "frankfurter": ("USD", "KZT"),
        TICKER: ("USD", "KZT"),
    }


def test_opinions_leave_out_the_asked_source_the_blend_and_the_silent() -> None:
    known = book(stale=("cbr",))
    assert {opinion.pair for opinion in known.opinions("nbk", Pair("USD", "KZT"))} == {Pair("USD", "KZT")}
    assert len(known.opinions("nbk", Pair("USD", "KZT"))) == 1


def test_legs_that_do_not_join_make_no_rate() -> None:
    assert compose(Pair("USD", "UZS"), [rate("nbk", "USD/KZT", "478.77")]) is None
    assert compose(Pair("USD", "UZS"), []) is None
    assert book().price(Pair("USD", "XAU")) is None
    assert book().price(Pair("USD", "USD")) is None


CODES = ("USD", "EUR", "RUB", "KZT", "UZS")
figures = st.lists(
    st.tuples(
        st.sampled_from(("nbk", "cbr", "cbu", "frankfurter", TICKER)),
        st.sampled_from(CODES),
        st.sampled_from(CODES),
        st.decimals("0.0001", "20000", places=6),
        st.decimals("0", "0.00005", places=6),
    ).filter(lambda row: row[1] != row[2]),
    max_size=12,
)


@given(figures, st.sampled_from(CODES), st.sampled_from(CODES))
def test_any_price_lies_within_its_bounds_and_its_path_leads_from_base_to_quote(
    rows: list[tuple[str, str, str, Decimal, Decimal]], base: str, quote: str
) -> None:
    known = Book((Rate(Pair(b, q), v, t, s, NOW, NOW, NOW.date()) for s, b, q, v, t in rows), (), NOW)
    priced, back = known.price(Pair(base, quote)), known.price(Pair(quote, base))
    assert (priced is None) == (back is None)
    if priced is not None:
        assert priced.rate.low <= priced.rate.value <= priced.rate.high
        assert (priced.path[0], priced.path[-1], len(priced.path)) == (base, quote, len(priced.legs) + 1)
        assert len(set(priced.path)) == len(priced.path)

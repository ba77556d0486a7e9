import datetime as dt
from decimal import Decimal

from hypothesis import given
from hypothesis import strategies as st

from bot.domain.rate_graph import CROSS, PEG, TICKER, RateGraph, compose
from bot.domain.rates import Pair, Rate

NOW = dt.datetime(2026, 4, 2, 9, tzinfo=dt.UTC)
TODAY = NOW.date()


def rate(source: str, pair: str, value: str, tick: str = "0.005", day: dt.date = TODAY) -> Rate:
    base, _, quote = pair.partition("/")
    return Rate(Pair(base, quote), Decimal(value), Decimal(tick), source, NOW, NOW, day)


# Figures that the banks really printed in the first days of April 2026.
RATES = (
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


def graph(*without: str, stale: tuple[str, ...] = ()) -> RateGraph:
    return RateGraph((one for one in RATES if one.source not in without), stale, NOW)


def test_the_rate_of_a_currency_is_its_own_bank_s_rate_as_printed() -> None:
    resolved = graph().resolve(Pair("USD", "KZT"))
    assert resolved is not None
    assert (resolved.rate, resolved.source, resolved.stale) == (rate("nbk", "USD/KZT", "478.77"), "nbk", False)


def test_both_directions_are_the_same_rate() -> None:
    there, back = graph().resolve(Pair("USD", "KZT")), graph().resolve(Pair("KZT", "USD"))
    assert there is not None
    assert back is not None
    assert back.legs == there.legs
    assert back.rate.low <= 1 / there.rate.value <= back.rate.high


def test_the_next_best_source_is_used_where_one_is_missing() -> None:
    pair, missing, chosen = Pair("USD", "KZT"), [], []
    for source in ("nbk", "frankfurter", "cbr", TICKER):
        resolved = graph(*missing).resolve(pair)
        assert resolved is not None
        chosen.append((resolved.source, resolved.path))
        missing.append(source)
    assert chosen == [
        ("nbk", ("USD", "KZT")),
        ("frankfurter", ("USD", "KZT")),
        (CROSS, ("USD", "RUB", "KZT")),
        (TICKER, ("USD", "KZT")),
    ]
    assert graph(*missing).resolve(pair) is None


def test_a_silent_bank_gives_way_to_fresh_ones_and_its_last_rate_stays_where_there_are_none() -> None:
    silent = graph(stale=("nbk",)).resolve(Pair("USD", "KZT"))
    assert silent is not None
    assert (silent.source, silent.stale) == ("frankfurter", False)
    alone = graph("frankfurter", "cbr", stale=("nbk",)).resolve(Pair("USD", "KZT"))
    assert alone is not None
    assert (alone.source, alone.stale) == ("nbk", True)


def test_an_old_table_is_as_good_as_a_silent_source() -> None:
    old = rate("nbk", "USD/KZT", "470.00", day=NOW.date() - dt.timedelta(days=15))
    resolved = RateGraph((old,), (), NOW).resolve(Pair("USD", "KZT"))
    assert resolved is not None
    assert resolved.stale
    ticker = RateGraph((old, RATES[0]), (), NOW).resolve(Pair("USD", "KZT"))
    assert ticker is not None
    assert (ticker.source, ticker.stale) == (TICKER, False)


def test_a_cross_is_sent_with_its_path_and_a_coarse_direct_rate_loses_to_it() -> None:
    direct = graph().resolve(Pair("RUB", "UZS"))
    assert direct is not None
    assert (direct.source, direct.path) == ("cbu", ("RUB", "UZS"))
    cross = graph().resolve(Pair("KGS", "UZS"))
    assert cross is not None
    assert (cross.source, cross.path) == (CROSS, ("KGS", "USD", "UZS"))
    assert cross.rate.low < Decimal("12142.10") / Decimal("87.45") < cross.rate.high


def test_manat_is_the_fixed_rate_beside_banks_and_beside_the_ticker_alone() -> None:
    fixed = graph().resolve(Pair("USD", "TMT"))
    assert fixed is not None
    assert (fixed.source, fixed.rate.value, fixed.rate.tick) == (PEG, Decimal("3.5"), 0)
    alone = RateGraph((rate(TICKER, "TMT/USD", "0.28490", "0.000005"),), (), NOW)
    ticker = alone.resolve(Pair("USD", "TMT"))
    assert ticker is not None
    assert (ticker.source, ticker.rate.value) == (PEG, Decimal("3.5"))
    assert RateGraph((), (), NOW).currencies == ()


def test_other_sources_are_shown_beside_the_chosen_one_under_their_names() -> None:
    seen = {resolved.rate.source: resolved.path for resolved in graph().others(Pair("USD", "KZT"))}
    assert seen == {
        "cbr": ("USD", "RUB", "KZT"),
        "frankfurter": ("USD", "KZT"),
        TICKER: ("USD", "KZT"),
    }


def test_other_sources_leave_out_the_asked_source_the_blend_and_the_silent() -> None:
    known = graph(stale=("cbr",))
    assert {other.pair for other in known.other_sources("nbk", Pair("USD", "KZT"))} == {Pair("USD", "KZT")}
    assert len(known.other_sources("nbk", Pair("USD", "KZT"))) == 1


def test_legs_that_do_not_join_make_no_rate() -> None:
    assert compose(Pair("USD", "UZS"), [rate("nbk", "USD/KZT", "478.77")]) is None
    assert compose(Pair("USD", "UZS"), []) is None
    assert graph().resolve(Pair("USD", "XAU")) is None
    assert graph().resolve(Pair("USD", "USD")) is None


CODES = ("USD", "EUR", "RUB", "KZT", "UZS")
rate_rows = st.lists(
    st.tuples(
        st.sampled_from(("nbk", "cbr", "cbu", "frankfurter", TICKER)),
        st.sampled_from(CODES),
        st.sampled_from(CODES),
        st.decimals("0.0001", "20000", places=6),
        st.decimals("0", "0.00005", places=6),
    ).filter(lambda row: row[1] != row[2]),
    max_size=12,
)


@given(rate_rows, st.sampled_from(CODES), st.sampled_from(CODES))
def test_any_price_lies_within_its_bounds_and_its_path_leads_from_base_to_quote(
    rows: list[tuple[str, str, str, Decimal, Decimal]], base: str, quote: str
) -> None:
    known = RateGraph((Rate(Pair(b, q), v, t, s, NOW, NOW, NOW.date()) for s, b, q, v, t in rows), (), NOW)
    resolved, back = known.resolve(Pair(base, quote)), known.resolve(Pair(quote, base))
    assert (resolved is None) == (back is None)
    if resolved is not None:
        assert resolved.rate.low <= resolved.rate.value <= resolved.rate.high
        assert (resolved.path[0], resolved.path[-1], len(resolved.path)) == (base, quote, len(resolved.legs) + 1)
        assert len(set(resolved.path)) == len(resolved.path)

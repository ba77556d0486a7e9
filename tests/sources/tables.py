"""The banks' stored pages, and the rates on each of them."""

from __future__ import annotations

from decimal import Decimal
from functools import partial
from pathlib import Path

from bot.domain.snapshot import Table
from bot.sources.banks import Read, cbr, cbu, ecb, frankfurter, nbk, nbkr, nbt

FOLDER = Path(__file__).parent / "banks"


# file, reader: per day what one unit costs and half of a printed step
EXPECTED: dict[str, tuple[Read, dict[str, dict[str, tuple[str, str]]]]] = {
    "nbk.xml": (
        nbk.read,
        {
            "2026-04-01": {
                "USD/KZT": ("478.77", "0.005"),
                "EUR/KZT": ("548.62", "0.005"),
                "RUB/KZT": ("5.87", "0.005"),
                "KGS/KZT": ("5.47", "0.005"),
                "TJS/KZT": ("50.19", "0.005"),
                "UZS/KZT": ("0.0393", "0.00005"),
                "JPY/KZT": ("3", "0.005"),
                "GEL/KZT": ("179.5", "0.005"),
            }
        },
    ),
    "nbkr-daily.xml": (
        nbkr.read,
        {
            "2026-05-24": {
                "USD/KGS": ("87.4500", "0.00005"),
                "EUR/KGS": ("101.5076", "0.00005"),
                "KZT/KGS": ("0.1859", "0.00005"),
                "RUB/KGS": ("1.2263", "0.00005"),
            }
        },
    ),
    "nbkr-weekly.xml": (
        nbkr.read,
        {
            "2026-05-23": {
                "TJS/KGS": ("9.4148", "0.00005"),
                "TMT/KGS": ("24.9857", "0.00005"),
                "UZS/KGS": ("0.0073", "0.00005"),
            }
        },
    ),
    "nbkr-history.html": (
        partial(nbkr.read_history, "USD"),
        {
            "2005-06-25": {"USD/KGS": ("40.9614", "0.00005")},
            "2005-06-28": {"USD/KGS": ("40.9500", "0.00005")},
        },
    ),
    "cbu.json": (
        cbu.read,
        {
            "2026-04-02": {
                "USD/UZS": ("12142.10", "0.005"),
                "RUB/UZS": ("150.53", "0.005"),
                "KZT/UZS": ("25.55", "0.005"),
                "TMT/UZS": ("3469.17", "0.005"),
            }
        },
    ),
    "nbt.xml": (
        nbt.read,
        {
            "2026-05-18": {
                "USD/TJS": ("9.3450", "0.00005"),
                "KGS/TJS": ("0.10686", "0.000005"),
                "KZT/TJS": ("0.01971", "0.000005"),
                "UZS/TJS": ("0.000780", "0.0000005"),
                "TMT/TJS": ("2.6700", "0.00005"),
                "RUB/TJS": ("0.1277", "0.00005"),
            }
        },
    ),
    "cbr.xml": (
        cbr.read,
        {
            "2026-04-25": {
                "KZT/RUB": ("0.163172", "0.0000005"),
                "KGS/RUB": ("0.864125", "0.0000005"),
                "TJS/RUB": ("8.00866", "0.000005"),
                "TMT/RUB": ("21.5792", "0.00005"),
                "UZS/RUB": ("0.00628322", "0.000000005"),
            }
        },
    ),
    "ecb.xml": (
        ecb.read,
        {
            "2026-03-18": {
                "EUR/USD": ("1.1458", "0.00005"),
                "EUR/JPY": ("182.9", "0.00005"),
                "EUR/CNY": ("7.8910", "0.00005"),
            },
            "2026-03-17": {"EUR/USD": ("1.146", "0.00005"), "EUR/JPY": ("183", "0.00005")},
        },
    ),
    "frankfurter.json": (
        frankfurter.read,
        {
            "2026-07-17": {
                "USD/EUR": ("0.8739", "0.000005"),
                "USD/UZS": ("12142", "0.5"),
                "USD/KZT": ("478.77", "0.005"),
                "USD/TJS": ("9.345", "0.00005"),
            },
            "2026-07-16": {"USD/KGS": ("87.45", "0.005")},
        },
    ),
}


def printed_rates(tables: list[Table]) -> dict[str, dict[str, tuple[Decimal, Decimal]]]:
    return {str(t.valid_on): {str(q.pair): (q.value, q.tick) for q in t.quotes} for t in tables}

"""The currencies Jarchi keeps, in the order in which people are shown them."""

from __future__ import annotations

# The five of the ticker, whose people Jarchi serves first.
OWN = ("KZT", "KGS", "UZS", "TJS", "TMT")
# What is sent, traded and travelled with in the region; banks print dozens more that nobody asks for here.
CURRENCIES = (
    *OWN,
    "USD",
    "EUR",
    "RUB",
    "CNY",
    "TRY",
    "GBP",
    "AED",
    "KRW",
    "JPY",
    "CHF",
    "INR",
    "PLN",
    "AZN",
    "GEL",
    "AMD",
    "BYN",
    "UAH",
    "MNT",
    "AFN",
    "PKR",
    "IRR",
)

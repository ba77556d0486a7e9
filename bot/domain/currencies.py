"""The supported currencies, in the order in which they are shown."""

from __future__ import annotations

# The five currencies of the ticker, those of the countries that Jarchi is made for.
OWN = ("KZT", "KGS", "UZS", "TJS", "TMT")
# Currencies of remittances, trade and travel in the region; banks print dozens more that are not needed here.
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
# Gold in pairs: one gram of it. The code is that of ISO 4217, whose unit is an ounce. It is no currency: nothing is
# converted by it, and people see the word.
GOLD = "XAU"

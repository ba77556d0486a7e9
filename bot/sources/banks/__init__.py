"""The central banks, one row each. A new bank needs a module, a row here, and a captured answer as a test."""

from __future__ import annotations

from bot.sources.banks import cbr, cbu, ecb, frankfurter, nbk, nbkr, nbt
from bot.sources.banks.asking import Answer, ask, unmet_purpose
from bot.sources.banks.bank import EVERY_DAY, Bank, Endpoint, Read, mirrored, next_poll

__all__ = ["BANKS", "Answer", "Bank", "Endpoint", "Read", "ask", "mirrored", "next_poll", "unmet_purpose"]

# Banks are polled in this order. The blended sources come first, so that their rates are stored when a bank's own rate
# has to be compared with them. The hours are the local hours in which the banks are known to publish.
_ROWS = (
    Bank(
        "cbr",
        "RUB",
        "https://www.cbr.ru/",
        "Europe/Moscow",
        (12, 14),
        cbr.endpoints,
        day=cbr.day_endpoints,
        ahead=True,
    ),
    Bank(
        "ecb",
        "EUR",
        "https://www.ecb.europa.eu/",
        "Europe/Berlin",  # "about 16:00 CET", summer time included
        (16, 18),
        ecb.endpoints,
        span=ecb.span,
    ),
    Bank(
        "frankfurter",
        "USD",
        "https://api.frankfurter.dev/",
        "UTC",
        (9, 17),  # from the first to the last of the banks that it blends
        frankfurter.endpoints,
        span=frankfurter.span,
    ),
    Bank(
        "nbk",
        "KZT",
        "https://nationalbank.kz/",
        "Asia/Almaty",
        (14, 16),
        nbk.endpoints,
        day=nbk.endpoints,
        ahead=True,
        tomorrow=nbk.endpoints_ahead,
    ),
    Bank(
        "nbkr",
        "KGS",
        "https://www.nbkr.kg/",
        "Asia/Bishkek",
        (14, 16),
        nbkr.endpoints,
        span=nbkr.span,
        ahead=True,
    ),
    Bank(
        "cbu",
        "UZS",
        "https://cbu.uz/",
        "Asia/Tashkent",
        (13, 15),
        cbu.endpoints,
        day=cbu.day_endpoints,
        ahead=True,
        pause=0.2,
    ),
    Bank(
        "nbt",
        "TJS",
        "https://www.nbt.tj/",
        "Asia/Dushanbe",
        (9, 11),
        nbt.endpoints,
        day=nbt.endpoints,
        span=nbt.span,
        weekdays=EVERY_DAY,
    ),
)
BANKS = {bank.name: bank for bank in _ROWS}

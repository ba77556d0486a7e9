"""Callback data for every declared action, for the tests that press all buttons."""

from __future__ import annotations

from typing import Any

from bot.views import actions as actions
from bot.views.buttons import VERSION, AnyAction, Argument

# Texts of arguments: each argument without a list of options accepts at least one.
_TEXTS = (
    "1",
    "0",
    "2",
    "480",
    "KZT",
    "USD",
    "Asia/Bishkek",
    "2025-11",
    "20251101",
    "1765173600",
    "520.5",
    "gold",
    "",
    "USD:KZT:level:above:520",
    "RUB:TJS",
    "RUB:TJS:transfer:1000:RUB",
    "RUB:TJS.transfer.buy",
    "XAU:UZS.cbu.sell",
    "20251101::example",
)


def texts_of(argument: Argument[Any]) -> list[str]:
    """Return texts that an argument accepts."""
    if argument.options:
        return [argument.write(option) for option in argument.options]
    found = [text for text in _TEXTS if accepts(argument, text)]
    assert found, f"no text for {argument}: add one"
    return found


def accepts(argument: Argument[Any], text: str) -> bool:
    """Return whether an argument accepts a text of as many parts as it has."""
    try:
        argument.read(text)
    except (ValueError, ArithmeticError):
        return False
    return text.count(":") + 1 == argument.parts


def data_of(action: AnyAction) -> str:
    """Return callback data of an action, by the first text that each of its arguments accepts."""
    return ":".join((VERSION, action.name, *(texts_of(argument)[0] for argument in action.arguments)))

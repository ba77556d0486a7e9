"""Explanations of invalid input."""

from __future__ import annotations

from decimal import Decimal

from bot.domain.amounts import ConvertError
from bot.domain.errors import InvalidInput
from bot.domain.numbers import short
from bot.domain.periods import HistoryError
from bot.domain.searches import SearchError
from bot.domain.topics import QueryError
from bot.i18n import Translator
from bot.views import convert, history, search, topics
from bot.views.message import View
from bot.views.rate_text import number


def invalid_input(t: Translator, error: InvalidInput) -> View:
    """Explain the problem of an input, and show valid examples."""
    match error:
        case ConvertError():
            return convert.problem(t, error)
        case HistoryError():
            return history.problem(t, error)
        case QueryError():
            return topics.problem(t, error)
        case SearchError():
            return search.problem(t, error)
    return View(t(error.key, **{name: _shown(t, value) for name, value in error.params.items()}))


def _shown(t: Translator, value: str | int | Decimal) -> str | int:
    return number(t, short(value)) if isinstance(value, Decimal) else value

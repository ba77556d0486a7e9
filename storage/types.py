"""Column types that keep values exact on every database."""

from __future__ import annotations

import datetime as dt
from decimal import ROUND_HALF_EVEN, Decimal
from typing import Any

from sqlalchemy import JSON, BigInteger, DateTime, Dialect, String, Text
from sqlalchemy.types import TypeDecorator, UserDefinedType

from bot.domain.letters import storable, storable_data
from bot.domain.numbers import CONTEXT
from bot.domain.topics.matched import Reason, TopicMatch

# Twelve decimals keep eight significant digits of the smallest price (soum, 0.00008 dollars; a hundred times finer
# than its bank prints) and leave room in 64 bits for values up to nine million.
SCALE = 12
_UNIT = Decimal(1).scaleb(-SCALE)
LARGEST = Decimal(2**63 - 1).scaleb(-SCALE)


class ExactDecimal(TypeDecorator[Decimal]):
    """A decimal as an integer of 10^-12 units: exact, and sorted alike on SQLite and PostgreSQL."""

    impl = BigInteger
    cache_ok = True

    def process_bind_param(self, value: Decimal | None, _dialect: Dialect) -> int | None:
        """Scale to an integer; OverflowError for what does not fit in 64 bits."""
        if value is None:
            return None
        if abs(value) > LARGEST:
            raise OverflowError(f"{value:.3e} is beyond the range of a stored decimal")
        return int(value.quantize(_UNIT, ROUND_HALF_EVEN, context=CONTEXT).scaleb(SCALE))

    def process_result_value(self, value: Any | None, _dialect: Dialect) -> Decimal | None:
        """Return the decimal without the zeros that only the scale added."""
        if value is None:
            return None
        exact = Decimal(value).scaleb(-SCALE).normalize(CONTEXT)
        return exact if exact.as_tuple().exponent <= 0 else exact.quantize(Decimal(1))  # type: ignore[operator]


class StorableString(TypeDecorator[str]):
    """Outside text: characters that no database stores (unpaired surrogates, NUL) are replaced before binding.

    Readers replace such characters at the source; this guards transactions against missed ones. Only PostgreSQL
    enforces a length.
    """

    impl = String
    cache_ok = True

    def process_bind_param(self, value: str | None, _dialect: Dialect) -> str | None:
        """Return the text as it can be stored."""
        return None if value is None else storable(value)


class StorableText(StorableString):
    """The same without a limit."""

    impl = Text
    cache_ok = True


class StorableJson(TypeDecorator[Any]):
    """JSON whose texts can be stored: PostgreSQL accepts an escaped NUL or surrogate that no client reads."""

    impl = JSON
    cache_ok = True

    def process_bind_param(self, value: Any, _dialect: Dialect) -> Any:
        """Return the value as it can be stored."""
        return storable_data(value)[0]


class StoredTopics(TypeDecorator[tuple[TopicMatch, ...]]):
    """The curated topics of an article as JSON: [[topic, points, [[words, place], …]], …]."""

    impl = JSON
    cache_ok = True

    def process_bind_param(self, value: Any, _dialect: Dialect) -> Any:
        """Return the topics as JSON."""
        return [[one.topic, one.points, [list(reason) for reason in one.reasons]] for one in value or ()]

    def process_result_value(self, value: Any, _dialect: Dialect) -> tuple[TopicMatch, ...]:
        """Return the topics of JSON."""
        return tuple(
            TopicMatch(topic, points, tuple(Reason(*reason) for reason in reasons)) for topic, points, reasons in value
        )


class TsVector(UserDefinedType[str]):
    """PostgreSQL's words with their positions, as text; SQLAlchemy's own type would import that dialect everywhere."""

    cache_ok = True

    def get_col_spec(self, **_options: Any) -> str:
        """Return the type's name in SQL."""
        return "TSVECTOR"


class UtcDateTime(TypeDecorator[dt.datetime]):
    """An aware instant in UTC; naive ones are refused, because their zone is unknown."""

    impl = DateTime(timezone=True)
    cache_ok = True

    def process_bind_param(self, value: dt.datetime | None, dialect: Dialect) -> dt.datetime | None:
        """Convert to UTC; SQLite gets it without the zone, so that text compares in order."""
        if value is None:
            return None
        if value.tzinfo is None:
            raise ValueError("a stored instant needs a time zone")
        utc = value.astimezone(dt.UTC)
        return utc.replace(tzinfo=None) if dialect.name == "sqlite" else utc

    def process_result_value(self, value: dt.datetime | None, _dialect: Dialect) -> dt.datetime | None:
        """Return the instant with its zone, UTC."""
        return (
            None
            if value is None
            else (value.replace(tzinfo=dt.UTC) if value.tzinfo is None else value.astimezone(dt.UTC))
        )

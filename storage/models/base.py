"""The base class of all tables, and the column types that several of them share."""

from __future__ import annotations

import datetime as dt
from decimal import Decimal
from typing import Any

from sqlalchemy import BigInteger, Integer, MetaData, Text
from sqlalchemy.orm import DeclarativeBase

from storage.types import ExactDecimal, StorableJson, StorableText, TsVector, UtcDateTime

# SQLite generates ids only in columns of its own INTEGER type.
Id = BigInteger().with_variant(Integer, "sqlite")
# Stems of words: in order and divided by spaces on SQLite, with their positions on PostgreSQL.
Words = Text().with_variant(TsVector(), "postgresql")


class Base(DeclarativeBase):
    """The base class of all tables. Names of constraints are fixed so that migrations can refer to them."""

    metadata = MetaData(
        naming_convention={
            "ix": "ix_%(table_name)s_%(column_0_N_name)s",
            "uq": "uq_%(table_name)s_%(column_0_N_name)s",
            "fk": "fk_%(table_name)s_%(column_0_N_name)s",
            "pk": "pk_%(table_name)s",
        }
    )
    type_annotation_map = {  # noqa: RUF012 - SQLAlchemy reads it from the class
        dt.datetime: UtcDateTime,
        Decimal: ExactDecimal,
        dict[str, Any]: StorableJson,
        list[str]: StorableJson,
        str: StorableText,
    }

"""Shared setups as rows; nothing in them says which chat shared them."""

from __future__ import annotations

import datetime as dt
import hashlib
import json
from typing import Any

from sqlalchemy import delete, select
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.domain.alerts import AlertRule, Kind, Side
from bot.domain.numbers import D
from bot.domain.posts import PostForm
from bot.domain.rates import Pair
from bot.domain.shares import Setup, SharedAlert, SharedTopic, ShareKind
from storage.models import ShareRow
from storage.upsert import insert


async def find(connection: AsyncConnection, setup: Setup, expires_at: dt.datetime) -> int | None:
    """Return the id under which an equal setup with the same expiry (UTC) is stored, if there is one."""
    statement = select(ShareRow.id).where(ShareRow.fingerprint == _fingerprint(setup, expires_at))
    return (await connection.execute(statement)).scalar_one_or_none()


async def add(connection: AsyncConnection, setup: Setup, now: dt.datetime, expires_at: dt.datetime) -> int:
    """Store a setup until an instant (UTC), unless an equal one is stored; returns its id."""
    values = {
        "kind": setup.kind,
        "payload": _payload(setup),
        "fingerprint": _fingerprint(setup, expires_at),
        "created_at": now,
        "expires_at": expires_at,
    }
    await connection.execute(insert(connection, ShareRow).values(values).on_conflict_do_nothing())
    statement = select(ShareRow.id).where(ShareRow.fingerprint == values["fingerprint"])
    return (await connection.execute(statement)).scalar_one()


async def get(connection: AsyncConnection, share_id: int) -> Setup | None:
    """Return the setup of an id; None if it was deleted."""
    statement = select(ShareRow.kind, ShareRow.payload).where(ShareRow.id == share_id)
    row = (await connection.execute(statement)).one_or_none()
    return _setup(ShareKind(row.kind), row.payload) if row else None


async def remove_expired(connection: AsyncConnection, now: dt.datetime) -> int:
    """Delete the setups whose links have expired at an instant (UTC); returns how many."""
    return (await connection.execute(delete(ShareRow).where(ShareRow.expires_at <= now))).rowcount


def _fingerprint(setup: Setup, expires_at: dt.datetime) -> str:
    whole = json.dumps([setup.kind, _payload(setup), expires_at.isoformat()], sort_keys=True)
    return hashlib.sha256(whole.encode()).hexdigest()


def _payload(setup: Setup) -> dict[str, Any]:
    """Return a setup as JSON; numbers of rules are text, since JSON has binary fractions only."""
    return {
        "alerts": [
            {
                "base": rule.pair.base,
                "market": rule.pair.market,
                "quote": rule.pair.quote,
                "side": rule.side,
                "kind": rule.kind,
                "level": None if rule.level is None else str(rule.level),
                "move": None if rule.move is None else str(rule.move),
                "days": rule.days,
                "once": one.once,
            }
            for one in setup.alerts
            for rule in (one.rule,)
        ],
        "topics": [[one.text, one.level, one.slug, one.words] for one in setup.topics],
        "digests": list(setup.digests),
        "form": setup.form.stored() if setup.form else None,
    }


def _setup(kind: ShareKind, payload: dict[str, Any]) -> Setup:
    alerts = tuple(
        SharedAlert(
            AlertRule(
                Pair(one["base"], one["quote"], one.get("market", "")),
                Side(one["side"]),
                None if one["level"] is None else D(one["level"]),
                None if one["move"] is None else D(one["move"]),
                Kind(one["kind"]),
                one["days"],
            ),
            one["once"],
        )
        for one in payload["alerts"]
    )
    topics = tuple(SharedTopic(*one) for one in payload["topics"])
    form = None if payload["form"] is None else PostForm.of(payload["form"])
    return Setup(kind, alerts, topics, tuple(payload["digests"]), form)

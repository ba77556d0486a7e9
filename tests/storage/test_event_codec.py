"""Every event is read from its row as it was written; a row of another version keeps no other from being sent."""

import json
from dataclasses import replace
from decimal import Decimal
from types import SimpleNamespace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.domain.events import AlertFired, BroadcastSent, EventContent, EventKind, PolicyDecided, Unreadable
from storage.event_codec import TYPES, VERSION, decode, encode
from tests.domain.alerts.strategies import KZT, alerts, observations
from tests.events import AT, sample

_FINITE = st.decimals(allow_nan=False, allow_infinity=False)
CONTENTS = st.one_of(
    *(
        st.from_type(TYPES[kind])
        for kind in EventKind
        if kind not in (EventKind.CROSSING, EventKind.BROADCAST, EventKind.POLICY)
    ),
    st.builds(PolicyDecided, st.text(), _FINITE, _FINITE, st.none() | st.dates()),
    st.builds(BroadcastSent, st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\0")), st.booleans()),
    st.builds(
        lambda alert, seen, share, back: AlertFired(
            alert.id, alert.rule, alert.once, seen.rate, AT, seen.before, share, back
        ),
        alerts(KZT),
        observations(KZT),
        st.none() | _FINITE,
        st.none() | _FINITE,
    ),
)


def stored(content: EventContent) -> SimpleNamespace:
    """The row of an event, its payload once through JSON."""
    row = encode(content)
    return SimpleNamespace(**{**row, "payload": json.loads(json.dumps(row["payload"]))})


@given(CONTENTS)
def test_an_event_is_decoded_as_it_was_encoded(content: EventContent) -> None:
    assert decode(stored(content)) == content


@pytest.mark.parametrize("kind", EventKind)
def test_each_kind_has_one_type(kind: EventKind) -> None:
    row = stored(sample(kind))
    assert (row.kind, row.version, type(decode(row))) == (kind, VERSION, TYPES[kind])


def test_a_number_keeps_its_digits_and_a_default_takes_no_room() -> None:
    fired = sample(EventKind.CROSSING)
    assert isinstance(fired, AlertFired)
    fired = replace(fired, rearms_at=Decimal("1.10"))
    payload = stored(fired).payload
    assert payload["rule"] == {"pair": {"base": "USD", "quote": "KZT"}, "side": "above", "level": "520"}
    assert "share" not in payload
    assert str(decode(stored(fired)).rearms_at) == "1.10"  # type: ignore[union-attr]


@pytest.mark.parametrize(
    "change", [{"version": VERSION + 1}, {"payload": {}}, {"payload": {"article_id": 1, "new": 2}}]
)
def test_a_row_that_cannot_be_read_is_an_event_that_cannot_be_rendered(change: dict[str, object]) -> None:
    row = stored(sample(EventKind.ARTICLE))
    assert decode(SimpleNamespace(**{**vars(row), **change})) == Unreadable(EventKind.ARTICLE)

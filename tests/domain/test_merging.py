import datetime as dt
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.domain.chats import Quiet
from bot.domain.events import EventKind
from bot.domain.merging import BURST, FEWEST_LATE, LATE_AFTER, Waiting, is_late, merge
from bot.domain.times import is_quiet

ALMATY = ZoneInfo("Asia/Almaty")
NIGHT = Quiet(22 * 60, 7 * 60)
NOON = dt.datetime(2026, 1, 5, 7, tzinfo=dt.UTC)  # in Almaty
NEWS, CROSSING = EventKind.ARTICLE, EventKind.CROSSING
minutes = st.integers(0, 5 * 24 * 60).map(lambda m: dt.timedelta(minutes=m))


def ago(hours: float) -> dt.datetime:
    return NOON - dt.timedelta(hours=hours)


def news(number: int, at: dt.datetime = NOON, *, claimed: bool = True, carries: bool = False) -> Waiting:
    return Waiting(number, NEWS, at, claimed, carries)


def merged(
    *waiting: Waiting, quiet: Quiet | None = None, now: dt.datetime = NOON, digest: bool = False
) -> dict[int, int | None]:
    return merge(waiting, quiet, ALMATY, now, digest=digest)


def test_two_that_are_late_are_one_message_and_one_alone_is_itself() -> None:
    late, later, fresh = news(3, ago(6.1)), news(1, ago(40)), news(2, ago(5.9))
    assert merged(late, later, fresh) == {3: 3, 1: 3}
    assert merged(late, fresh) == {}
    assert merged() == {}


def test_what_waited_for_the_morning_is_not_late_because_of_it() -> None:
    evening, morning = ago(13.9), NOON - dt.timedelta(hours=4, minutes=59)  # 22:06 and 07:01
    assert not is_late(evening, NIGHT, ALMATY, morning)
    assert is_late(evening, NIGHT, ALMATY, NOON + dt.timedelta(hours=1, minutes=1))
    assert is_late(evening, None, ALMATY, morning)


@pytest.mark.parametrize("found", [1, BURST, BURST + 1, 10])
def test_more_than_three_articles_of_a_poll_are_one_message(found: int) -> None:
    another = [news(100 + n, ago(1)) for n in range(BURST)]
    waiting = [news(n, claimed=n == 1) for n in range(1, found + 1)]
    assert merged(*waiting, *another) == (dict.fromkeys(range(1, found + 1), 1) if found > BURST else {})


def test_alerts_make_no_burst() -> None:
    assert merged(*(Waiting(n, CROSSING, NOON, claimed=True) for n in range(10))) == {}


def test_a_delivery_that_carries_others_is_joined_by_more_of_the_same() -> None:
    assert merged(news(1), news(2, carries=True)) == {1: 2, 2: 2}
    assert merged(news(1, carries=True)) == {1: 1}
    assert merged(news(1, ago(7), carries=True)) == {1: 1}
    assert merged(news(1, ago(7)), news(2, ago(9), claimed=False, carries=True)) == {1: 1, 2: 1}


def test_what_nobody_has_claimed_carries_nothing() -> None:
    assert (
        merged(*(news(n, claimed=False) for n in range(10)), *(news(20 + n, ago(9), claimed=False) for n in (1, 2)))
        == {}
    )


def test_in_quiet_hours_nothing_is_merged_but_articles_into_a_digest() -> None:
    midnight = NOON + dt.timedelta(hours=12)
    alert = Waiting(3, CROSSING, ago(1), claimed=True)
    waiting = (news(1, ago(1)), news(2, ago(2)), alert, news(4, midnight, claimed=False))
    assert merged(*waiting, quiet=NIGHT, now=midnight) == {}
    assert merged(*waiting, quiet=NIGHT, now=midnight, digest=True) == {1: None, 2: None}
    assert merged(*waiting, now=midnight, digest=True) == {1: 1, 2: 1, 3: 1}
    # A message about what came too late is no news for the digest; it waits for the morning.
    assert merged(news(1, ago(1), carries=True), quiet=NIGHT, now=midnight, digest=True) == {}
    assert merged(news(1, midnight, carries=True), quiet=NIGHT, now=midnight, digest=True) == {1: None}


@given(
    st.lists(st.tuples(minutes, st.sampled_from([NEWS, CROSSING]), st.booleans(), st.booleans()), max_size=12),
    st.none() | st.builds(Quiet, st.integers(0, 700), st.integers(701, 1439)),
    minutes,
)
def test_what_is_merged_goes_into_a_claimed_delivery_of_its_group(
    given_: list[tuple[dt.timedelta, EventKind, bool, bool]], quiet: Quiet | None, ahead: dt.timedelta
) -> None:
    now = NOON + ahead
    waiting = {
        n: Waiting(n, kind, now - age, claimed, carries) for n, (age, kind, claimed, carries) in enumerate(given_)
    }
    found = merge(list(waiting.values()), quiet, ALMATY, now, digest=False)
    late = {n for n, one in waiting.items() if is_late(one.created_at, quiet, ALMATY, now)}
    assert not (found and is_quiet(now, quiet, ALMATY))
    for of, into in found.items():
        assert into is not None
        assert waiting[into].claimed
        assert found[into] == into
        assert (of in late) == (into in late)
        assert of in late or waiting[of].created_at == waiting[into].created_at
    # All that is late is one message, if there is enough of it and one of it may be sent now.
    if not is_quiet(now, quiet, ALMATY) and len(late) >= FEWEST_LATE and any(waiting[n].claimed for n in late):
        assert late <= found.keys()
    assert all(now - waiting[n].created_at > LATE_AFTER for n in late)
    assert all(is_late(waiting[n].created_at, quiet, ALMATY, now + ahead) for n in late)

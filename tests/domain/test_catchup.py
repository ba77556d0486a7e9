import datetime as dt
from zoneinfo import ZoneInfo

from hypothesis import given
from hypothesis import strategies as st

from bot.domain.catchup import FOLD_AFTER, foldable, overdue
from bot.domain.chats import Quiet
from bot.domain.times import is_quiet

ALMATY = ZoneInfo("Asia/Almaty")
NIGHT = Quiet(22 * 60, 7 * 60)
NOON = dt.datetime(2026, 1, 5, 7, tzinfo=dt.UTC)  # in Almaty
minutes = st.integers(0, 5 * 24 * 60).map(lambda m: dt.timedelta(minutes=m))


def ago(hours: float) -> dt.datetime:
    return NOON - dt.timedelta(hours=hours)


def test_two_that_are_late_are_one_message_and_one_alone_is_itself() -> None:
    late, later, fresh = ago(6.1), ago(40), ago(5.9)
    assert foldable({3: late, 1: later, 2: fresh}, None, ALMATY, NOON) == (3, 1)
    assert foldable({1: late, 2: fresh}, None, ALMATY, NOON) == ()
    assert foldable({}, None, ALMATY, NOON) == ()


def test_what_waited_for_the_morning_is_not_late_because_of_it() -> None:
    evening, morning = ago(13.9), NOON - dt.timedelta(hours=4, minutes=59)  # 22:06 and 07:01
    assert not overdue(evening, NIGHT, ALMATY, morning)
    assert overdue(evening, NIGHT, ALMATY, NOON + dt.timedelta(hours=1, minutes=1))
    assert overdue(evening, None, ALMATY, morning)


def test_nothing_is_folded_in_quiet_hours() -> None:
    midnight = NOON + dt.timedelta(hours=12)
    assert foldable({1: ago(1), 2: ago(2)}, NIGHT, ALMATY, midnight) == ()
    assert foldable({1: ago(1), 2: ago(2)}, None, ALMATY, midnight) == (1, 2)


@given(
    st.lists(minutes, max_size=8), st.none() | st.builds(Quiet, st.integers(0, 700), st.integers(701, 1439)), minutes
)
def test_what_is_folded_is_late_and_all_that_is_late(
    ages: list[dt.timedelta], quiet: Quiet | None, ahead: dt.timedelta
) -> None:
    now = NOON + ahead
    created = {number: now - age for number, age in enumerate(ages)}
    chosen = foldable(created, quiet, ALMATY, now)
    late = [number for number, at in created.items() if overdue(at, quiet, ALMATY, now)]
    assert list(chosen) == (late if len(late) > 1 and not is_quiet(now, quiet, ALMATY) else [])
    assert all(now - created[number] > FOLD_AFTER for number in chosen)
    # Later it is at least as late.
    assert all(overdue(created[number], quiet, ALMATY, now + ahead) for number in chosen)

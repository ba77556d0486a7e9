"""Twenty a minute, one warning, silence until the minute has passed; never more memory than people."""

from hypothesis import given
from hypothesis import strategies as st

from bot.domain.throttle import MINUTE, Throttle, Verdict

# (person, seconds since the action before)
ACTIONS = st.lists(st.tuples(st.integers(1, 4), st.sampled_from([0.0, 0.5, 3.0, 19.0, 59.5, 60.0, 61.0])), max_size=200)


@given(ACTIONS, st.integers(1, 6))
def test_each_minute_of_a_person_has_its_actions_one_warning_and_then_silence(
    actions: list[tuple[int, float]], limit: int
) -> None:
    throttle = Throttle(limit)
    minutes: dict[int, tuple[float, list[Verdict]]] = {}
    now = 1000.0
    for person, pause in actions:
        now += pause
        since, said = minutes.get(person, (now, []))
        if now - since >= MINUTE:
            since, said = now, []
        said.append(throttle.check(person, now))
        minutes[person] = since, said
        expected = [Verdict.ALLOW] * limit + [Verdict.WARN] + [Verdict.SILENT] * len(said)
        assert said == expected[: len(said)]
        assert len(throttle) == sum(now - since < MINUTE for since, _ in minutes.values())


@given(ACTIONS)
def test_what_others_do_changes_nothing(actions: list[tuple[int, float]]) -> None:
    together, alone = Throttle(3), Throttle(3)
    now = 0.0
    for person, pause in actions:
        now += pause
        verdict = together.check(person, now)
        if person == 1:
            assert verdict is alone.check(person, now)


@given(st.lists(st.integers(1, 50), max_size=300), st.integers(1, 7))
def test_no_more_people_are_remembered_than_there_is_room_for(people: list[int], room: int) -> None:
    throttle = Throttle(2, max_people=room)
    for n, person in enumerate(people):
        throttle.check(person, n / 100)
        assert len(throttle) <= room


def test_whoever_began_longest_ago_makes_room() -> None:
    throttle = Throttle(1, max_people=2)
    assert [throttle.check(person, 0.0) for person in (1, 2, 1)] == [Verdict.ALLOW, Verdict.ALLOW, Verdict.WARN]
    assert throttle.check(3, 1.0) is Verdict.ALLOW
    assert throttle.check(2, 1.0) is Verdict.WARN
    assert throttle.check(1, 1.0) is Verdict.ALLOW

"""The auditor finds losses, duplicates and disorder."""

import pytest

from tests.chaos.audit import Kind, Outcomes, Shown, Thing, Verdict, audit

ARTICLES = [Thing(Kind.ARTICLE, f"story {n}", n) for n in range(4)]
ALERTS = [Thing(Kind.CROSSING, f"below {n}", n // 2) for n in range(4)]
EXPECTED = {1: ARTICLES + ALERTS, -2: ARTICLES[1:3]}


def messages_with(things: list[Thing]) -> list[Shown]:
    return [Shown(thing.kind, thing.key) for thing in things]


def shown(**changes: list[Shown]) -> dict[int, list[Shown]]:
    return {1: changes.get("person", messages_with(EXPECTED[1])), -2: changes.get("group", messages_with(EXPECTED[-2]))}


def counts(verdict: Verdict) -> dict[str, int]:
    """The counts that are not zero, without `expected`."""
    names = ("lost", "doubled", "disorder", "strange", "twice", "repeated", "unknown", "silent")
    assert verdict.clean == (not verdict.problems)
    return {name: value for name in names if (value := getattr(verdict, name))}


def test_a_quiet_run_is_clean_and_everything_is_counted() -> None:
    verdict = audit(EXPECTED, shown(), Outcomes())
    assert (verdict.expected, counts(verdict)) == (10, {})


@pytest.mark.parametrize("missing", range(8))
def test_each_loss_is_found(missing: int) -> None:
    received = messages_with(EXPECTED[1])
    gone = received.pop(missing)
    verdict = audit(EXPECTED, shown(person=received), Outcomes())
    assert counts(verdict) == {"lost": 1}
    assert gone.key in verdict.problems[0]


def test_a_chat_that_shows_nothing_at_all_lost_everything() -> None:
    assert counts(audit(EXPECTED, {}, Outcomes())) == {"lost": 10}


def test_a_delivery_recorded_as_sent_does_not_excuse_a_loss() -> None:
    outcomes = Outcomes(states={(1, "story 0"): "sent"}, unanswered={(1, "story 0"): 1})
    assert counts(audit(EXPECTED, shown(person=messages_with(EXPECTED[1])[1:]), outcomes)) == {"lost": 1}


def test_an_unanswered_request_excuses_a_loss_only_where_the_state_is_uncertain() -> None:
    received = shown(person=messages_with(EXPECTED[1])[1:])
    which = (1, "story 0")
    assert counts(audit(EXPECTED, received, Outcomes(states={which: "uncertain"}, unanswered={which: 1}))) == {
        "unknown": 1
    }
    assert counts(audit(EXPECTED, received, Outcomes(states={which: "uncertain"}))) == {"lost": 1}
    assert counts(audit(EXPECTED, received, Outcomes(states={which: "pending"}, unanswered={which: 1}))) == {"lost": 1}


def test_a_block_excuses_a_loss_only_where_it_was_dropped() -> None:
    received = shown(person=messages_with(EXPECTED[1])[1:])
    excused = frozenset({(1, "story 0")})
    assert counts(audit(EXPECTED, received, Outcomes(excused=excused))) == {"silent": 1}
    assert counts(audit(EXPECTED, received, Outcomes(excused=excused, states={(1, "story 0"): "dropped"}))) == {
        "silent": 1
    }
    assert counts(audit(EXPECTED, received, Outcomes(excused=excused, states={(1, "story 0"): "sent"}))) == {"lost": 1}


def test_a_double_is_found_and_only_a_kill_with_it_under_way_explains_it() -> None:
    received = shown(person=[*messages_with(EXPECTED[1]), Shown(Kind.ARTICLE, "story 3")])
    assert counts(audit(EXPECTED, received, Outcomes())) == {"doubled": 1}
    assert counts(audit(EXPECTED, received, Outcomes(under_way={(1, "story 2"): 3}))) == {"doubled": 1}
    assert counts(audit(EXPECTED, received, Outcomes(under_way={(-2, "story 3"): 3}))) == {"doubled": 1}
    assert counts(audit(EXPECTED, received, Outcomes(under_way={(1, "story 3"): 1}))) == {"twice": 1}


def test_each_kill_explains_one_double() -> None:
    received = shown(person=[*messages_with(EXPECTED[1]), *[Shown(Kind.ARTICLE, "story 3")] * 3])
    assert counts(audit(EXPECTED, received, Outcomes(under_way={(1, "story 3"): 2}))) == {"twice": 2, "doubled": 1}


def test_a_crossing_may_come_again_after_an_unanswered_request_if_it_says_so() -> None:
    again = shown(person=[*messages_with(EXPECTED[1]), Shown(Kind.CROSSING, "below 3", marked=True)])
    silent = shown(person=[*messages_with(EXPECTED[1]), Shown(Kind.CROSSING, "below 3")])
    outcomes = Outcomes(unanswered={(1, "below 3"): 1})
    assert counts(audit(EXPECTED, again, outcomes)) == {"repeated": 1}
    assert counts(audit(EXPECTED, again, Outcomes())) == {"doubled": 1}
    assert counts(audit(EXPECTED, silent, outcomes)) == {"doubled": 1}


def test_an_article_is_never_repeated_however_it_is_marked() -> None:
    received = shown(person=[*messages_with(EXPECTED[1]), Shown(Kind.ARTICLE, "story 3", marked=True)])
    assert counts(audit(EXPECTED, received, Outcomes(unanswered={(1, "story 3"): 1}))) == {"doubled": 1}


def test_disorder_within_a_kind_is_found_and_between_kinds_is_none() -> None:
    first, second, *rest = messages_with(ARTICLES)
    assert counts(audit(EXPECTED, shown(person=[second, first, *rest, *messages_with(ALERTS)]), Outcomes())) == {
        "disorder": 1
    }
    last = [*rest[1:], first, second, *rest[:1]]
    assert counts(audit(EXPECTED, shown(person=[*last, *messages_with(ALERTS)]), Outcomes())) == {"disorder": 3}
    assert counts(audit(EXPECTED, shown(person=[*messages_with(ALERTS), *messages_with(ARTICLES)]), Outcomes())) == {}


def test_what_happened_at_once_has_no_order() -> None:
    alerts = messages_with(ALERTS)
    assert (
        counts(audit(EXPECTED, shown(person=[*messages_with(ARTICLES), alerts[1], alerts[0], *alerts[2:]]), Outcomes()))
        == {}
    )
    assert counts(audit(EXPECTED, shown(person=[*messages_with(ARTICLES), *alerts[2:], *alerts[:2]]), Outcomes())) == {
        "disorder": 2
    }


def test_a_second_copy_is_no_disorder() -> None:
    received = shown(person=[*messages_with(EXPECTED[1]), Shown(Kind.ARTICLE, "story 0")])
    assert counts(audit(EXPECTED, received, Outcomes(under_way={(1, "story 0"): 1}))) == {"twice": 1}


def test_what_nobody_asked_for_is_found() -> None:
    assert counts(
        audit(EXPECTED, shown(group=[*messages_with(EXPECTED[-2]), Shown(Kind.ARTICLE, "story 0")]), Outcomes())
    ) == {"strange": 1}
    assert counts(audit(EXPECTED, shown() | {9: messages_with(ARTICLES)}, Outcomes())) == {"strange": 4}

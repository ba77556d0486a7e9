"""The auditor finds what it is there to find."""

import pytest

from tests.chaos.audit import Kind, OutcomeWriter, Shown, Thing, Verdict, audit

ARTICLES = [Thing(Kind.STORY, f"story {n}", n) for n in range(4)]
CRIES = [Thing(Kind.CROSSING, f"below {n}", n // 2) for n in range(4)]
EXPECTED = {1: ARTICLES + CRIES, -2: ARTICLES[1:3]}


def tell(things: list[Thing]) -> list[Shown]:
    return [Shown(thing.kind, thing.key) for thing in things]


def shown(**changes: list[Shown]) -> dict[int, list[Shown]]:
    return {1: changes.get("person", tell(EXPECTED[1])), -2: changes.get("group", tell(EXPECTED[-2]))}


def counts(verdict: Verdict) -> dict[str, int]:
    """What is not zero, but for what was expected."""
    names = ("lost", "doubled", "disorder", "strange", "twice", "repeated", "unknown", "silent")
    assert verdict.clean == (not verdict.problems)
    return {name: value for name in names if (value := getattr(verdict, name))}


def test_a_quiet_run_is_clean_and_everything_is_counted() -> None:
    verdict = audit(EXPECTED, shown(), OutcomeWriter())
    assert (verdict.expected, counts(verdict)) == (10, {})


@pytest.mark.parametrize("missing", range(8))
def test_each_loss_is_found(missing: int) -> None:
    heard = tell(EXPECTED[1])
    gone = heard.pop(missing)
    verdict = audit(EXPECTED, shown(person=heard), OutcomeWriter())
    assert counts(verdict) == {"lost": 1}
    assert gone.key in verdict.problems[0]


def test_a_chat_that_shows_nothing_at_all_lost_everything() -> None:
    assert counts(audit(EXPECTED, {}, OutcomeWriter())) == {"lost": 10}


def test_books_that_say_sent_do_not_excuse_a_loss() -> None:
    outcomes = OutcomeWriter(states={(1, "story 0"): "sent"}, unanswered={(1, "story 0"): 1})
    assert counts(audit(EXPECTED, shown(person=tell(EXPECTED[1])[1:]), outcomes)) == {"lost": 1}


def test_an_unanswered_request_excuses_a_loss_only_where_the_books_say_so() -> None:
    heard = shown(person=tell(EXPECTED[1])[1:])
    which = (1, "story 0")
    assert counts(audit(EXPECTED, heard, OutcomeWriter(states={which: "uncertain"}, unanswered={which: 1}))) == {
        "unknown": 1
    }
    assert counts(audit(EXPECTED, heard, OutcomeWriter(states={which: "uncertain"}))) == {"lost": 1}
    assert counts(audit(EXPECTED, heard, OutcomeWriter(states={which: "pending"}, unanswered={which: 1}))) == {
        "lost": 1
    }


def test_a_block_excuses_a_loss_only_where_it_was_dropped() -> None:
    heard = shown(person=tell(EXPECTED[1])[1:])
    excused = frozenset({(1, "story 0")})
    assert counts(audit(EXPECTED, heard, OutcomeWriter(excused=excused))) == {"silent": 1}
    assert counts(audit(EXPECTED, heard, OutcomeWriter(excused=excused, states={(1, "story 0"): "dropped"}))) == {
        "silent": 1
    }
    assert counts(audit(EXPECTED, heard, OutcomeWriter(excused=excused, states={(1, "story 0"): "sent"}))) == {
        "lost": 1
    }


def test_a_double_is_found_and_only_a_kill_with_it_under_way_explains_it() -> None:
    heard = shown(person=[*tell(EXPECTED[1]), Shown(Kind.STORY, "story 3")])
    assert counts(audit(EXPECTED, heard, OutcomeWriter())) == {"doubled": 1}
    assert counts(audit(EXPECTED, heard, OutcomeWriter(under_way={(1, "story 2"): 3}))) == {"doubled": 1}
    assert counts(audit(EXPECTED, heard, OutcomeWriter(under_way={(-2, "story 3"): 3}))) == {"doubled": 1}
    assert counts(audit(EXPECTED, heard, OutcomeWriter(under_way={(1, "story 3"): 1}))) == {"twice": 1}


def test_each_kill_explains_one_double() -> None:
    heard = shown(person=[*tell(EXPECTED[1]), *[Shown(Kind.STORY, "story 3")] * 3])
    assert counts(audit(EXPECTED, heard, OutcomeWriter(under_way={(1, "story 3"): 2}))) == {"twice": 2, "doubled": 1}


def test_a_crossing_may_come_again_after_an_unanswered_request_if_it_says_so() -> None:
    again = shown(person=[*tell(EXPECTED[1]), Shown(Kind.CROSSING, "below 3", marked=True)])
    silent = shown(person=[*tell(EXPECTED[1]), Shown(Kind.CROSSING, "below 3")])
    outcomes = OutcomeWriter(unanswered={(1, "below 3"): 1})
    assert counts(audit(EXPECTED, again, outcomes)) == {"repeated": 1}
    assert counts(audit(EXPECTED, again, OutcomeWriter())) == {"doubled": 1}
    assert counts(audit(EXPECTED, silent, outcomes)) == {"doubled": 1}


def test_a_story_never_comes_again_however_it_is_marked() -> None:
    heard = shown(person=[*tell(EXPECTED[1]), Shown(Kind.STORY, "story 3", marked=True)])
    assert counts(audit(EXPECTED, heard, OutcomeWriter(unanswered={(1, "story 3"): 1}))) == {"doubled": 1}


def test_disorder_within_a_kind_is_found_and_between_kinds_is_none() -> None:
    first, second, *rest = tell(ARTICLES)
    assert counts(audit(EXPECTED, shown(person=[second, first, *rest, *tell(CRIES)]), OutcomeWriter())) == {
        "disorder": 1
    }
    last = [*rest[1:], first, second, *rest[:1]]
    assert counts(audit(EXPECTED, shown(person=[*last, *tell(CRIES)]), OutcomeWriter())) == {"disorder": 3}
    assert counts(audit(EXPECTED, shown(person=[*tell(CRIES), *tell(ARTICLES)]), OutcomeWriter())) == {}


def test_what_happened_at_once_has_no_order() -> None:
    cries = tell(CRIES)
    assert (
        counts(audit(EXPECTED, shown(person=[*tell(ARTICLES), cries[1], cries[0], *cries[2:]]), OutcomeWriter())) == {}
    )
    assert counts(audit(EXPECTED, shown(person=[*tell(ARTICLES), *cries[2:], *cries[:2]]), OutcomeWriter())) == {
        "disorder": 2
    }


def test_a_second_copy_is_no_disorder() -> None:
    heard = shown(person=[*tell(EXPECTED[1]), Shown(Kind.STORY, "story 0")])
    assert counts(audit(EXPECTED, heard, OutcomeWriter(under_way={(1, "story 0"): 1}))) == {"twice": 1}


def test_what_nobody_asked_for_is_found() -> None:
    assert counts(
        audit(EXPECTED, shown(group=[*tell(EXPECTED[-2]), Shown(Kind.STORY, "story 0")]), OutcomeWriter())
    ) == {"strange": 1}
    assert counts(audit(EXPECTED, shown() | {9: tell(ARTICLES)}, OutcomeWriter())) == {"strange": 4}

"""The auditor finds losses, duplicates, disorder, wrong places, posts that were skipped, and stale boards."""

import pytest

from tests.chaos.audit import Board, Kind, Outcomes, Place, Review, Shown, Thing, Verdict, audit

PERSON, GROUP = (1, 0), (-2, 0)

ARTICLES = [Thing(Kind.ARTICLE, f"story {n}", n) for n in range(4)]
ALERTS = [Thing(Kind.CROSSING, f"below {n}", n // 2) for n in range(4)]
EXPECTED: dict[Place, list[Thing]] = {PERSON: ARTICLES + ALERTS, GROUP: ARTICLES[1:3]}


def messages_with(things: list[Thing]) -> list[Shown]:
    return [Shown(thing.kind, thing.key) for thing in things]


def shown(**changes: list[Shown]) -> dict[Place, list[Shown]]:
    return {
        PERSON: changes.get("person", messages_with(EXPECTED[PERSON])),
        GROUP: changes.get("group", messages_with(EXPECTED[GROUP])),
    }


def counts(verdict: Verdict) -> dict[str, int]:
    """The counts that are not zero, without `expected`."""
    faults = ("lost", "doubled", "disorder", "strange", "unwanted", "contrary", "stale")
    names = (*faults, "twice", "repeated", "unknown", "silent", "skipped")
    assert verdict.clean == (not verdict.problems)
    return {name: value for name in names if (value := getattr(verdict, name))}


def test_a_quiet_run_is_clean_and_everything_is_counted() -> None:
    verdict = audit(EXPECTED, shown(), Outcomes())
    assert (verdict.expected, counts(verdict)) == (10, {})


@pytest.mark.parametrize("missing", range(8))
def test_each_loss_is_found(missing: int) -> None:
    received = messages_with(EXPECTED[PERSON])
    gone = received.pop(missing)
    verdict = audit(EXPECTED, shown(person=received), Outcomes())
    assert counts(verdict) == {"lost": 1}
    assert gone.key in verdict.problems[0]


def test_a_chat_that_shows_nothing_at_all_lost_everything() -> None:
    assert counts(audit(EXPECTED, {}, Outcomes())) == {"lost": 10}


def test_a_delivery_recorded_as_sent_does_not_excuse_a_loss() -> None:
    outcomes = Outcomes(states={(PERSON, "story 0"): "sent"}, unanswered={(PERSON, "story 0"): 1})
    assert counts(audit(EXPECTED, shown(person=messages_with(EXPECTED[PERSON])[1:]), outcomes)) == {"lost": 1}


def test_an_unanswered_request_excuses_a_loss_only_where_the_state_is_uncertain() -> None:
    received = shown(person=messages_with(EXPECTED[PERSON])[1:])
    which = (PERSON, "story 0")
    assert counts(audit(EXPECTED, received, Outcomes(states={which: "uncertain"}, unanswered={which: 1}))) == {
        "unknown": 1
    }
    assert counts(audit(EXPECTED, received, Outcomes(states={which: "uncertain"}))) == {"lost": 1}
    assert counts(audit(EXPECTED, received, Outcomes(states={which: "pending"}, unanswered={which: 1}))) == {"lost": 1}


def test_a_block_excuses_a_loss_only_where_it_was_dropped() -> None:
    received = shown(person=messages_with(EXPECTED[PERSON])[1:])
    excused = frozenset({(PERSON, "story 0")})
    assert counts(audit(EXPECTED, received, Outcomes(excused=excused))) == {"silent": 1}
    assert counts(audit(EXPECTED, received, Outcomes(excused=excused, states={(PERSON, "story 0"): "dropped"}))) == {
        "silent": 1
    }
    assert counts(audit(EXPECTED, received, Outcomes(excused=excused, states={(PERSON, "story 0"): "sent"}))) == {
        "lost": 1
    }


def test_a_double_is_found_and_only_a_kill_with_it_under_way_explains_it() -> None:
    received = shown(person=[*messages_with(EXPECTED[PERSON]), Shown(Kind.ARTICLE, "story 3")])
    assert counts(audit(EXPECTED, received, Outcomes())) == {"doubled": 1}
    assert counts(audit(EXPECTED, received, Outcomes(under_way={(PERSON, "story 2"): 3}))) == {"doubled": 1}
    assert counts(audit(EXPECTED, received, Outcomes(under_way={(GROUP, "story 3"): 3}))) == {"doubled": 1}
    assert counts(audit(EXPECTED, received, Outcomes(under_way={(PERSON, "story 3"): 1}))) == {"twice": 1}


def test_each_kill_explains_one_double() -> None:
    received = shown(person=[*messages_with(EXPECTED[PERSON]), *[Shown(Kind.ARTICLE, "story 3")] * 3])
    assert counts(audit(EXPECTED, received, Outcomes(under_way={(PERSON, "story 3"): 2}))) == {"twice": 2, "doubled": 1}


def test_a_crossing_may_come_again_after_an_unanswered_request_if_it_says_so() -> None:
    again = shown(person=[*messages_with(EXPECTED[PERSON]), Shown(Kind.CROSSING, "below 3", marked=True)])
    silent = shown(person=[*messages_with(EXPECTED[PERSON]), Shown(Kind.CROSSING, "below 3")])
    outcomes = Outcomes(unanswered={(PERSON, "below 3"): 1})
    assert counts(audit(EXPECTED, again, outcomes)) == {"repeated": 1}
    assert counts(audit(EXPECTED, again, Outcomes())) == {"doubled": 1}
    assert counts(audit(EXPECTED, silent, outcomes)) == {"doubled": 1}


def test_an_article_is_never_repeated_however_it_is_marked() -> None:
    received = shown(person=[*messages_with(EXPECTED[PERSON]), Shown(Kind.ARTICLE, "story 3", marked=True)])
    assert counts(audit(EXPECTED, received, Outcomes(unanswered={(PERSON, "story 3"): 1}))) == {"doubled": 1}


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
    received = shown(person=[*messages_with(EXPECTED[PERSON]), Shown(Kind.ARTICLE, "story 0")])
    assert counts(audit(EXPECTED, received, Outcomes(under_way={(PERSON, "story 0"): 1}))) == {"twice": 1}


def test_what_nobody_asked_for_is_found() -> None:
    assert counts(
        audit(EXPECTED, shown(group=[*messages_with(EXPECTED[GROUP]), Shown(Kind.ARTICLE, "story 0")]), Outcomes())
    ) == {"strange": 1}
    assert counts(audit(EXPECTED, shown() | {(9, 0): messages_with(ARTICLES)}, Outcomes())) == {"strange": 4}


def test_another_thread_of_a_forum_is_another_place() -> None:
    first, second = (-5, 1), (-5, 2)
    expected = {first: ARTICLES[:1], second: ARTICLES[1:2]}
    received = {first: messages_with(ARTICLES[:1]), second: messages_with(ARTICLES[1:2])}
    assert counts(audit(expected, received, Outcomes())) == {}
    swapped = {first: received[second], second: received[first]}
    assert counts(audit(expected, swapped, Outcomes())) == {"lost": 2, "strange": 2}


CHANNEL: Place = (-3, 0)
WHICH = (CHANNEL, "story 0")


def reviewed(state: str, copies: int, *, allowed: str = "", seen: str = "", **outcomes: object) -> dict[str, int]:
    """The counts of a channel with one reviewed article."""
    review = Review(state, frozenset(allowed.split()), frozenset(seen.split()))
    found = Outcomes(reviews={WHICH: review}, **outcomes)  # type: ignore[arg-type]
    return counts(audit({CHANNEL: ARTICLES[:1]}, {CHANNEL: messages_with(ARTICLES[:1]) * copies}, found))


def test_a_posted_draft_is_published_exactly_once() -> None:
    states = {WHICH: "sent"}
    assert reviewed("posted", 1, allowed="posted skipped", seen="posted", states=states) == {}
    assert reviewed("posted", 2, allowed="posted", states=states) == {"doubled": 1}
    assert reviewed("posted", 2, allowed="posted", under_way={WHICH: 1}) == {"twice": 1}
    assert reviewed("posted", 0, allowed="posted", states=states) == {"lost": 1}
    assert reviewed("posted", 0, allowed="posted", states={WHICH: "dropped"}) == {"lost": 1}


def test_a_skipped_draft_is_never_published() -> None:
    states = {WHICH: "dropped"}
    assert reviewed("skipped", 0, allowed="skipped", seen="skipped", states=states) == {"skipped": 1}
    assert reviewed("skipped", 1, allowed="skipped", states=states) == {"unwanted": 1}
    assert reviewed("skipped", 1, allowed="skipped", states=states, under_way={WHICH: 9}) == {"unwanted": 1}
    assert reviewed("skipped", 0, allowed="skipped", states={WHICH: "sent"}) == {"lost": 1}


def test_a_post_without_a_decision_or_a_review_is_found() -> None:
    assert reviewed("open", 1, allowed="posted") == {"unwanted": 1, "contrary": 1}
    assert reviewed("", 1, allowed="posted") == {"unwanted": 1, "contrary": 1}
    assert reviewed("open", 0, states={WHICH: "review"}) == {"contrary": 1, "lost": 1}


def test_a_review_ends_as_somebody_decided_and_the_drafts_show_it() -> None:
    assert reviewed("posted", 1, allowed="skipped") == {"contrary": 1}
    assert reviewed("skipped", 0, allowed="posted", states={WHICH: "dropped"}) == {"contrary": 1, "skipped": 1}
    assert reviewed("posted", 1, allowed="posted skipped", seen="posted skipped") == {"contrary": 1}


def test_a_dropped_review_needs_a_chat_that_was_lost() -> None:
    states = {WHICH: "dropped"}
    assert reviewed("dropped", 0, states=states) == {"contrary": 1, "lost": 1}
    assert reviewed("dropped", 0, states=states, excused=frozenset({WHICH})) == {"silent": 1}
    assert reviewed("dropped", 1, states=states, excused=frozenset({WHICH})) == {"unwanted": 1}


def test_a_notice_comes_once_to_each_manager_and_to_nobody_else() -> None:
    notice = Thing(Kind.NOTICE, "Bazaar: paused")
    expected: dict[Place, list[Thing]] = {(1, 0): [notice], (2, 0): [notice]}
    once = {place: messages_with([notice]) for place in expected}
    assert counts(audit(expected, once, Outcomes())) == {}
    assert counts(audit(expected, once | {(1, 0): messages_with([notice]) * 2}, Outcomes())) == {"doubled": 1}
    assert counts(audit(expected, {(1, 0): once[1, 0]}, Outcomes())) == {"lost": 1}
    assert counts(audit(expected, once | {(3, 0): messages_with([notice])}, Outcomes())) == {"strange": 1}


def test_a_board_shows_the_last_rates_or_was_lost_for_a_reason() -> None:
    def board(*, current: bool, lost: bool = False, may_be_lost: bool = False) -> dict[str, int]:
        return counts(audit({}, {}, Outcomes(), {GROUP: Board(current, lost, may_be_lost)}))

    assert board(current=True) == {}
    assert board(current=True, may_be_lost=True) == {}
    assert board(current=False) == {"stale": 1}
    assert board(current=False, may_be_lost=True) == {"stale": 1}
    assert board(current=False, lost=True, may_be_lost=True) == {}
    assert board(current=True, lost=True) == {"stale": 1}

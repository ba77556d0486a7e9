from hypothesis import given
from hypothesis import strategies as st

from bot.delivery.pacing import GROUP_MESSAGES, GROUP_SECONDS, Pacer
from bot.demo.telegram import FloodPolicy

CHATS = st.lists(st.sampled_from([1, 2, 3, -5, -6]), min_size=1, max_size=150)


def paced(chats: list[int]) -> list[tuple[float, int]]:
    """Send to each chat as soon as the pacer lets it, in simulated time; returns (when, chat)."""
    pacer, now, left = Pacer(), 1000.0, []
    for chat in chats:
        now += pacer.wait(now, chat)
        assert pacer.wait(now, chat) < 1e-6
        pacer.note(now, chat)
        left.append((now, chat))
    return left


@given(CHATS)
def test_no_limit_of_a_strict_server_is_ever_met(chats: list[int]) -> None:
    server = FloodPolicy("window")
    assert [server.check(chat, at) for at, chat in paced(chats)] == [0.0] * len(chats)


@given(CHATS)
def test_groups_and_chats_have_their_own_limits(chats: list[int]) -> None:
    left = paced(chats)
    for at, chat in left:
        within = [t for t, c in left if c == chat and at <= t < at + (GROUP_SECONDS if chat < 0 else 1.0) - 1e-6]
        assert len(within) <= (GROUP_MESSAGES if chat < 0 else 1)


def test_different_chats_leave_at_the_full_pace() -> None:
    left = paced(list(range(1, 301)))
    assert 10.0 < left[-1][0] - left[0][0] < 10.5


def test_a_halt_holds_everything_and_a_chats_halt_only_the_chat() -> None:
    pacer = Pacer()
    pacer.halt_chat(0.0, 1, 9.0)
    assert (pacer.wait(0.0, 1), pacer.wait(0.0, 2)) == (9.0, 0.0)
    pacer.halt(0.0, 5.0)
    assert (pacer.wait(0.0, 1), pacer.wait(0.0, 2)) == (9.0, 5.0)

"""Long polling against the embedded Telegram: unreadable updates, refusals, and updates not to be confirmed yet."""

from __future__ import annotations

from collections.abc import AsyncIterator

import pytest
from structlog.testing import capture_logs
from telegram import Bot, Update

from bot.delivery import token
from bot.delivery.request import AiohttpRequest
from bot.demo.telegram import EmbeddedTelegram
from bot.metrics import Metrics
from bot.updates import polling as module
from bot.updates import rivals
from bot.updates.held import MAX_HELD, HeldUpdates
from bot.updates.polling import Polling
from tests.waiting import eventually

SECRET = "words of a person"


class Receiver:
    """A poller that keeps its updates."""

    def __init__(self, telegram: EmbeddedTelegram) -> None:
        self.telegram, self.metrics, self.held = telegram, Metrics(), HeldUpdates()
        self.updates: list[Update] = []
        self.failed: list[str] = []
        self.old, self.leads = True, True
        self.request = AiohttpRequest(on_answer=self.metrics.answered)
        self.bot = Bot(telegram.token, base_url=f"{telegram.url}/bot", request=self.request)
        self.polling = self.again()

    def again(self) -> Polling:
        """A poller in its state at the start of a process."""
        allowed = ["message", "callback_query", "inline_query", "my_chat_member"]
        arguments = (self.updates.append, self.held, self.metrics, self.failed.append, allowed, lambda: self.old)
        return Polling(self.bot, self.request, *arguments, lambda: self.leads)

    def numbers(self) -> list[int]:
        return [update.update_id for update in self.updates]

    def count(self, name: str) -> float:
        return self.metrics.registry.get_sample_value(name) or 0.0


@pytest.fixture
async def receiver(monkeypatch: pytest.MonkeyPatch) -> AsyncIterator[Receiver]:
    monkeypatch.setattr(module, "FIRST_PAUSE", 0.01)
    monkeypatch.setattr(module, "HELD_PAUSE_SECONDS", 0.02)
    async with EmbeddedTelegram() as telegram:
        telegram.add_person(1, "Ann")
        receiver = Receiver(telegram)
        await receiver.request.initialize()
        yield receiver
        await receiver.polling.stop()
        await receiver.request.shutdown()


CHAT = {"id": 99, "type": "private", "first_name": "A"}
SENDER = {"id": 99, "is_bot": False, "first_name": "A"}
MESSAGE = {"message_id": 7, "date": 1_795_000_000, "chat": CHAT, "from": SENDER, "text": SECRET}
UNREADABLE: list[tuple[str, object]] = [
    ("message", "nonsense"),
    ("message", [MESSAGE]),
    ("message", MESSAGE | {"chat": "here"}),
    ("message", MESSAGE | {"chat": {"id": "99", "type": "private"}}),
    ("message", MESSAGE | {"date": "yesterday"}),
    ("message", MESSAGE | {"date": 10**30}),
    ("message", MESSAGE | {"poll": {"id": SECRET}}),
    ("message", MESSAGE | {"forward_origin": 5}),
    ("callback_query", {"id": "1", "message": {"message_id": 1}}),
    ("message", MESSAGE | {"story": {"id": 7}}),
    ("my_chat_member", {"chat": "here", "from": SENDER, "date": 1_795_000_000}),
    ("inline_query", 12),
]


@pytest.mark.parametrize(("kind", "body"), UNREADABLE, ids=[f"{kind} {n}" for n, (kind, _) in enumerate(UNREADABLE)])
async def test_an_update_that_cannot_be_read_is_skipped_and_its_neighbours_are_taken(
    receiver: Receiver, kind: str, body: object
) -> None:
    telegram = receiver.telegram
    telegram.say(1, "before")
    telegram.push_update(kind, body)
    telegram.say(1, "after")
    with capture_logs() as logs:
        await receiver.polling.start()
        await eventually(lambda: receiver.numbers() == [1, 3] and not len(telegram.world.updates))
    assert receiver.count("jarchi_updates_unreadable_total") == 1
    [line] = [line for line in logs if line["event"] == "update_unreadable"]
    assert line["update"] == 2
    assert SECRET not in str(logs)


async def test_an_update_of_an_unknown_kind_is_no_error(receiver: Receiver) -> None:
    receiver.telegram.push_update("quite_new_kind", {"story": {"id": 5}})
    receiver.telegram.say(1, "after")
    await receiver.polling.start()
    await eventually(lambda: receiver.numbers() == [1, 2])
    assert receiver.count("jarchi_updates_unreadable_total") == 0


@pytest.mark.parametrize(
    "result", ["text", 5, None, {"update_id": 1}, [5], [{}], [{"update_id": "7"}], [{"update_id": True}]]
)
async def test_an_answer_that_is_no_list_of_updates_is_counted_and_asked_for_again(
    receiver: Receiver, result: object
) -> None:
    receiver.telegram.answer_next("getUpdates", result, times=2)
    receiver.telegram.say(1, "after")
    await receiver.polling.start()
    await eventually(lambda: receiver.numbers() == [1])
    assert receiver.count("jarchi_updates_unreadable_total") == 2


async def test_a_bot_that_can_read_no_update_has_a_problem_until_it_can(receiver: Receiver) -> None:
    for _ in range(3):
        receiver.telegram.push_update("message", "nonsense")
    await receiver.polling.start()
    await eventually(lambda: receiver.count("jarchi_updates_unreadable_total") == 3)
    assert "could not be handled" in receiver.metrics.updates_problem()
    receiver.metrics.handled()
    assert receiver.metrics.updates_problem() == ""


@pytest.mark.parametrize(("status", "words"), [(401, "Unauthorized"), (404, "Not Found")])
async def test_one_refusal_of_the_token_is_retried(
    receiver: Receiver, monkeypatch: pytest.MonkeyPatch, status: int, words: str
) -> None:
    monkeypatch.setattr(token, "FIRST_PAUSE", 0.01)
    receiver.telegram.fail_next("getUpdates", status=status, description=words)
    receiver.telegram.say(1, "hello")
    await receiver.polling.start()
    await eventually(lambda: receiver.numbers() == [1])
    assert (receiver.failed, receiver.count("jarchi_token_consecutive_refusals")) == ([], 0.0)


@pytest.mark.parametrize("method", ["getUpdates", "deleteWebhook"])
async def test_a_lasting_refusal_of_the_token_ends_the_process(
    receiver: Receiver, monkeypatch: pytest.MonkeyPatch, method: str
) -> None:
    monkeypatch.setattr(token, "FIRST_PAUSE", 0.01)
    monkeypatch.setattr(token, "LONGEST_PAUSE", 0.05)
    monkeypatch.setattr(token, "BELIEVED_SECONDS", 0.2)
    receiver.telegram.fail_next(method, status=401, description="Unauthorized", times=10**6)
    await receiver.polling.start()
    await eventually(lambda: receiver.failed)
    assert receiver.failed == ["BOT_TOKEN: Telegram no longer accepts this token"]
    assert receiver.count("jarchi_token_consecutive_refusals") >= 2
    assert not receiver.polling.running
    assert receiver.metrics.answered_at == float("-inf") or method == "getUpdates"


@pytest.mark.parametrize(
    ("status", "words", "parameters"),
    [
        (500, "Internal Server Error", None),
        (429, "Too Many Requests", {"retry_after": 0.01}),
        (400, "Bad Request: odd", None),
    ],
)
async def test_other_errors_are_retried_without_end(
    receiver: Receiver, status: int, words: str, parameters: dict[str, float] | None
) -> None:
    receiver.telegram.fail_next("getUpdates", status=status, description=words, parameters=parameters, times=4)
    receiver.telegram.say(1, "hello")
    await receiver.polling.start()
    await eventually(lambda: receiver.numbers() == [1])


async def test_a_page_of_a_proxy_is_not_logged(receiver: Receiver) -> None:
    receiver.telegram.garble_next("getUpdates", status=200, times=2)
    receiver.telegram.garble_next("getUpdates", status=401, times=2)
    receiver.telegram.say(1, "hello")
    with capture_logs() as logs:
        await receiver.polling.start()
        await eventually(lambda: receiver.numbers() == [1])
    assert "Bad Gateway</h1>" not in str(logs)


async def test_a_webhook_that_somebody_set_is_deleted_again(
    receiver: Receiver, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(rivals, "AGAIN_SECONDS", 0.01)
    await receiver.polling.start()
    await receiver.telegram.wait_for(lambda: receiver.telegram.polling)
    receiver.telegram.world.webhook.url = "http://127.0.0.1:1/elsewhere"
    receiver.telegram.world.updates.interrupt("Conflict: terminated by setWebhook request")
    receiver.telegram.say(1, "hello")
    await eventually(lambda: receiver.numbers() == [1])
    assert receiver.telegram.world.webhook.url == ""


async def test_a_held_update_comes_again_to_the_next_process_and_holds_up_no_other(receiver: Receiver) -> None:
    telegram = receiver.telegram
    await receiver.polling.start()
    telegram.block(1)
    await eventually(lambda: receiver.numbers() == [1])
    telegram.add_person(2, "Bo")
    telegram.say(2, "hello")
    await eventually(lambda: receiver.numbers() == [1, 2])
    await receiver.polling.stop()
    receiver.polling = receiver.again()  # a restart, while the change was not stored
    receiver.held = HeldUpdates()
    receiver.polling = receiver.again()
    await receiver.polling.start()
    await eventually(lambda: receiver.numbers() == [1, 2, 1, 2])
    receiver.held.release(1)
    await eventually(lambda: len(telegram.world.updates) == 0)
    assert receiver.numbers() == [1, 2, 1, 2]


async def test_a_held_update_is_confirmed_when_no_further_one_could_be_received(receiver: Receiver) -> None:
    telegram = receiver.telegram
    telegram.block(1)
    telegram.add_person(2, "Bo")
    for n in range(module.BATCH + 20):
        telegram.say(2, str(n))
    await receiver.polling.start()
    await eventually(lambda: len(receiver.updates) == module.BATCH + 21)


def test_the_number_of_held_updates_is_bounded() -> None:
    held = HeldUpdates()
    for number in range(MAX_HELD + 5):
        held.hold(number)
    assert (len(held), held.first(), 4 in held, 5 in held) == (MAX_HELD, 5, False, True)


async def test_a_process_that_is_no_longer_the_leader_leaves_updates_to_the_next_one(receiver: Receiver) -> None:
    await receiver.polling.start()
    await receiver.telegram.wait_for(lambda: receiver.telegram.polling)
    receiver.leads = False  # as after a suspension: nobody has stopped the polling yet
    receiver.telegram.say(1, "/help")
    await receiver.telegram.wait_for(lambda: receiver.telegram.calls_of("getUpdates"))
    made = len(receiver.telegram.calls)
    await receiver.polling.stop(confirm=False)
    assert len(receiver.telegram.calls) == made
    assert receiver.numbers() == []
    receiver.leads, receiver.polling = True, receiver.again()
    await receiver.polling.start()
    await eventually(lambda: len(receiver.numbers()) == 1)


async def test_a_conflict_with_the_next_leader_ends_no_process(receiver: Receiver) -> None:
    receiver.old = False
    await receiver.polling.start()
    await receiver.telegram.wait_for(lambda: receiver.telegram.polling)
    receiver.leads = False
    for _ in range(3):
        receiver.telegram.world.updates.interrupt("Conflict: terminated by other getUpdates request")
    await receiver.telegram.wait_for(lambda: receiver.telegram.calls_of("getUpdates"))
    assert receiver.failed == []
    assert receiver.polling.running

"""The plan of a run, generated from one seed. Pure."""

from __future__ import annotations

import random
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any

from bot.domain.posts import PostForm

PEOPLE = range(1001, 1019)
GROUPS = range(-2003, -2000)
# A supergroup's number, for the group that becomes one.
SUPERGROUP = -1_000_000_000_000
CHANNELS = range(SUPERGROUP - 3004, SUPERGROUP - 3000)
FORUM = SUPERGROUP - 4001
# The General topic of the forum and two others, by their order; Telegram numbers them.
THREADS = range(3)
# A chat and the order of its thread (0: none).
Place = tuple[int, int]
MANAGED = (*GROUPS, *CHANNELS, FORUM)
# Chats whose posts are reviewed, and the places that may have a board.
REVIEWED = (CHANNELS[0], CHANNELS[1], GROUPS[0])
BOARDS: tuple[Place, ...] = ((CHANNELS[1], 0), (CHANNELS[2], 0), (GROUPS[1], 0), (FORUM, 1), (PEOPLE[0], 0))
# The decisions of a reviewer: `lead` is another lead and then a post, `leave` nothing until the time is over.
CHOICES = ("post", "post", "skip", "lead", "leave")
# No word is part of another, nor of a curated topic's words, which would match the article for other chats.
TOPICS = ("falcon", "carpet", "saffron", "observatory", "dulcimer", "apricot")
# The word in the last article; all chats follow it.
EVERYONE = "caravanserai"
_WORDS = (
    "amber", "basalt", "cedar", "dune", "ember", "fjord", "granite", "harbor", "iris", "jasper", "kestrel", "lantern",
    "marble", "nectar", "orchid", "pebble", "quartz", "ripple", "sable", "thistle", "umbra", "velvet", "willow", "yarrow",
    "zephyr", "anvil", "bramble", "cobalt", "drift", "echo", "fern", "glade", "hazel", "islet", "juniper", "knoll",
)  # fmt: skip
STEPS = 10
# The ticker's tenge falls a printed step at a time and never comes back: a level below it is crossed once, whenever
# the ticker is polled.
FIRST_RATE, STEP = Decimal("0.00196"), Decimal("0.00001")
# The largest sum of clock jumps; below the age in hours at which alerts would be merged.
FARTHEST_AHEAD = 3 * 3600.0


@dataclass(frozen=True, slots=True)
class DemoArticle:
    """An article of the site and the topic it is about."""

    title: str
    text: str
    topic: str


@dataclass(frozen=True, slots=True)
class Fault:
    """A fault of the next requests: a method of the embedded Telegram and its arguments."""

    name: str
    do: str
    arguments: dict[str, Any]


@dataclass(frozen=True, slots=True)
class Act:
    """Something violent: kill, stop, database, jump, block or migrate; `amount` is of seconds or names a chat.

    Or a change in a managed chat: mute, unmute, remove, add (the bot), or delete (the message of its board).
    """

    name: str
    amount: float = 0.0


@dataclass(frozen=True, slots=True)
class Step:
    """Faults are set, something is published, a while passes (so many messages, at most so many seconds), acts follow.

    `patient`: wait until the process has polled the site; otherwise the step may fall into its start.
    """

    patient: bool
    faults: tuple[Fault, ...]
    article: DemoArticle | None
    messages: int
    seconds: float
    acts: tuple[Act, ...]


@dataclass(frozen=True, slots=True)
class Plan:
    """A run: each place's topics and alert levels of the tenge (as typed), the chats with a digest, and the steps.

    `managers` and `forms` are those of the managed chats, `boards` the places with a board.
    """

    seed: int
    topics: dict[Place, tuple[str, ...]]
    levels: dict[Place, tuple[str, ...]]
    digests: tuple[int, ...]
    managers: dict[int, tuple[int, ...]]
    forms: dict[int, PostForm]
    boards: tuple[Place, ...]
    steps: tuple[Step, ...]
    last: DemoArticle
    faults: dict[str, int] = field(default_factory=dict)

    @property
    def articles(self) -> list[DemoArticle]:
        """The published articles in order, without the last one."""
        return [step.article for step in self.steps if step.article]

    def rate(self, falls: int) -> Decimal:
        """Return the tenge after so many falls."""
        return FIRST_RATE - falls * STEP

    def level(self, fall: int) -> str:
        """Return the level that the nth fall (from 1) crosses, as a person types it."""
        return f"{self.rate(fall) + STEP:f}"

    def choice(self, person: int, title: str) -> str:
        """Return what a reviewer does with the drafts of an article."""
        return random.Random(f"{self.seed} {person} {title}").choice(CHOICES)


def name_of(chat: int) -> str:
    """Return the name of a managed chat."""
    return f"Bazaar {-chat % 10_000}"


def plan(seed: int, *, sqlite: bool) -> Plan:
    """Return the run of a seed."""
    chance = random.Random(seed)
    places = [*((chat, 0) for chat in (*PEOPLE, *GROUPS, *CHANNELS)), *((FORUM, thread) for thread in THREADS)]
    topics = {place: tuple(sorted(chance.sample(TOPICS, chance.randint(1, 3)))) for place in places}
    publishes = [chance.random() < 0.55 for _ in range(STEPS)]
    falls = publishes.count(False)
    made = Plan(seed, topics, {}, (), {}, {}, (), (), _article(chance, EVERYONE, STEPS))
    levels = {
        place: tuple(made.level(fall) for fall in sorted(chance.sample(range(1, falls + 1), min(falls, 2))))
        for place in places
        if chance.random() < 0.6
    }
    boards = tuple(place for place in BOARDS if chance.random() < 0.7)
    acts = _acts(chance, sqlite=sqlite)
    changes = _changes(chance, boards, next(int(act.amount) for act in acts if act and act.name == "migrate"))
    steps = tuple(
        Step(
            chance.random() < 0.8,
            _faults(chance),
            _article(chance, chance.choice(TOPICS), number) if publishes[number] else None,
            chance.randint(1, 9),
            chance.uniform(0.3, 1.5),
            (*([act] if (act := acts[number]) else []), *changes[number]),
        )
        for number in range(STEPS)
    )
    counted: dict[str, int] = {}
    for step in steps:
        for name in [fault.name for fault in step.faults] + [act.name for act in step.acts]:
            counted[name] = counted.get(name, 0) + 1
    return Plan(
        seed,
        topics,
        levels,
        digests=tuple(sorted(chance.sample(PEOPLE, 3))),
        managers={chat: tuple(chance.sample(PEOPLE, chance.randint(1, 2))) for chat in MANAGED},
        forms={chat: _form(chance, reviewed=chat in REVIEWED) for chat in MANAGED},
        boards=boards,
        steps=steps,
        last=made.last,
        faults=dict(sorted(counted.items())),
    )


def _form(chance: random.Random, *, reviewed: bool) -> PostForm:
    return PostForm(
        lead=chance.random() < 0.7,
        preview=chance.random() < 0.5,
        hashtags=chance.random() < 0.5,
        signature=chance.choice(("", "Subscribe to us")),
        review_hours=1 if reviewed else None,
        unreviewed=chance.random() < 0.5,
    )


def _changes(chance: random.Random, boards: tuple[Place, ...], migrates: int) -> list[tuple[Act, ...]]:
    """Return for each step what changes in the managed chats; what is lost is regained later, or after the steps."""
    changes: list[tuple[Act, ...]] = [() for _ in range(STEPS)]

    def add(step: int, name: str, number: int) -> None:
        changes[step] += (Act(name, number),)

    muted = chance.choice(CHANNELS)
    removed = chance.choice([chat for chat in MANAGED if chat not in (muted, migrates)])
    for lose, regain, chat in (("mute", "unmute", muted), ("remove", "add", removed)):
        if chance.random() < 0.7:
            first, second = sorted(chance.sample(range(STEPS + 1), 2))
            add(first, lose, chat)
            if second < STEPS:
                add(second, regain, chat)
    if boards and chance.random() < 0.5:
        add(chance.randrange(STEPS), "delete", chance.randrange(len(boards)))
    return changes


def _article(chance: random.Random, topic: str, number: int) -> DemoArticle:
    words = chance.sample(_WORDS, 24)
    title = f"The {topic} of {words[0]} and {words[1]} in {words[2]} {words[3]} ({number})"
    return DemoArticle(title, " ".join(words[4:]).capitalize() + ".", topic)


def _acts(chance: random.Random, *, sqlite: bool) -> list[Act | None]:
    """Return one act, or none, for each step: at least one kill in every run."""
    acts: list[Act | None] = [Act("kill", chance.uniform(0, 0.5)) for _ in range(chance.randint(1, 3))]
    acts += [Act("stop", chance.uniform(0, 0.5)) for _ in range(chance.randint(0, 1))]
    acts += [Act("database", chance.uniform(0.5, 3 if sqlite else 1.5)) for _ in range(chance.randint(0, 2))]
    acts += [Act("jump", chance.choice((1, 1, -0.01)) * chance.uniform(60, 3000)) for _ in range(chance.randint(0, 2))]
    acts += [Act("block", chance.choice(PEOPLE)), Act("migrate", chance.choice(GROUPS))]
    acts += [None] * (STEPS - len(acts))
    chance.shuffle(acts)
    return acts


def _faults(chance: random.Random) -> tuple[Fault, ...]:
    return tuple(_fault(chance) for _ in range(chance.choice((0, 1, 1, 2))))


def _fault(chance: random.Random) -> Fault:
    method = chance.choice(("sendMessage", "sendMessage", "sendMessage", "getUpdates", "editMessageText"))
    times = chance.randint(1, 3)
    common: dict[str, Any] = {"method": method, "times": times}
    match chance.choice(("flood", "error", "garbage", "reset before", "reset after", "hang", "slow")):
        case "flood":
            wait = chance.choice((1, 1, 2))
            words = {"status": 429, "description": f"Too Many Requests: retry after {wait}"}
            flood = {"method": "sendMessage", "times": chance.randint(3, 25), "parameters": {"retry_after": wait}}
            return Fault("429", "fail_next", flood | words)
        case "error":
            status = chance.choice((500, 502, 504))
            return Fault("5xx", "fail_next", common | {"status": status, "description": "Internal Server Error"})
        case "garbage":
            return Fault("garbage", "garble_next", common | {"status": chance.choice((200, 502))})
        case "reset before":
            return Fault("reset before", "drop_next", common | {"before": True})
        case "reset after":
            return Fault("reset after", "drop_next", common | {"before": False})
        case "hang":
            return Fault("hang", "hang_next", common | {"seconds": 3.0})
        case _:
            return Fault("slow", "hang_next", common | {"times": 5 * times, "seconds": chance.uniform(0.2, 1.0)})

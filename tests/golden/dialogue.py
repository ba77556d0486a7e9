"""The dialogue: greetings, the menu, help, what is not understood, the reply keyboard, and the way out and back."""

from __future__ import annotations

from decimal import Decimal

from bot.views import dialogue, start, which
from bot.views.actions import MENU
from handlers.features import COMMANDS
from tests.golden.sample import sample
from tests.golden.values import ARTICLES, OWN, TABLE

OTHERS = tuple(command.name for command in COMMANDS if command.name not in MENU and not command.operators)
OPERATORS = tuple(command.name for command in COMMANDS if command.operators)

SAMPLES = (
    sample(start.greeting, "", "Aigerim"),
    sample(start.overview, "", TABLE, ARTICLES[:1]),
    sample(start.overview, "for a new person", TABLE, ARTICLES[:1], offer=True),
    sample(start.overview, "own currencies", TABLE, ARTICLES[:1], OWN),
    sample(start.overview, "before the first poll", [], []),
    sample(start.group),
    sample(start.stopped),
    sample(start.resumed),
    sample(dialogue.greeting),
    sample(dialogue.menu),
    sample(dialogue.help_by_job, "", OTHERS, ()),
    sample(dialogue.help_by_job, "for an operator", OTHERS, OPERATORS),
    sample(dialogue.all_commands, "", [(command.name, command.description_key) for command in COMMANDS]),
    sample(dialogue.of_which, "", Decimal(525), ("RUB", "TJS")),
    sample(which.which, "", ("KGS", "UZS"), "1000 som in tenge"),
    sample(which.which, "in Tajik speech", ("TJS", "KGS", "UZS"), "usd som > 80"),
    sample(dialogue.unknown),
    sample(dialogue.cancelled),
    sample(dialogue.unreadable),
    sample(dialogue.no_command, "", "ratse", "rates"),
    sample(dialogue.no_command, "nothing is near", "xyzzy", None),
    sample(dialogue.with_keyboard, "shown", "common.keyboard_on"),
    sample(dialogue.with_keyboard, "hidden", "common.keyboard_off", shown=False),
    sample(dialogue.with_keyboard, "in another language", "common.keyboard_renewed"),
)

"""Answers to sentences that need no data: a greeting, the menu, help, a number alone, and what is not understood."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from decimal import Decimal
from html import escape

from bot.domain.intents import Correction
from bot.i18n import LANGUAGES, Html, Translator
from bot.views import actions
from bot.views.currencies import code_label
from bot.views.message import Button, View, record, rows
from bot.views.rate_text import number

# The commands behind the keys of the reply keyboard, and behind the buttons of a greeting.
KEYS = (("rates", "convert"), ("alerts", "news"))
GREETED = ("rates", "convert", "news")
_MENU = ("rates", "convert", "alert", "alerts", "chart", "news", "topics", "digest", "saved", "settings")
_HELP = ("rates", "alert", "topics", "settings")
# Currencies that are offered for a number, after the person's own ones.
COMMON = ("USD", "RUB", "EUR", "KZT", "KGS", "UZS", "TJS", "TMT", "CNY")
OFFERED = 9


def corrected(corrections: Iterable[Correction]) -> Html:
    """Return the line that says which misspelt words were read as others."""
    different = dict.fromkeys(corrections)
    pairs = (f"({escape(one.typed, quote=False)} → {escape(one.meant, quote=False)})" for one in different)
    return Html(f"<i>{' '.join(pairs)}</i>")


def key_label(t: Translator, command: str) -> str:
    """Return the label of a command's button, or of its key on the reply keyboard."""
    return t.plain(f"common.key_{command}")


def keyboard(t: Translator) -> tuple[tuple[str, ...], ...]:
    """Return the labels of the reply keyboard."""
    return tuple(tuple(key_label(t, command) for command in row) for row in KEYS)


def key_commands() -> dict[str, str]:
    """Return the commands of the keys by their labels in every language: older keyboards stay in use."""
    return {
        key_label(Translator(language), command): command for language in LANGUAGES for row in KEYS for command in row
    }


def with_keyboard(t: Translator, key: str, *, shown: bool = True) -> View:
    """Show the reply keyboard, or remove it, with a text of the catalogs."""
    return View(t(key), keyboard=keyboard(t) if shown else ())


def commands(t: Translator, names: Sequence[str], width: int) -> tuple[tuple[Button, ...], ...]:
    """Return buttons that open commands of the menu."""
    return rows((Button(key_label(t, name), data=actions.MENU_OPEN(name)) for name in names), width)


def greeting(t: Translator) -> View:
    """Greet a person who greets."""
    return record(View(t("help.greeting"), commands(t, GREETED, 3)))


def menu(t: Translator, *, stopped: bool = False) -> View:
    """Offer what the bot can do as buttons; in a stopped chat also to send messages again."""
    if not stopped:
        return record(View(t("help.menu"), commands(t, _MENU, 2)))
    resume = (Button(t.plain("start.button_resume"), data=actions.START_RESUME()),)
    return record(View(f"{t('settings.stopped')}\n{t('help.menu')}", (resume, *commands(t, _MENU, 2))))


def unknown(t: Translator) -> View:
    """Answer a sentence that was not understood."""
    return record(View(t("help.unknown"), commands(t, [name for row in KEYS for name in row], 2)))


def cancelled(t: Translator) -> View:
    """Confirm that a question of the bot is withdrawn."""
    return View(t("help.cancelled"))


def unreadable(t: Translator) -> View:
    """Answer content that is no text."""
    return record(View(t("help.no_words"), commands(t, [name for row in KEYS for name in row], 2)))


def of_which(t: Translator, amount: Decimal, own: Sequence[str]) -> View | None:
    """Ask which currency a number is in; None for a number that no button can hold."""
    codes = list(dict.fromkeys((*own, *COMMON)))[:OFFERED]
    try:
        buttons = [Button(code_label(code), data=actions.CONVERT_AMOUNT(amount, code)) for code in codes]
    except ValueError:
        return None
    return record(View(t("help.of_which", number=number(t, amount)), rows(buttons, 3)))


def help_by_job(t: Translator, others: Sequence[str], for_operators: Sequence[str]) -> View:
    """Explain what the bot can do, a line for each job; `others` are the names of commands outside of the menu."""
    text = [t("help.title"), t("help.jobs"), t("help.more", commands=_listed(others))]
    if for_operators:
        text.append(t("help.operators", commands=_listed(for_operators)))
    buttons = (*commands(t, _HELP, 2), (Button(t.plain("help.button_all"), data=actions.HELP_ALL()),))
    return record(View("\n".join(text), buttons))


def all_commands(t: Translator, described: Iterable[tuple[str, str]]) -> View:
    """List commands: their names and the keys of their descriptions."""
    lines = (f"/{name} — {escape(t.plain(key), quote=False)}" for name, key in described)
    return View("\n".join((t("help.all"), *lines)))


def no_command(t: Translator, typed: str, near: str | None) -> View:
    """Answer an unknown command, with the nearest known one."""
    if near is None:
        return View(t("help.unknown_command", typed=typed))
    return View(t("help.near_command", typed=typed, near=near))


def _listed(names: Sequence[str]) -> str:
    return " ".join(f"/{name}" for name in names)

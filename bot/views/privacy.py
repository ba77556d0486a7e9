"""Privacy: what is stored about a chat, and the ways to stop messages, get the data and delete it."""

from __future__ import annotations

from bot.i18n import Translator
from bot.views import actions
from bot.views.message import Button, View
from bot.views.settings import back


def policy(t: Translator) -> View:
    """Say what is stored, with a button for each thing that a person can do about it."""
    choices = (
        Button(t.plain("privacy.button_stop"), data=actions.PRIVACY_STOP()),
        Button(t.plain("privacy.button_data"), data=actions.PRIVACY_DATA()),
        Button(t.plain("privacy.button_ask"), data=actions.PRIVACY_ASK()),
    )
    return View(t("privacy.policy"), (*((one,) for one in choices), back(t)))


def ask(t: Translator) -> View:
    """Ask before all data of a chat is deleted: it cannot be undone."""
    yes = Button(t.plain("privacy.button_forget"), data=actions.PRIVACY_FORGET(), style="danger")
    no = Button(t.plain("privacy.button_keep"), data=actions.PRIVACY_KEEP())
    return View(t("privacy.ask"), ((no,), (yes,)))


def forgotten(t: Translator) -> View:
    """Confirm that nothing about the chat is stored any more."""
    return View(t("privacy.forgotten"))


def kept(t: Translator) -> View:
    """Confirm that nothing was deleted."""
    return View(t("privacy.kept"), (back(t),))

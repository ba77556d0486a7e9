"""The question which money a word means."""

from __future__ import annotations

from collections.abc import Sequence
from html import escape

from bot.i18n import Translator
from bot.views import actions
from bot.views.currencies import code_label, name
from bot.views.message import Button, View, rows


def which(t: Translator, codes: Sequence[str], request: str) -> View:
    """Ask for one of these currencies. The request is the last line of the question, where the answer finds it."""
    buttons = (Button(f"{code_label(code)} · {name(t, code)}", data=actions.CONVERT_WHICH(code)) for code in codes)
    return View(f"{t('convert.which')}\n<i>{escape(request, quote=False)}</i>", rows(buttons, 1))


def request_in(text: str) -> str:
    """Return the request in the text of a question, without marks of HTML; empty if there is none."""
    return text.rpartition("\n")[2].strip() if "\n" in text else ""

"""The first message: current rates and headlines, and the next steps as buttons."""

from __future__ import annotations

from collections.abc import Sequence

from bot.domain.articles import StoredArticle
from bot.domain.rate_graph import RateTableRow
from bot.i18n import Translator
from bot.views import actions
from bot.views.message import Button, View
from bot.views.news import headline_from
from bot.views.rates import table


def start(t: Translator, name: str, lines: Sequence[RateTableRow], found: Sequence[StoredArticle]) -> View:
    """Greet with today's rates and headlines."""
    text = [t("start.hello", name=name) if name else t("start.hello_all")]
    if lines:
        text += [t("start.rates"), table(t, lines, per_dollar=True)]
    if found:
        text += [t("start.headlines"), *(f"• {headline_from(article)}" for article in found)]
    if not lines and not found:
        text.append(t("start.nothing_yet"))
    text.append(t("start.next"))
    buttons = (
        (Button(t.plain("start.button_topics"), data=actions.TOPICS_PICK(), style="primary"),),
        (
            Button(t.plain("start.button_alert"), data=actions.ALERTS_BUILD()),
            Button(t.plain("start.button_digest"), data=actions.DIGEST_CHOOSE()),
        ),
        (Button(t.plain("start.button_language"), data=actions.SETTINGS_LANGUAGE()),),
    )
    return View("\n".join(text), buttons)

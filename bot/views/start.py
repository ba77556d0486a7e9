"""The first message: current rates and headlines, and the next steps as buttons."""

from __future__ import annotations

from collections.abc import Sequence

from bot.domain.articles import StoredArticle
from bot.domain.own_rates import OwnRate
from bot.domain.rate_graph import RateTableRow
from bot.i18n import Translator
from bot.views import actions
from bot.views.message import Button, View, record
from bot.views.news import headline_from
from bot.views.own import offers, own_buttons, own_lines
from bot.views.rates import table


def start(
    t: Translator,
    name: str,
    lines: Sequence[RateTableRow],
    found: Sequence[StoredArticle],
    own: Sequence[OwnRate] = (),
    *,
    offer: bool = False,
) -> View:
    """Greet with today's rates and headlines: the rates of the own currencies if there are any, else the table.

    `offer`: ask for the own currencies.
    """
    text = [t("start.hello", name=name) if name else t("start.hello_all"), *own_lines(t, own)]
    if lines and not own:
        text += [t("start.rates"), table(t, lines, per_dollar=True)]
    if found:
        text += [t("start.headlines"), *(f"• {headline_from(article)}" for article in found)]
    if not lines and not found:
        text.append(t("start.nothing_yet"))
    text.append(t("start.next"))
    if offer:
        text.append("\n" + t("own.ask"))
    buttons = (
        *(own_buttons(t, own[0]) if own else ()),
        *(offers(t, width=4) if offer else ()),
        (Button(t.plain("start.button_topics"), data=actions.TOPICS_PICK(), style="primary"),),
        (
            Button(t.plain("start.button_alert"), data=actions.ALERTS_BUILD()),
            Button(t.plain("start.button_digest"), data=actions.DIGEST_CHOOSE()),
        ),
        (Button(t.plain("start.button_language"), data=actions.SETTINGS_LANGUAGE()),),
    )
    return record(View("\n".join(text), buttons))

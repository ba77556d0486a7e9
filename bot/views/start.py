"""The first message: a greeting, current rates and a headline, and the next steps as buttons; /stop."""

from __future__ import annotations

from collections.abc import Sequence

from bot.domain.articles import StoredArticle
from bot.domain.languages import TABLE
from bot.domain.own_rates import OwnRate
from bot.domain.rate_graph import RateTableRow
from bot.i18n import Translator
from bot.views import actions, dialogue
from bot.views.chat_actions import CHATS_ADD
from bot.views.message import Button, View, record, rows
from bot.views.news import headline_from
from bot.views.own import offers, own_buttons, own_lines
from bot.views.rates import table

# Each is named in itself, in two rows.
_LANGUAGES_A_ROW = 4


def _hello(t: Translator, name: str) -> str:
    return t("start.hello", name=name) if name else t("start.hello_all")


def greeting(t: Translator, name: str) -> View:
    """Greet a person of this name (empty: unknown), and show the reply keyboard."""
    return View(_hello(t, name), keyboard=dialogue.keyboard(t))


def overview(
    t: Translator,
    lines: Sequence[RateTableRow],
    found: Sequence[StoredArticle],
    own: Sequence[OwnRate] = (),
    *,
    offer: bool = False,
    private: bool = False,
) -> View:
    """Show today's rates and headlines, an example of a sentence, and the next steps.

    The rates of the own currencies replace the table. `offer`: ask for the own currencies;
    `private`: a person's own chat, from which they can set up a channel.
    """
    text = own_lines(t, own)
    if lines and not own:
        text += [t("start.rates"), table(t, lines, per_dollar=True)]
    if found:
        text += [t("start.headlines"), *(f"• {headline_from(article)}" for article in found)]
    if not lines and not found:
        text.append(t("start.nothing_yet"))
    text += ["\n" + t("own.ask") if offer else t("start.next"), t("start.try")]
    buttons = (
        *(own_buttons(t, own[0]) if own else ()),
        *(offers(t) if offer else ()),
        (Button(t.plain("start.button_topics"), data=actions.TOPICS_PICK(), style="primary"),),
        (
            Button(t.plain("start.button_alert"), data=actions.ALERTS_BUILD()),
            Button(t.plain("start.button_digest"), data=actions.DIGEST_CHOOSE()),
        ),
        *(((Button(t.plain("start.button_chats"), data=CHATS_ADD()),),) if private else ()),
        *rows((Button(one.short, data=actions.START_LANGUAGE(one.code)) for one in TABLE), _LANGUAGES_A_ROW),
    )
    return record(View("\n".join(text), buttons))


def start(
    t: Translator,
    name: str,
    lines: Sequence[RateTableRow],
    found: Sequence[StoredArticle],
    own: Sequence[OwnRate] = (),
    *,
    offer: bool = False,
) -> View:
    """Greet and show the overview in one message, where there is no reply keyboard."""
    return with_greeting(t, name, overview(t, lines, found, own, offer=offer))


def with_greeting(t: Translator, name: str, shown: View) -> View:
    """Put the greeting above the overview."""
    return View(f"{_hello(t, name)}\n{shown.text}", shown.buttons)


def group(t: Translator) -> View:
    """Greet a group that the bot was added to."""
    buttons = (
        Button(t.plain("start.button_set_up"), data=actions.MENU_OPEN("settings")),
        Button(dialogue.key_label(t, "rates"), data=actions.MENU_OPEN("rates")),
    )
    return record(View(t("start.group"), (buttons,)))


def stopped(t: Translator) -> View:
    """Confirm that messages are off."""
    return View(t("start.stopped"), ((Button(t.plain("start.button_resume"), data=actions.START_RESUME()),),))


def resumed(t: Translator) -> View:
    """Confirm that messages are on."""
    return View(t("start.resumed"), dialogue.commands(t, ("settings",), 1))

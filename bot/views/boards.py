"""The board: a pinned message with current rates. Its text changes only with the rates that it shows."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from hashlib import blake2s
from zoneinfo import ZoneInfo

from bot.domain.chats import Destination
from bot.domain.rate_graph import PEG, RateTableRow, ResolvedRate
from bot.domain.rates import Pair
from bot.i18n import Translator
from bot.views import actions
from bot.views.chat_actions import CHATS_ONE
from bot.views.message import Button, View, managing
from bot.views.rate_card import statement
from bot.views.rate_text import change, is_marked, moment, short_day
from bot.views.rates import cells, columns, source_lines, source_name, stale_lines

# The column `boards.shown` has room for so many bytes in hexadecimal digits.
HASH_BYTES = 8


def board(
    t: Translator, pairs: Sequence[Pair], rows: Sequence[RateTableRow], zone: ZoneInfo, *, per_dollar: bool
) -> View:
    """Return the rates of some pairs, without pairs the table of rates; there is one rate at least.

    Nothing in it depends on the present time: the same rates have the same text.
    """
    found = [row.resolved for row in rows]
    if pairs:
        text = [t("boards.title"), *(_line(t, row) for row in rows), _sources(t, found)]
    else:
        head = t.plain("rates.per_dollar_short" if per_dollar else "rates.per_unit_short")
        table = [cells(t, row.resolved, (row.previous,), per_dollar=per_dollar) for row in rows]
        text = [
            t("rates.title_per_dollar" if per_dollar else "rates.title_per_unit"),
            columns(("", head, t.plain("rates.day")), table),
            *source_lines(t, found),
        ]
    changed = max(resolved.rate.observed_at for resolved in found)
    text.append(t("boards.changed", time=moment(changed, t, zone)))
    text += stale_lines(t, found)
    if any(is_marked(resolved.rate) for resolved in found):
        text.append(t("rates.coarse"))
    return View("\n".join(text))


def text_hash(view: View) -> str:
    """Return a hash of a board, by which an edit that would change nothing is left out."""
    return blake2s(view.text.encode(), digest_size=HASH_BYTES).hexdigest()


def _line(t: Translator, row: RateTableRow) -> str:
    rate = row.resolved.rate
    line = statement(t, rate, bold=True)
    if row.resolved.source == PEG or row.previous is None:
        return line
    return f"{line} {t('boards.day', change=change(t, row.previous, rate))}"


def _sources(t: Translator, found: Sequence[ResolvedRate]) -> str:
    """Return the line about the sources, each with the newest day of its rates; a fixed rate is of no day."""
    days: dict[str, dt.date] = {}
    for leg in (leg for resolved in found for leg in resolved.legs):
        days[leg.source] = max(leg.valid_on, days.get(leg.source, leg.valid_on))
    named = [
        source_name(t, source)
        if source == PEG
        else t.plain("boards.source", name=source_name(t, source), day=short_day(on, t))
        for source, on in days.items()
    ]
    return t("boards.sources", sources=", ".join(named))


def pinned(t: Translator, *, is_pinned: bool, private: bool) -> View:
    """Confirm that a board was sent, and explain how to let the bot pin it where that is forbidden."""
    text = [t("boards.made")]
    if not is_pinned:
        text.append(t("boards.not_pinned_private" if private else "boards.not_pinned"))
    stop = Button(t.plain("boards.button_stop"), data=actions.BOARDS_STOP())
    return View("\n".join(text), ((stop,),))


def stopped(t: Translator) -> View:
    """Confirm that a board is updated no more."""
    return View(t("boards.stopped"))


def lost(t: Translator, channel: Destination | None = None) -> View:
    """Return the notice that the message of a board cannot be edited any more; of a `channel` for its managers."""
    again = Button(t.plain("boards.button_again"), data=actions.BOARDS_PIN())
    view = View(t("boards.lost"), ((again,),))
    return managing(view, channel, CHATS_ONE()) if channel else view

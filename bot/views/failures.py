"""Dead letters for operators: content, chat (its id alone), time, reason."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from html import escape
from zoneinfo import ZoneInfo

from bot.domain.failures import FailedDelivery
from bot.i18n import Html, Translator
from bot.views import actions
from bot.views.actions import FailureAction
from bot.views.message import Button, View, shorten
from bot.views.rate_text import moment

# Five with their buttons fit on a phone's screen.
PAGE_SIZE = 5
# The longest source of a message that is shown where Telegram refuses the message itself; Telegram's limit is 4,096.
LONGEST_SOURCE = 3500


def listing(t: Translator, failures: Sequence[FailedDelivery], total: int, page: int, now: dt.datetime) -> View:
    """List a page of the `total` dead letters, newest first."""
    if not failures:
        return View(t("failures.none"))
    lines: list[str] = [t("failures.title", total=total)]
    buttons: list[tuple[Button, ...]] = []
    for n, one in enumerate(failures, page * PAGE_SIZE + 1):
        lines.append(
            t(
                "failures.line",
                n=n,
                what=Html(t(f"failures.kind_{one.kind}")),
                event=one.event,
                chat=one.chat_id,
                when=moment(one.failed_at, t, ZoneInfo("UTC")),
                attempts=one.attempts,
                reason=one.reason,
            )
        )
        buttons.append(
            (
                Button(f"{n} 👁", data=actions.FAILURES_SEE(one.id)),
                Button(f"{n} ↻", data=actions.FAILURES_RETRY(one.id, page)),
                Button(f"{n} ✕", data=actions.FAILURES_DROP(one.id, page)),
            )
        )
    turning = [
        Button(label, data=actions.FAILURES_LIST(target))
        for label, target in (("‹", page - 1), ("›", page + 1))
        if 0 <= target <= (total - 1) // PAGE_SIZE
    ]
    if turning:
        buttons.append(tuple(turning))
    buttons.append(
        tuple(
            Button(t.plain(f"failures.button_{what}_all"), data=actions.FAILURES_ASK(what, now))
            for what in FailureAction
        )
    )
    return View("\n\n".join(lines), tuple(buttons))


def ask(t: Translator, what: FailureAction, total: int, seen_until: dt.datetime) -> View:
    """Ask whether to retry or drop all that were seen until an instant (UTC)."""
    sure = Button(
        t.plain(f"failures.button_{what}_all"),
        data=(actions.FAILURES_RETRY_ALL if what is FailureAction.RETRY else actions.FAILURES_DROP_ALL)(seen_until),
        style="danger",
    )
    back = Button(t.plain("failures.button_back"), data=actions.FAILURES_LIST(0))
    return View(t(f"failures.ask_{what}", total=total), ((sure, back),))


def done(t: Translator, what: FailureAction, count: int) -> View:
    """Say how many were retried or dropped."""
    return View(t(f"failures.done_{what}", count=count))


def heading(t: Translator, delivery: int, chat_id: int) -> View:
    """Announce that the next message is the present content of a delivery."""
    return View(t("failures.would_say", delivery=delivery, chat=chat_id))


def source(t: Translator, text: str) -> View:
    """Show the source of a message that Telegram refuses."""
    return View(t("failures.refused") + f"\n<pre>{escape(shorten(text, LONGEST_SOURCE), quote=False)}</pre>")

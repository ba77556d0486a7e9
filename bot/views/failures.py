"""Dead letters for operators: content, chat (its id alone), time, reason."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from html import escape
from typing import Any
from zoneinfo import ZoneInfo

from bot.domain.failures import FailedDelivery
from bot.i18n import Html, Translator
from bot.views import actions
from bot.views.actions import FailureAction
from bot.views.message import Button, View, shorten
from bot.views.rate_text import moment

# Five fit on a phone's screen.
PAGE_SIZE = 5
# The longest source of a message that is shown where Telegram refuses the message itself; Telegram's limit is 4,096.
LONGEST_SOURCE = 3500


def listing(
    t: Translator, failures: Sequence[FailedDelivery], total: int, page: int, now: dt.datetime, zone: ZoneInfo
) -> View:
    """List a page of the `total` dead letters, newest first, each with a number that opens it."""
    if not failures:
        return View(t("failures.none"))
    lines: list[str] = [t("failures.title", total=total)]
    lines += [
        t("failures.line", n=n, **_described(t, one, zone)) for n, one in enumerate(failures, page * PAGE_SIZE + 1)
    ]
    lines.append(t("failures.help"))
    numbers = tuple(
        Button(str(n), data=actions.FAILURES_ONE(one.id, page)) for n, one in enumerate(failures, page * PAGE_SIZE + 1)
    )
    turning = tuple(
        Button(label, data=actions.FAILURES_LIST(target))
        for label, target in (("‹", page - 1), ("›", page + 1))
        if 0 <= target <= (total - 1) // PAGE_SIZE
    )
    both = tuple(
        Button(t.plain(f"failures.button_{what}_all"), data=actions.FAILURES_ASK(what, now)) for what in FailureAction
    )
    return View("\n\n".join(lines), (numbers, *((turning,) if turning else ()), *((both,) if total > 1 else ())))


def one(t: Translator, failure: FailedDelivery, page: int, zone: ZoneInfo) -> View:
    """Show one dead letter of a page of the list, with what can be done about it."""
    text = t("failures.one", delivery=failure.id, event=failure.event, **_described(t, failure, zone))
    see = Button(t.plain("failures.button_see"), data=actions.FAILURES_SEE(failure.id))
    retry = Button(t.plain("failures.button_retry"), data=actions.FAILURES_RETRY(failure.id, page))
    drop = Button(t.plain("failures.button_drop"), data=actions.FAILURES_DROP(failure.id, page))
    return View(text, ((see,), (retry, drop), (_back(t, page),)))


def _described(t: Translator, failure: FailedDelivery, zone: ZoneInfo) -> dict[str, Any]:
    return {
        "what": Html(t(f"failures.kind_{failure.kind}")),
        "chat": failure.chat_id,
        "when": moment(failure.failed_at, t, zone),
        "attempts": failure.attempts,
        "reason": failure.reason,
    }


def _back(t: Translator, page: int) -> Button:
    return Button(t.plain("failures.button_back"), data=actions.FAILURES_LIST(page))


def ask(t: Translator, what: FailureAction, total: int, seen_until: dt.datetime) -> View:
    """Ask whether to retry or drop all that were seen until an instant (UTC)."""
    sure = Button(
        t.plain(f"failures.button_{what}_all"),
        data=(actions.FAILURES_RETRY_ALL if what is FailureAction.RETRY else actions.FAILURES_DROP_ALL)(seen_until),
        style="danger",
    )
    return View(t(f"failures.ask_{what}", total=total), ((sure,), (_back(t, 0),)))


def done(t: Translator, what: FailureAction, count: int) -> View:
    """Say how many were retried or dropped."""
    return View(t(f"failures.done_{what}", count=count))


def heading(t: Translator, chat_id: int) -> View:
    """Announce that the next message is what a chat would get now."""
    return View(t("failures.would_send", chat=chat_id))


def source(t: Translator, text: str) -> View:
    """Show the source of a message that Telegram refuses."""
    return View(t("failures.refused") + f"\n<pre>{escape(shorten(text, LONGEST_SOURCE), quote=False)}</pre>")

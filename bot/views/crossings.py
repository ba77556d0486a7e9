"""Messages about alerts that fired: one crossing, its line in a summary, and the limit of a day."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping, Sequence
from decimal import Decimal
from typing import Any
from zoneinfo import ZoneInfo

from bot.domain.alerts import (
    A_DAY,
    MAX_ALERTS_A_DAY,
    SPANS,
    Alert,
    AlertRule,
    Kind,
    Shift,
    Side,
    Span,
    create_alert,
    fired,
)
from bot.domain.articles import StoredArticle
from bot.domain.numbers import D, inverse
from bot.domain.rates import Pair, Rate
from bot.i18n import Html, Translator
from bot.views import actions
from bot.views.alerts import again, as_asked, describe, percents
from bot.views.currencies import FLAGS
from bot.views.message import Button, View
from bot.views.news import headline_from
from bot.views.rate_text import approximate, change, moment, percent, rate_text
from bot.views.rates import source_name


def _told(payload: Mapping[str, Any], chat_id: int, at: dt.datetime) -> tuple[Alert, Rate]:
    """Return the alert as it was when it fired, and the canonical rate that fired it, from an event's payload."""
    seen = payload["seen"]
    pair = Pair(seen["base"], seen["quote"])
    low, high, value = D(seen["low"]), D(seen["high"]), D(seen["now"])
    day = dt.date.fromisoformat(seen["valid_on"])
    tick = max(high - value, value - low)
    rate = Rate(pair, value, tick, seen["source"], at, at, day, bounds=(low, high))
    asked = Pair(payload["base"], payload["quote"])
    kind = Kind(payload["kind"])
    line = AlertRule(
        asked,
        Side(payload["side"]),
        None if payload["level"] is None else D(payload["level"]),
        None if payload["move"] is None else D(payload["move"]),
        kind if asked == pair else kind.opposite,
        payload["days"],
    )
    alert = create_alert(line, chat_id, 0, rate, once=bool(payload["once"]))
    side = Side.BELOW if kind is Kind.LOW else Side.ABOVE if alert.side is Side.BOTH else alert.side
    return fired(alert, side, value, at), rate


def crossing(
    t: Translator,
    payload: Mapping[str, Any],
    chat_id: int,
    zone: ZoneInfo,
    listed: Sequence[StoredArticle] = (),
    *,
    repeat: bool = False,
) -> View:
    """Return the message about a crossing: rule, value before and now (in the direction asked for), time, source.

    `payload` is the event's; it is complete, whatever happened to the alert since. `stories` are the newest articles
    that may explain it. `repeat`: the message may have been sent before.
    """
    at = dt.datetime.fromisoformat(payload["seen"]["at"])
    alert, now = _told(payload, chat_id, at)
    line, asked, seen = alert.rule, alert.rule.pair, payload["seen"]
    flag = FLAGS.get(currency(asked), "")
    lines = [
        t("alerts.crossed", flag=flag, line=describe(t, line)),
        t("alerts.crossed_now", rate=approximate(t, as_asked(now, asked)), pair=str(asked)),
    ]
    if seen.get("before"):
        before = _like(as_asked(now, asked), D(seen["before"]) if asked == now.pair else inverse(D(seen["before"])))
        if before.value != as_asked(now, asked).value:
            moved = change(t, before, as_asked(now, asked))
            lines.append(t("alerts.crossed_before", rate=rate_text(t, before), change=moved))
    if line.kind in SPANS and "share" in seen:
        share = D(seen["share"])
        lines.append(t(f"alerts.crossed_{line.kind}", change=percent(t, _share_as_asked(share, asked, now.pair))))
    if line.kind is Kind.PEG and "share" in seen:
        lines.append(t("alerts.crossed_peg", share=percents(t, D(seen["share"]).quantize(D("0.001")))))
    lines.append(t("alerts.crossed_at", moment=moment(at, t, zone), source=source_name(t, seen["source"])))
    lines.append(again(t, alert, now))
    if listed:
        lines += ["", t("alerts.why"), *("• " + headline_from(article) for article in listed)]
    if repeat:
        lines.append(t("alerts.repeat"))
    return View("\n".join(lines), _alert_buttons(t, payload["alert_id"], alert))


def brief(t: Translator, payload: Mapping[str, Any], chat_id: int) -> Html:
    """Return a crossing as one line of text: the rule, and the rate that crossed it."""
    at = dt.datetime.fromisoformat(payload["seen"]["at"])
    alert, now = _told(payload, chat_id, at)
    asked = alert.rule.pair
    return Html(
        t(
            "alerts.brief",
            flag=FLAGS.get(currency(asked), ""),
            line=describe(t, alert.rule),
            rate=approximate(t, as_asked(now, asked)),
        )
    )


def _like(rate: Rate, value: Decimal) -> Rate:
    """Return an earlier value of the same rate, with the precision of the current one."""
    return Rate(rate.pair, value, rate.tick, rate.source, rate.observed_at, rate.confirmed_at, rate.valid_on)


def _share_as_asked(share: Decimal, asked: Pair, pair: Pair) -> Decimal:
    return share if asked == pair else inverse(1 + share) - 1


def currency(pair: Pair) -> str:
    """Return the currency that a pair is about: the one that is not the dollar, else the quote."""
    return pair.base if pair.quote == "USD" else pair.quote


def _alert_buttons(t: Translator, alert_id: int, alert: Alert) -> tuple[tuple[Button, ...], ...]:
    found = [
        tuple(
            Button(t.plain(f"alerts.button_snooze_{span}"), data=actions.ALERTS_SNOOZE(alert_id, span)) for span in Span
        )
    ]
    if alert.rule.kind is Kind.LEVEL:
        found.append(
            tuple(
                Button(t.plain(f"alerts.button_shift_{way}"), data=actions.ALERTS_SHIFT(alert_id, way)) for way in Shift
            )
        )
    chart = Button(t.plain("alerts.button_chart"), data=actions.CHARTS_SHOW(currency(alert.rule.pair), "90d"))
    arm = Button(t.plain("alerts.button_arm"), data=actions.ALERTS_RESUME(alert_id))
    delete = Button(t.plain("alerts.button_delete"), data=actions.ALERTS_DELETE(alert_id), style="danger")
    return (*found, (chart, arm, delete))


def capped(t: Translator, began: dt.datetime, alerts_today: int, zone: ZoneInfo) -> View:
    """Return the message on the daily limit: the number of crossings not sent, and when the next day begins."""
    until = moment(began + A_DAY, t, zone)
    text = t("alerts.capped", limit=MAX_ALERTS_A_DAY, more=max(alerts_today - MAX_ALERTS_A_DAY, 1), until=until)
    return View(text, ((Button(t.plain("alerts.button_list"), data=actions.ALERTS_LIST(0)),),))

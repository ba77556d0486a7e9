"""Messages about alerts that fired: one alert, its line in a summary, and the daily cap."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from dataclasses import replace
from zoneinfo import ZoneInfo

from bot.domain.alerts import A_DAY, MAX_ALERTS_A_DAY, SPANS, Kind, Shift, Span
from bot.domain.articles import StoredArticle
from bot.domain.events import AlertFired
from bot.domain.numbers import D, inverse
from bot.domain.rates import Pair
from bot.i18n import Html, Translator
from bot.views import actions
from bot.views.alerts import again, as_asked, describe, percents
from bot.views.currencies import FLAGS
from bot.views.message import Button, View
from bot.views.news import headline_from
from bot.views.rate_text import approximate, change, moment, percent, rate_text
from bot.views.rates import source_name


def fired(
    t: Translator, event: AlertFired, zone: ZoneInfo, related: Sequence[StoredArticle] = (), *, repeat: bool = False
) -> View:
    """Return the message about an alert that fired: rule, value before and now (as asked for), time, source.

    `related` are the newest articles that may explain the rate. `repeat`: the message may have been sent before.
    """
    rule, rate = event.rule, as_asked(event.rate, event.rule.pair)
    lines = [
        t("alerts.crossed", flag=FLAGS.get(currency(rule.pair), ""), line=describe(t, rule)),
        t("alerts.crossed_now", rate=approximate(t, rate), pair=str(rule.pair)),
    ]
    if event.before:
        before = replace(rate, value=event.before if rule.pair == event.rate.pair else inverse(event.before))
        if before.value != rate.value:
            moved = change(t, before, rate)
            lines.append(t("alerts.crossed_before", rate=rate_text(t, before), change=moved))
    if rule.kind in SPANS and event.share is not None:
        share = event.share if rule.pair == event.rate.pair else inverse(1 + event.share) - 1
        lines.append(t(f"alerts.crossed_{rule.kind}", change=percent(t, share)))
    if rule.kind is Kind.PEG and event.share is not None:
        lines.append(t("alerts.crossed_peg", share=percents(t, event.share.quantize(D("0.001")))))
    lines.append(t("alerts.crossed_at", moment=moment(event.at, t, zone), source=source_name(t, rate.source)))
    lines.append(again(t, rule, event.rearms_at, event.rate, once=event.once))
    if related:
        lines += ["", t("alerts.why"), *("• " + headline_from(article) for article in related)]
    if repeat:
        lines.append(t("alerts.repeat"))
    return View("\n".join(lines), _buttons(t, event))


def brief(t: Translator, event: AlertFired) -> Html:
    """Return an alert that fired as one line of text: the rule, and the rate that fired it."""
    asked = event.rule.pair
    return Html(
        t(
            "alerts.brief",
            flag=FLAGS.get(currency(asked), ""),
            line=describe(t, event.rule),
            rate=approximate(t, as_asked(event.rate, asked)),
        )
    )


def currency(pair: Pair) -> str:
    """Return the currency that a pair is about: the one that is not the dollar, else the quote."""
    return pair.base if pair.quote == "USD" else pair.quote


def _buttons(t: Translator, event: AlertFired) -> tuple[tuple[Button, ...], ...]:
    found = [
        tuple(
            Button(t.plain(f"alerts.button_snooze_{span}"), data=actions.ALERTS_SNOOZE(event.alert_id, span))
            for span in Span
        )
    ]
    if event.rule.kind is Kind.LEVEL:
        found.append(
            tuple(
                Button(t.plain(f"alerts.button_shift_{way}"), data=actions.ALERTS_SHIFT(event.alert_id, way))
                for way in Shift
            )
        )
    chart = Button(t.plain("alerts.button_chart"), data=actions.CHARTS_SHOW(event.rule.pair, "90d"))
    arm = Button(t.plain("alerts.button_arm"), data=actions.ALERTS_RESUME(event.alert_id))
    delete = Button(t.plain("alerts.button_delete"), data=actions.ALERTS_DELETE(event.alert_id), style="danger")
    return (*found, (chart, arm, delete))


def capped(t: Translator, began: dt.datetime, alerts_today: int, zone: ZoneInfo) -> View:
    """Return the message on the daily cap: the number of alerts not sent, and when the next day begins."""
    until = moment(began + A_DAY, t, zone)
    text = t("alerts.capped", limit=MAX_ALERTS_A_DAY, more=max(alerts_today - MAX_ALERTS_A_DAY, 1), until=until)
    return View(text, ((Button(t.plain("alerts.button_list"), data=actions.ALERTS_LIST(0)),),))

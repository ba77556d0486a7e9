"""Sources: the news sites that are polled, their state for operators, and the result of a test of one."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from zoneinfo import ZoneInfo

from bot.domain.sites import Site, SiteState
from bot.domain.snapshot import Snapshot
from bot.domain.spelling import fold
from bot.i18n import Html, Translator, dates
from bot.views import actions, places
from bot.views.message import Button, View, link, rows, shorten
from bot.views.news import domain
from bot.views.rate_text import moment

# Ten lines and two rows of numbers fit on a phone.
PAGE_SIZE = 10
_NUMBERS_IN_ROW = 5
# An error is one line for an operator; an unknown name is a typed word.
_ERROR_LENGTH = 300
_TYPED_LENGTH = 40
# A button in a row of its own shows this many letters on a narrow phone.
_NAME_LENGTH = 36
_MAX_WARNINGS = 3


def listing(t: Translator, states: Sequence[SiteState], page: int, *, operator: bool) -> View:
    """Show a page of sites, each with a number that opens it."""
    if not states:
        return View(t("sources.none"))
    first = page * PAGE_SIZE
    shown = states[first : first + PAGE_SIZE]
    lines = [t("sources.title")]
    opening = []
    for number, state in enumerate(shown, first + 1):
        about, mark = _about(t, state.site), _mark(state, operator)
        lines.append(t("sources.line", number=number, mark=mark, name=state.site.name, about=about))
        opening.append(Button(str(number), data=actions.SOURCES_ONE(state.site.id)))
    lines.append(t("sources.help_operator" if operator else "sources.help"))
    paging = tuple(
        Button(sign, data=actions.SOURCES_LIST(to))
        for sign, to, there in (("‹", page - 1, page > 0), ("›", page + 1, first + PAGE_SIZE < len(states)))
        if there
    )
    return View("\n".join(lines), (*rows(opening, _NUMBERS_IN_ROW), *((paging,) if paging else ())))


def _mark(state: SiteState, operator: bool) -> str:
    if not state.on:
        return "⏸"
    if operator and state.failures:
        return "⚠️"
    return "🔇" if state.muted else "✅"


def _about(t: Translator, site: Site) -> str:
    """Return the names of a site's language and country."""
    country = places.country(t, site.country) if site.country else t.plain("sources.whole_region")
    return f"{places.language(t, site.language)}, {country}"


def find(states: Sequence[SiteState], typed: str) -> list[SiteState]:
    """Return the sites of a list that a text names: by id, name or number; else those whose name has it in it."""
    words = fold(typed).strip()
    exact = [one for one in states if words in (fold(one.site.id), fold(one.site.name))]
    if exact or not words:
        return exact
    if words.isdecimal():
        return list(states[max(int(words) - 1, 0) : int(words)]) if len(words) <= len(str(len(states))) else []
    return [one for one in states if words in fold(one.site.name) or fold(one.site.id).startswith(words)]


def one(t: Translator, state: SiteState, zone: ZoneInfo, *, operator: bool) -> View:
    """Show one site with its actions; operators see its state, with times in their zone."""
    site = state.site
    lines = [t("sources.one", name=site.name, about=" · ".join(filter(None, (_about(t, site), domain(site.url)))))]
    if state.on:
        lines.append(t("sources.muted" if state.muted else "sources.unmuted"))
    if operator:
        lines += _for_operators(t, state, zone)
    muting = "unmute" if state.muted else "mute"
    mute = actions.SOURCES_UNMUTE if state.muted else actions.SOURCES_MUTE
    buttons: list[tuple[Button, ...]] = [(Button(t.plain(f"sources.button_{muting}"), data=mute(site.id)),)]
    if operator:
        switching = "off" if state.on else "on"
        switch = actions.SOURCES_OFF if state.on else actions.SOURCES_ON
        buttons.append(
            (
                Button(t.plain(f"sources.button_{switching}"), data=switch(site.id)),
                Button(t.plain("sources.button_test"), data=actions.SOURCES_TEST(site.id)),
            )
        )
    return View("\n".join(lines), (*buttons, _back(t)))


def _back(t: Translator) -> tuple[Button, ...]:
    return (Button(t.plain("sources.button_list"), data=actions.SOURCES_LIST(0)),)


def _for_operators(t: Translator, state: SiteState, zone: ZoneInfo) -> list[str]:
    lines = [t("sources.on" if state.on else "sources.off")]
    if state.polled_at is None:
        lines.append(t("sources.never"))
    else:
        lines.append(t("sources.polled", at=moment(state.polled_at, t, zone)))
    if state.failures and state.ok_at is not None:
        lines.append(t("sources.answered", at=moment(state.ok_at, t, zone), failures=state.failures))
    if state.changed_at is not None:
        changed = moment(state.changed_at, t, zone)
        lines.append(t("sources.changed", at=changed, changes=state.changes, polls=state.polls))
    elif state.polls:
        lines.append(t("sources.unchanged", polls=state.polls))
    if state.interval is not None:
        lines.append(t("sources.interval", interval=dates.interval(state.interval, t.language)))
    lines.append(t("sources.weight", weight=state.site.weight))
    if state.error:
        lines.append(t("sources.error", error=shorten(state.error, _ERROR_LENGTH)))
    return lines


def tested(t: Translator, site: Site, found: Snapshot | str) -> View:
    """Show the result of a test of a site: its articles, or why it cannot be read."""
    again = Button(t.plain("sources.button_test"), data=actions.SOURCES_TEST(site.id))
    back = Button(t.plain("sources.button_list"), data=actions.SOURCES_LIST(0))
    if isinstance(found, str):
        text = t("sources.tested_error", name=site.name, error=shorten(found, _ERROR_LENGTH))
        return View(text, ((again, back),))
    lines = [t("sources.tested", name=site.name, count=len(found.articles))]
    if found.articles:
        never = dt.datetime.min.replace(tzinfo=dt.UTC)
        newest = max(found.articles, key=lambda article: article.published_at or never)
        lines.append(t("sources.tested_newest", title=Html(link(newest.title, newest.url))))
    lines += [
        t("sources.tested_warning", warning=shorten(warning, _ERROR_LENGTH))
        for warning in found.warnings[:_MAX_WARNINGS]
    ]
    return View("\n".join(lines), ((again, back),))


def unknown(t: Translator, typed: str) -> View:
    """Answer a name or a number that no source has."""
    return View(t("sources.unknown", typed=shorten(typed, _TYPED_LENGTH)), (_back(t),))


def which(t: Translator, states: Sequence[SiteState], typed: str) -> View:
    """Ask which of several sources was meant."""
    choices = (
        Button(shorten(one.site.name, _NAME_LENGTH), data=actions.SOURCES_ONE(one.site.id))
        for one in states[:PAGE_SIZE]
    )
    return View(t("sources.which", typed=shorten(typed, _TYPED_LENGTH)), (*rows(choices, 1), _back(t)))

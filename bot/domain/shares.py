"""Shared setups: the rules that a link carries from one chat to others, without data about that chat. Pure."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass, replace
from enum import StrEnum

from bot.domain.alerts import AlertRule
from bot.domain.posts import PostForm

# Rates and interests change: a link that is older than a month sets up what nobody wants any more.
LIFETIME = dt.timedelta(days=30)


class ShareKind(StrEnum):
    """The thing that was shared: one alert, one topic, or all that a chat has."""

    ALERT = "alert"
    TOPIC = "topic"
    SETUP = "setup"


@dataclass(frozen=True, slots=True)
class SharedAlert:
    """The rule of a shared alert; `once`: it fires once."""

    rule: AlertRule
    once: bool = False


@dataclass(frozen=True, slots=True)
class SharedTopic:
    """A shared topic: its query in the normal form, its level, and the query as it was typed.

    `slug` is the curated topic that it is, if any.
    """

    text: str
    level: str
    slug: str | None = None
    words: str | None = None


@dataclass(frozen=True, slots=True)
class Setup:
    """The rules that a link sets up. `digests` are local minutes after midnight; `form` is that of a chat's posts."""

    kind: ShareKind
    alerts: tuple[SharedAlert, ...] = ()
    topics: tuple[SharedTopic, ...] = ()
    digests: tuple[int, ...] = ()
    form: PostForm | None = None

    @property
    def empty(self) -> bool:
        """Whether there is nothing to set up."""
        return not (self.alerts or self.topics or self.digests or self.form)


def expires_on(now: dt.datetime) -> dt.date:
    """Return the day (UTC) with whose beginning a link made at an instant (UTC) expires."""
    return now.date() + LIFETIME


def shared_form(form: PostForm) -> PostForm | None:
    """Return the part of a form that others may copy, None for the usual one.

    A signature names the chat, and its drafts are for its own reviewers: neither is shared.
    """
    found = PostForm(lead=form.lead, preview=form.preview, hashtags=form.hashtags)
    return None if found == PostForm() else found


def with_form(own: PostForm, shared: PostForm) -> PostForm:
    """Return a chat's form of a post with the shared part of another one."""
    return replace(own, lead=shared.lead, preview=shared.preview, hashtags=shared.hashtags)

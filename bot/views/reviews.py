"""Drafts: a post as it would be published, with the buttons or the decision of its review."""

from __future__ import annotations

import datetime as dt
from zoneinfo import ZoneInfo

from bot.domain.articles import StoredArticle, clean_text
from bot.domain.posts import PostForm
from bot.domain.reviews import MAX_LEAD, Review, ReviewState, unattended
from bot.i18n import Html, Translator
from bot.views import actions
from bot.views.message import Button, View, plain_text, shorten, titled
from bot.views.rate_text import checked

# A person's name in the line of a decision; Telegram's names are up to 128 characters long.
_NAME_LENGTH = 30
# The name of a person who has none, or whose data was deleted.
_NAMELESS = "👤"


def draft(
    t: Translator,
    review: Review,
    post: View | None,
    article: StoredArticle | None,
    place: str,
    form: PostForm,
    now: dt.datetime,
    zone: ZoneInfo,
) -> View:
    """Show a draft to a reviewer. `post` is the post as it would be published, None if there is no reason left.

    `place` is the name of the chat (and topic of a forum) that it is for, `form` that chat's form of a post. `now` is
    UTC, `zone` the reviewer's.
    """
    body = post.text if post else titled(article) if article else ""
    text = "\n\n".join(part for part in (_head(t, place), body, _state(t, review, post, form, now, zone)) if part)
    if not review.open or post is None:
        return View(text, preview_url=post.preview_url if post else None)
    buttons: list[tuple[Button, ...]] = [
        (
            Button(t.plain("review.button_post"), data=actions.REVIEW_POST(review.delivery_id), style="success"),
            Button(t.plain("review.button_skip"), data=actions.REVIEW_SKIP(review.delivery_id)),
        )
    ]
    if form.lead:
        buttons.append((Button(t.plain("review.button_lead"), data=actions.REVIEW_LEAD(review.delivery_id)),))
    return View(text, tuple(buttons), preview_url=post.preview_url)


def _head(t: Translator, place: str) -> str:
    return t("review.draft", chat=clean_text(place))


def _state(t: Translator, review: Review, post: View | None, form: PostForm, now: dt.datetime, zone: ZoneInfo) -> str:
    """Return the line under a draft: until when it waits, or what became of it."""
    if not review.open:
        return decision(t, review, now, zone)
    if post is None:
        return t("review.dropped")
    key = "review.waits_post" if unattended(form) is ReviewState.POSTED else "review.waits_skip"
    return t(key, until=checked(t, review.decide_by, now, zone))


def decision(t: Translator, review: Review, now: dt.datetime, zone: ZoneInfo) -> Html:
    """Return the line about the decision on a post: by whom and when."""
    if review.state is ReviewState.DROPPED or review.decided_at is None:
        return Html(t("review.dropped"))
    what = "posted" if review.state is ReviewState.POSTED else "skipped"
    at = checked(t, review.decided_at, now, zone)
    if review.decided_by is None and review.decided_at >= review.decide_by:
        return Html(t(f"review.{what}_alone", at=at))
    name = shorten(clean_text(review.decided_name), _NAME_LENGTH) or _NAMELESS
    return Html(t(f"review.{what}_by", name=name, at=at))


def already(t: Translator, review: Review, now: dt.datetime, zone: ZoneInfo) -> str:
    """Return the plain text for a person who decides too late."""
    return plain_text(t("review.already", decision=decision(t, review, now, zone)))


def type_lead(t: Translator, place: str) -> View:
    """Ask for the new lead of a draft."""
    return View(t("review.type_lead", chat=clean_text(place), limit=MAX_LEAD))

"""Shared setups: the link, what it sets up, and the outcome."""

from __future__ import annotations

import datetime as dt

from bot.domain.errors import InvalidInput
from bot.domain.posts import PostForm
from bot.domain.shares import Setup, SharedAlert, SharedTopic, ShareKind
from bot.views import shares
from tests.golden.alerts import ABOVE, RULES
from tests.golden.chats import LONG, PLACE
from tests.golden.sample import sample

ALERT = Setup(ShareKind.ALERT, (SharedAlert(ABOVE, once=True),))
TOPIC = Setup(ShareKind.TOPIC, topics=(SharedTopic("topic:energy", "instant", "energy"),))
WHOLE = Setup(
    ShareKind.SETUP,
    (SharedAlert(ABOVE), SharedAlert(RULES["highest"])),
    (*TOPIC.topics, SharedTopic("gold -silver", "digest", None, "gold -silver")),
    (480, 1080),
    PostForm(hashtags=True),
)
MANY = Setup(
    ShareKind.SETUP,
    tuple(SharedAlert(rule) for rule in RULES.values()),
    form=PostForm(lead=False, preview=False),
)
PARAMETER = "set_12_20261229_dGhpcyBpcyBhIGtl"
URL = f"https://t.me/JarchiBot?start={PARAMETER}"

SAMPLES = (
    sample(shares.link, "", ALERT, URL, PARAMETER, dt.date(2026, 12, 29)),
    sample(shares.nothing),
    sample(shares.offer, "an alert", ALERT, "12_20261229_dGhpcyBpcyBhIGtl"),
    sample(shares.offer, "a topic", TOPIC, "12_20261229_dGhpcyBpcyBhIGtl"),
    sample(shares.offer, "a setup", WHOLE, "12_20261229_dGhpcyBpcyBhIGtl"),
    sample(shares.offer, "to a person who manages chats", TOPIC, "12_20261229_dGhpcyBpcyBhIGtl", elsewhere=True),
    sample(shares.where, "", [PLACE, LONG], "12_20261229_dGhpcyBpcyBhIGtl"),
    sample(shares.offer, "many alerts", MANY, "12_20261229_dGhpcyBpcyBhIGtl"),
    sample(shares.taken, "", 2, 0, ()),
    sample(shares.taken, "some known, some refused", 2, 1, (InvalidInput("topics.too_many", limit=100),)),
    sample(shares.taken, "known", 0, 1, ()),
    sample(shares.left),
)

"""The feed of a chat: its address and its end."""

from __future__ import annotations

from bot.views import feeds
from bot.views.actions import FeedChange
from tests.golden.sample import sample
from tests.golden.values import ALMATY, NOW

SAMPLES = (
    sample(feeds.unavailable),
    sample(feeds.none),
    sample(feeds.made, "", "https://bot.example.org/feeds/Q3xk0b"),
    sample(feeds.since, "", NOW, ALMATY),
    *(sample(feeds.ask, change, change) for change in FeedChange),
    sample(feeds.ended),
    sample(feeds.in_private, "", "https://t.me/JarchiBot?start=feed_5"),
)

"""A chat: the first message, settings, privacy, messages after a gap, answers in other chats, wrong input."""

from __future__ import annotations

from dataclasses import replace
from decimal import Decimal

from bot.domain.chats import ChatState, Quiet
from bot.domain.errors import InvalidInput
from bot.views import catchup, errors, fired_alerts, inline, news, privacy, rates, settings, start
from tests.golden.alerts import ABOVE, LISTED, event
from tests.golden.sample import Lazy, sample
from tests.golden.values import ALMATY, ARTICLES, CHAT, DAY, HOUR, NOW, TABLE

CHOSEN = replace(CHAT, timezone="Asia/Tashkent", quiet=Quiet(22 * 60, 7 * 60), digest_at=450, state=ChatState.STOPPED)
MISSED = Lazy(
    lambda t: [(NOW - HOUR, fired_alerts.brief(t, event(ABOVE))), (NOW - 2 * HOUR, news.headline_from(ARTICLES[0]))]
)
CARDS = Lazy(lambda t: [inline.article_view(t, "JarchiBot", ARTICLES[0], "topic_nuclear", ALMATY, NOW)])
CITIES = ["Europe/Moscow", "Asia/Omsk", "Asia/Kamchatka"]

SAMPLES = (
    sample(start.start, "", "Aigerim", TABLE, ARTICLES[:3]),
    sample(start.start, "in a group, before the first poll", "", [], []),
    sample(settings.settings, "a new chat", CHAT, NOW),
    sample(settings.settings, "everything chosen, stopped", CHOSEN, NOW),
    sample(settings.language),
    sample(settings.timezone, "", "Asia/Almaty", NOW),
    sample(settings.timezone, "after an offset", "Asia/Tashkent", NOW, 300),
    sample(settings.unknown_zone, "", "Tashkentt", ["Asia/Tashkent", "Asia/Ashgabat"], NOW),
    sample(settings.which_city, "", CITIES, NOW),
    sample(settings.no_offset, "", 15 * 60),
    sample(settings.quiet, "off", CHAT),
    sample(settings.quiet, "on", CHOSEN),
    sample(privacy.policy),
    sample(privacy.ask),
    sample(privacy.forgotten),
    sample(privacy.kept),
    sample(catchup.missed, "", MISSED, 3, ALMATY, repeat=True),
    sample(catchup.offer, "", 7, 1, NOW - 2 * DAY, ALMATY),
    sample(catchup.away, "", ARTICLES[:2], 5, LISTED[2:3], ALMATY),
    sample(catchup.away, "nothing", [], 0, [], ALMATY),
    sample(inline.about_words, "", CARDS, "uranium"),
    sample(inline.about_words, "nothing", [], "uranium"),
    sample(inline.about_money, "", Lazy(lambda t: [inline.rate_table(t, "JarchiBot", TABLE, NOW)]), "KZT"),
    sample(inline.money, "", "JarchiBot", Lazy(lambda t: rates.rate_table(t, TABLE[:1], NOW, per_dollar=True)), "KZT"),
    sample(inline.article_view, "", "JarchiBot", ARTICLES[0], "topic_nuclear", ALMATY, NOW),
    sample(inline.rate_table, "", "JarchiBot", TABLE, NOW),
    sample(inline.newest, "", CARDS),
    sample(
        inline.shared,
        "",
        Lazy(lambda t: inline.article_view(t, "JarchiBot", ARTICLES[0], "topic_nuclear", ALMATY, NOW)),
    ),
    sample(inline.nothing),
    sample(inline.sorry),
    sample(errors.invalid_input, "a level too near", InvalidInput("alerts.error.fine", nearest=Decimal("517.1"))),
    sample(errors.invalid_input, "quiet hours", InvalidInput("settings.not_quiet")),
)

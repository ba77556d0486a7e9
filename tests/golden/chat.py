"""A chat: the first message, own currencies, settings, privacy, messages after a gap, inline answers, wrong input."""

from __future__ import annotations

from dataclasses import replace
from decimal import Decimal

from bot.domain.chats import ChatState, Quiet
from bot.domain.errors import InvalidInput
from bot.domain.own_rates import OwnRate
from bot.domain.rate_graph import PairRate
from bot.domain.rates import Pair
from bot.domain.shares import Setup, SharedAlert, ShareKind
from bot.views import catchup, convert, errors, fired_alerts, inline, news, own, privacy, rate_card, settings, start
from bot.views import offers as offer_views
from bot.views.message import View
from tests.golden import market_alerts, offers
from tests.golden.alerts import ABOVE, LISTED, event
from tests.golden.sample import Lazy, sample
from tests.golden.values import ALMATY, ARTICLES, CHAT, CROSS, DAY, HOUR, KZT, NOW, OWN, TABLE, resolved

CHOSEN = replace(CHAT, timezone="Asia/Tashkent", quiet=Quiet(22 * 60, 7 * 60), digest_times=(450,), state=ChatState.STOPPED, theme="dark", currencies=("RUB", "TJS", "KGS"), news_languages=("ru", "en"), keyboard=False)  # fmt: skip
MISSED = Lazy(
    lambda t: [(NOW - HOUR, fired_alerts.brief(t, event(ABOVE))), (NOW - 2 * HOUR, news.headline_from(ARTICLES[0]))]
)
CARDS = Lazy(lambda t: [inline.article_view(t, "JarchiBot", ARTICLES[0], "topic_nuclear", ALMATY, NOW)])
CITIES = ["Europe/Moscow", "Asia/Omsk", "Asia/Kamchatka"]

DOLLAR = Pair("USD", "KZT")
KNOWN = "KZT, KGS, UZS, TJS, TMT, RUB"
PROBLEMS: dict[str, dict[str, str | int | Decimal]] = {
    "alerts.did_you_mean": {"word": "kzr", "code": "KZT"},
    "alerts.unknown_currency": {"word": "xyz", "known": KNOWN},
    "alerts.error.big_move": {"nearest": Decimal(50)},
    "alerts.error.far": {},
    "alerts.error.fine": {"nearest": Decimal("517.1")},
    "alerts.error.fine_move": {"nearest": Decimal("0.6")},
    "alerts.error.form": {},
    "alerts.error.gone": {},
    "alerts.error.level": {},
    "alerts.error.number": {},
    "alerts.error.odd_move": {"nearest": Decimal("0.12")},
    "alerts.error.other_pair": {"pair": "USD/KZT"},
    "alerts.error.pair": {"known": KNOWN},
    "alerts.error.peg": {},
    "alerts.error.same": {},
    "alerts.too_many": {"limit": 50},
    "broadcast.error_filter": {"at": "colour:"},
    "broadcast.error_twice": {"at": "language:"},
    "broadcast.refused": {"reason": "can't parse entities"},
    "chats.cannot_post": {"rights": "Post messages", "way": "the channel → Administrators → Jarchi"},
    "chats.long_signature": {"limit": 100},
    "chats.missing": {"rights": "Manage topics", "way": "the group → Administrators → Jarchi"},
    "chats.no_article": {},
    "chats.no_thread": {},
    "chats.not_deleted": {},
    "chats.not_forum": {},
    "chats.refused": {"reason": "Bad Request: message is too long"},
    "failures.nothing": {},
    "failures.unrendered": {"error": "KeyError"},
    "review.lead_empty": {},
    "review.lead_long": {"length": 240, "limit": 200},
    "saved.full": {"limit": 200},
    "boards.none": {},
    "boards.too_many": {"limit": 8},
    "boards.unknown": {"word": "xyz"},
    "boards.cannot_write": {},
    "share.expired": {},
    "share.invalid": {},
    "share.other_person": {},
    "settings.not_quiet": {},
    "topics.too_many": {"limit": 100},
}

SAMPLES = (
    sample(start.start, "", "Aigerim", TABLE, ARTICLES[:1], offer=True),
    sample(start.start, "in a group, before the first poll", "", [], []),
    sample(start.with_greeting, "", "Aigerim", Lazy(lambda t: start.overview(t, TABLE, ARTICLES[:1], private=True))),
    sample(own.ask, "nothing chosen", ()),
    sample(own.ask, "", ("RUB", "TJS", "KGS")),
    sample(own.prompt),
    sample(own.prompt, "after a miss", missed=True),
    sample(own.saved, "", ("RUB", "TJS", "KGS"), OWN),
    sample(own.saved, "the best rate is of today", ("RUB", "TJS"), [replace(OWN[0], best=OWN[0].resolved.rate)]),
    sample(own.saved, "the best rate is of today, of a short past", ("RUB", "TJS"), [replace(OWN[0], best=OWN[0].resolved.rate, since=NOW.date() - 20 * DAY)]),
    sample(own.saved, "a short past, the same rate", ("RUB", "TJS"), [replace(OWN[0], since=NOW.date() - 60 * DAY, week_ago=OWN[0].resolved.rate)]),
    sample(own.saved, "a fixed rate", ("USD", "TMT"), [OwnRate(TABLE[4].resolved)]),
    sample(own.saved, "before the first poll", ("RUB", "TJS"), []),
    sample(own.saved, "none any more", (), []),
    sample(settings.settings, "a new chat", CHAT, NOW),
    sample(settings.settings, "everything chosen, stopped", CHOSEN, NOW),
    sample(settings.language, "", "ru"),
    sample(settings.offer_language, "", Lazy(lambda t: "ru" if t.language == "en" else "en")),
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
    sample(catchup.missed, "in a channel", MISSED, 0, ALMATY, in_channel=True),
    sample(catchup.offer, "", 7, 1, NOW - 2 * DAY, ALMATY),
    sample(catchup.away, "", ARTICLES[:2], 5, [one for one, _ in LISTED[2:3]], ALMATY),
    sample(catchup.away, "nothing", [], 0, [], ALMATY),
    sample(inline.about_words, "", CARDS, "uranium"),
    sample(inline.about_words, "nothing", [], "uranium"),
    sample(inline.about_money, "", Lazy(lambda t: [inline.rate_table(t, "JarchiBot", TABLE, NOW, ALMATY)]), DOLLAR),
    sample(inline.money, "", "JarchiBot", Lazy(lambda t: convert.one(t, Decimal(100), resolved(KZT), NOW, ALMATY)), DOLLAR),
    sample(inline.pair, "", "JarchiBot", Lazy(lambda t: rate_card.card(t, PairRate(CROSS, {}, ()), NOW, ALMATY)), CROSS.rate),
    sample(inline.article_view, "", "JarchiBot", ARTICLES[0], "topic_nuclear", ALMATY, NOW),
    sample(inline.rate_table, "", "JarchiBot", TABLE, NOW, ALMATY),
    sample(inline.shared, "", Lazy(lambda t: inline.article_view(t, "JarchiBot", ARTICLES[0], "", ALMATY, NOW))),
    sample(inline.newest, "", CARDS),
    sample(inline.with_chart, "", "JarchiBot", Lazy(lambda t: inline.pair(t, "JarchiBot", rate_card.card(t, PairRate(CROSS, {}, ()), NOW, ALMATY), CROSS.rate)), CROSS.rate.pair),
    sample(inline.chart, "", "JarchiBot", View("USD/KZT\n90 days"), DOLLAR, "AgAC"),
    sample(inline.setup, "", "JarchiBot", Setup(ShareKind.ALERT, (SharedAlert(ABOVE),)), "set_1_20261229_x"),
    sample(inline.market, "", Lazy(lambda t: offer_views.answer(t, offers.SENT, NOW, ALMATY, private=False)), ()),
    sample(inline.setups, "", Lazy(lambda t: [inline.setup(t, "JarchiBot", market_alerts.SETUP, "set_1_20261229_x")])),
    sample(inline.how, "", "JarchiBot"),
    sample(inline.failed),
    sample(inline.too_fast, "", 7),
    sample(inline.nothing),
    sample(inline.sorry),
    *(sample(errors.invalid_input, key, InvalidInput(key, **values)) for key, values in PROBLEMS.items()),
)  # fmt: skip

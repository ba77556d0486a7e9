"""The actions of all buttons in one table, with their rights and arguments (see bot/views/buttons.py)."""

from __future__ import annotations

import datetime as dt
from dataclasses import replace
from enum import StrEnum

from bot.domain.alerts import EXTREMES, AlertRule, AlertState, Kind, Side, Span
from bot.domain.articles import MAX_SAVED
from bot.domain.charts import RANGES
from bot.domain.currencies import CURRENCIES
from bot.domain.intents.som import MEANINGS
from bot.domain.periods import Period, parse_period
from bot.domain.rates import Pair
from bot.domain.times import MINUTES_A_DAY
from bot.domain.topics import MAX_SUBSCRIPTIONS
from bot.domain.topics.curated import TOPICS
from bot.domain.topics.subscription import LEVELS
from bot.i18n import LANGUAGES
from bot.views import zones
from bot.views.button_offers import OFFERS, PAIR, market_in_short, pair_read
from bot.views.buttons import DAY, FLAG, ID, INSTANT, NUMBER, TEXT, Access, Argument, action, choice, integer, optional

ADMINS, OPERATORS = Access.ADMINS, Access.OPERATORS

# Twenty buttons in pairs are two screens of a phone; Telegram accepts a hundred at most.
TOPICS_A_PAGE = 20
ARTICLES_A_PAGE = 5
# Older articles are found by words.
LAST_NEWS_PAGE = LAST_SEARCH_PAGE = 40
LAST_LIKE_PAGE = 9
# The states of an alert that an undone deletion gives back.
RESTORED: tuple[AlertState, ...] = tuple(state for state in AlertState if state is not AlertState.DELETED)
QUIET_SPANS = ("22-7", "23-8", "0-6")


class FailureAction(StrEnum):
    """The ways to finish failed deliveries."""

    RETRY = "retry"
    DROP = "drop"


class FeedChange(StrEnum):
    """The changes of a feed that end its address."""

    NEW = "new"
    OFF = "off"


# The commands of Telegram's menu, the most useful first; the others are typed.
MENU = (
    "rates", "convert", "alert", "alerts", "banks", "chart", "news", "topics", "search", "digest", "saved", "chats",
    "settings", "help",
)  # fmt: skip

_CURRENCY = choice(CURRENCIES)


def _pair(text: str) -> Pair:
    base, _, quote = text.partition(":")
    if base == quote:
        raise ValueError(text)
    return Pair(_CURRENCY.read(base), _CURRENCY.read(quote))


# Two different currencies: RUB:TJS.
_PAIR = Argument(_pair, lambda pair: f"{pair.base}:{pair.quote}", parts=2)
_SIDE = choice((Side.ABOVE, Side.BELOW))
_LEVEL = choice(LEVELS)
_PERIOD = Argument(parse_period)
_PERIOD_OR_ALL: Argument[Period | None] = Argument(
    lambda text: None if text == "all" else parse_period(text), lambda period: str(period or "all")
)


def _rule(text: str) -> AlertRule:
    """Return the rule of `USD:KZT:level:above:520`; ValueError for one that no button offers."""
    base, quote, kind, side, number = text.split(":")
    rule = AlertRule(pair_read(base, quote), Side(side), kind=Kind(kind))
    one_sided = rule.kind in (Kind.LEVEL, *EXTREMES)
    if (one_sided and rule.side is Side.BOTH) or (rule.kind is Kind.PEG and rule.side is not Side.BOTH):
        raise ValueError(text)
    if rule.kind is Kind.PEG:
        return rule
    if rule.kind in EXTREMES:
        return replace(rule, days=int(number))
    value = NUMBER.read(number)
    return replace(rule, level=value) if rule.kind is Kind.LEVEL else replace(rule, move=value)


def _rule_text(rule: AlertRule) -> str:
    number = rule.level or rule.move
    shown = NUMBER.write(number) if number else str(rule.days or "")
    return ":".join((rule.pair.base, rule.pair.quote + market_in_short(rule.pair), rule.kind, rule.side, shown))


def _filters(text: str) -> tuple[dt.date | None, dt.date | None, str]:
    since, until, source = text.split(":")
    return _DAY.read(since), _DAY.read(until), source


# The first day, the last day and the source of a search.
_DAY = optional(DAY)
_FILTERS = Argument(_filters, lambda found: ":".join((_DAY.write(found[0]), _DAY.write(found[1]), found[2])), parts=3)
NO_FILTERS = (None, None, "")
# The rule of an alert, and whether it fires once.
_RULE = (Argument(_rule, _rule_text, parts=5), FLAG)


def _zone(text: str) -> str:
    if not zones.known(text):
        raise ValueError(text)
    return text


# Opens a command of the menu.
MENU_OPEN = action("menu:open", choice(MENU))
HELP_ALL = action("help:all")
KEYBOARD_SET = action("keyboard:set", FLAG)
START_RESUME = action("start:resume", access=ADMINS)
START_LANGUAGE = action("start:language", choice(LANGUAGES), access=ADMINS)

ALERTS_LIST = action("alerts:list", integer(0, 999))
ALERTS_ONE = action("alerts:one", ID)
ALERTS_BUILD = action("alerts:build", access=ADMINS)
ALERTS_PAIR = action("alerts:pair", PAIR, access=ADMINS)
ALERTS_PERCENT = action("alerts:percent", PAIR, access=ADMINS)
ALERTS_TYPE = action("alerts:type", PAIR, access=ADMINS)
ALERTS_TYPE_SIDE = action("alerts:level", PAIR, _SIDE, access=ADMINS)
ALERTS_CANCEL = action("alerts:cancel", access=ADMINS)
ALERTS_CREATE = action("alerts:draw", *_RULE, access=ADMINS)
ALERTS_CREATE_FIRED = action("alerts:next", *_RULE, access=ADMINS)
ALERTS_CREATE_AND_FIRE = action("alerts:now", *_RULE, access=ADMINS)
ALERTS_CHANGE = action("alerts:change", ID, access=ADMINS)
ALERTS_SET = action("alerts:set", ID, _SIDE, NUMBER, access=ADMINS)
ALERTS_ONCE = action("alerts:once", ID, FLAG, access=ADMINS)
ALERTS_REPEATS = action("alerts:repeats", ID)
ALERTS_DELETE = action("alerts:delete", ID, access=ADMINS)
ALERTS_RESTORE = action("alerts:restore", ID, choice(RESTORED), access=ADMINS)
ALERTS_PAUSE = action("alerts:pause", ID, access=ADMINS)
ALERTS_RESUME = action("alerts:resume", ID, access=ADMINS)
ALERTS_PAUSE_ALL = action("alerts:pause_all", access=ADMINS)
ALERTS_RESUME_ALL = action("alerts:resume_all", access=ADMINS)
ALERTS_ASK_SNOOZE = action("alerts:sleep", ID, access=ADMINS)
ALERTS_SNOOZE = action("alerts:snooze", ID, choice(Span), access=ADMINS)

TOPICS_LIST = action("topics:list", integer(0, MAX_SUBSCRIPTIONS // TOPICS_A_PAGE - 1))
TOPICS_OPEN = action("topics:open")
TOPICS_ONE = action("topics:one", ID)
TOPICS_FOLLOW = action("topics:hear", TEXT, access=ADMINS)
TOPICS_LEVEL = action("topics:level", ID, _LEVEL, access=ADMINS)
TOPICS_UNFOLLOW = action("topics:end", ID, access=ADMINS)
TOPICS_PICK = action("topics:pick", access=ADMINS)
TOPICS_SET = action("topics:set", choice(TOPICS), FLAG, access=ADMINS)
TOPICS_WIDTH = action("topics:width", ID, FLAG, access=ADMINS)
# For all topics: at once, or in the digest.
TOPICS_DELIVERY = action("topics:delivery", choice(("instant", "digest")), access=ADMINS)
# Ids of queries: follow one again at a level; leave out words; follow the second in place of the first.
TOPICS_AGAIN = action("topics:again", ID, _LEVEL, access=ADMINS)
TOPICS_EXCLUDE = action("topics:without", ID, TEXT, access=ADMINS)
TOPICS_RESTORE = action("topics:restore", ID, ID, access=ADMINS)

DIGEST_CHOOSE = action("digest:choose", access=ADMINS)
DIGEST_AT = action("digest:at", integer(0, MINUTES_A_DAY - 1), FLAG, access=ADMINS)
DIGEST_TYPE = action("digest:type", access=ADMINS)
DIGEST_OFF = action("digest:off", access=ADMINS)
DIGEST_NOW = action("digest:now")

SETTINGS_ALL = action("settings:all")
SETTINGS_LANGUAGE = action("settings:language", access=ADMINS)
SETTINGS_SPEAK = action("settings:speak", choice(LANGUAGES), access=ADMINS)
SETTINGS_TIMEZONE = action("settings:timezone", access=ADMINS)
SETTINGS_ZONE = action("settings:zone", Argument(_zone), access=ADMINS)
SETTINGS_QUIET = action("settings:quiet", access=ADMINS)
SETTINGS_MUTE = action("settings:hush", choice((*QUIET_SPANS, "off")), access=ADMINS)

SAVED_SET = action("saved:set", ID, FLAG, access=ADMINS)
SAVED_DROP = action("saved:drop", ID, integer(0, MAX_SAVED // ARTICLES_A_PAGE - 1), access=ADMINS)
SAVED_LIST = action("saved:list", integer(0, MAX_SAVED // ARTICLES_A_PAGE - 1))

AWAY_SHOW = action("away:show", INSTANT)
AWAY_LEAVE = action("away:leave")

PRIVACY_SHOW = action("privacy:show")
PRIVACY_STOP = action("privacy:stop", access=ADMINS)
PRIVACY_DATA = action("privacy:data", access=ADMINS)
PRIVACY_ASK = action("privacy:ask", access=ADMINS)
PRIVACY_FORGET = action("privacy:forget", access=ADMINS)
PRIVACY_KEEP = action("privacy:keep", access=ADMINS)

FEED_SHOW = action("feed:show", access=ADMINS)
FEED_MAKE = action("feed:make", access=ADMINS)
FEED_ASK = action("feed:ask", choice(FeedChange), access=ADMINS)
FEED_OFF = action("feed:off", access=ADMINS)

# Drafts, by the delivery of their post.
REVIEW_POST = action("review:post", ID)
REVIEW_LEAD = action("review:lead", ID)
REVIEW_SKIP = action("review:skip", ID)

BROADCAST_SEND = action("broadcast:send", ID, access=OPERATORS)
BROADCAST_QUICK = action("broadcast:quick", ID, access=OPERATORS)
BROADCAST_DISCARD = action("broadcast:discard", ID, access=OPERATORS)
BROADCAST_PAUSE = action("broadcast:pause", ID, access=OPERATORS)
BROADCAST_RESUME = action("broadcast:go_on", ID, access=OPERATORS)
BROADCAST_CANCEL = action("broadcast:cancel", ID, access=OPERATORS)

FAILURES_LIST = action("failures:list", integer(0, 99), access=OPERATORS)
FAILURES_ONE = action("failures:one", ID, integer(0, 99), access=OPERATORS)
FAILURES_SEE = action("failures:see", ID, access=OPERATORS)
FAILURES_RETRY = action("failures:retry", ID, integer(0, 99), access=OPERATORS)
FAILURES_DROP = action("failures:drop", ID, integer(0, 99), access=OPERATORS)
FAILURES_ASK = action("failures:ask", choice(FailureAction), INSTANT, access=OPERATORS)
FAILURES_RETRY_ALL = action("failures:retry_all", INSTANT, access=OPERATORS)
FAILURES_DROP_ALL = action("failures:drop_all", INSTANT, access=OPERATORS)
NEWS_ALL = action("news:all", integer(0, LAST_NEWS_PAGE))
NEWS_MINE = action("news:mine", integer(0, LAST_NEWS_PAGE))
NEWS_ABOUT = action("news:about", ID, integer(0, LAST_NEWS_PAGE))
NEWS_WORDS = action("news:words", TEXT, integer(0, LAST_NEWS_PAGE))
NEWS_ONE = action("news:one", ID)
NEWS_WHY = action("news:why", ID)
NEWS_LANGUAGES = action("news:languages", access=ADMINS)
NEWS_LANGUAGE = action("news:language", TEXT, FLAG, access=ADMINS)

ARTICLE_LIKE = action("article:like", ID, integer(0, LAST_LIKE_PAGE))
ARTICLE_UNFOLLOW = action("article:unfollow", ID, access=ADMINS)

# The page, the filters, and the words or # and the number that they are stored under.
SEARCH_AT = action("search:at", integer(0, LAST_SEARCH_PAGE), _FILTERS, TEXT)

RATES_DIRECTION = action("rates:turn", choice(("unit", "dollar")), access=ADMINS)
RATES_PAIR = action("rates:pair", _PAIR)
RATES_ALL = action("rates:all")

BOARDS_PIN = action("boards:pin", access=ADMINS)
BOARDS_STOP = action("boards:stop", access=ADMINS)

OWN_ASK = action("own:ask", access=ADMINS)
OWN_SET = action("own:set", _PAIR, access=ADMINS)
OWN_OTHER = action("own:other", access=ADMINS)
OWN_NONE = action("own:none", access=ADMINS)
CHARTS_SHOW = action("charts:show", _PAIR, choice(RANGES))
CHARTS_THEME = action("charts:theme", choice(("light", "dark")), access=ADMINS)
OFFERS_SHOW = action("banks:show", OFFERS, FLAG)
OFFERS_AMOUNT = action("banks:amount", OFFERS, access=ADMINS)
CONVERT_AMOUNT = action("convert:amount", NUMBER, _CURRENCY)
CONVERT_WHICH = action("convert:which", choice(MEANINGS))
CONVERT_ASK = action("convert:ask", NUMBER, _CURRENCY, _CURRENCY)
HISTORY_SHOW = action("history:show", _PAIR, _PERIOD)
HISTORY_NOW = action("history:now", _PAIR)
HISTORY_CSV = action("history:csv", _PAIR, _PERIOD_OR_ALL)

SOURCES_LIST = action("sources:list", integer(0, 999))
SOURCES_ONE = action("sources:one", TEXT)
SOURCES_MUTE = action("sources:mute", TEXT, access=ADMINS)
SOURCES_UNMUTE = action("sources:unmute", TEXT, access=ADMINS)
SOURCES_ON = action("sources:on", TEXT)
SOURCES_OFF = action("sources:off", TEXT)
SOURCES_TEST = action("sources:test", TEXT)

# Shared setups: the link of an alert or a topic by its id; what a link sets up, by the link's parameter.
SHARES_ALERT = action("shares:alert", ID)
SHARES_TOPIC = action("shares:topic", ID)
SHARES_SETUP = action("shares:setup")
SHARES_TAKE = action("shares:take", TEXT, access=ADMINS)
SHARES_WHERE = action("shares:where", TEXT)
SHARES_LEAVE = action("shares:leave")

STATUS_HERE = action("status:here", integer(0, 2**63 - 1), access=ADMINS)

# Buttons that ask for messages: one of them reactivates a stopped chat.
REACTIVATING = frozenset(
    {
        START_RESUME,
        ALERTS_CREATE,
        ALERTS_CREATE_FIRED,
        ALERTS_CREATE_AND_FIRE,
        ALERTS_SET,
        ALERTS_RESTORE,
        ALERTS_RESUME,
        ALERTS_RESUME_ALL,
        TOPICS_FOLLOW,
        TOPICS_SET,
        TOPICS_LEVEL,
        TOPICS_DELIVERY,
        TOPICS_AGAIN,
        DIGEST_AT,
        SOURCES_UNMUTE,
        BOARDS_PIN,
        SHARES_TAKE,
    }
)

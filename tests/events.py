"""One event of each kind, for tests to which the content does not matter."""

from __future__ import annotations

import datetime as dt
from decimal import Decimal

from bot.domain.alerts import AlertRule, Side
from bot.domain.events import (
    AlertFired,
    AlertsCapped,
    ArticleCorrected,
    ArticlePublished,
    BoardLost,
    BroadcastSent,
    ChatPaused,
    DigestDue,
    EventContent,
    EventKind,
    PolicyDecided,
    ReviewAsked,
    ReviewChanged,
    SourceBack,
    SourceStale,
    TopicClosed,
)
from bot.domain.rates import Pair, Rate

AT = dt.datetime(2026, 1, 5, 7, tzinfo=dt.UTC)
USD_KZT = Pair("USD", "KZT")


def sample(kind: EventKind, n: int = 1) -> EventContent:
    """Return an event of a kind, about the article, alert or chat with a number."""
    rate = Rate(USD_KZT.inverted, Decimal("0.00192"), Decimal("0.000005"), "nbk", AT, AT, AT.date())
    rule = AlertRule(USD_KZT, Side.ABOVE, level=Decimal(520))
    contents: tuple[EventContent, ...] = (
        ArticlePublished(n),
        ArticleCorrected(n),
        AlertFired(n, rule, False, rate, AT, before=Decimal("0.00193"), rearms_at=Decimal("0.001935")),
        AlertsCapped(),
        DigestDue(AT.date()),
        SourceStale("nbk", AT),
        SourceBack("nbk", AT),
        ChatPaused(n),
        TopicClosed(n, 7),
        BoardLost(n, 7),
        BroadcastSent("<b>Hello</b>"),
        ReviewAsked(n),
        ReviewChanged(n),
        PolicyDecided("nbk", Decimal("16.75"), Decimal(17), AT.date()),
    )
    return next(content for content in contents if content.kind is kind)

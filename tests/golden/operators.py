"""Sources, and the screens of operators: status, stats, failures, broadcasts."""

from __future__ import annotations

from dataclasses import replace

from bot.domain.articles import Article
from bot.domain.broadcasts import Audience, BroadcastState, Progress
from bot.domain.chats import Chat, Destination
from bot.domain.events import ChatPaused, EventKind, SourceBack, SourceStale, TopicClosed
from bot.domain.failures import FailedDelivery
from bot.domain.sites import Site, SiteState
from bot.domain.snapshot import Snapshot
from bot.domain.stats import Span, Stats
from bot.domain.status import Flood, SourceKind, SourceStatus, Status
from bot.views import broadcasts, failures, sources, stats, status
from bot.views.actions import FailureAction
from tests.golden.sample import sample
from tests.golden.values import ALMATY, DAY, HOUR, NOW

TIMES = SiteState(
    Site("timesca", "The Times of Central Asia", "https://timesca.com/feed/"), True, False, polled_at=NOW, polls=8
)
KABAR = SiteState(Site("kabar", "Kabar", "https://kabar.kg/feed/", "ky", "KG"), True, True, NOW, NOW - HOUR, NOW - DAY, 4, "the site answered 503", HOUR, 40, 12)  # fmt: skip
UZA = SiteState(Site("uza", "UzA", "https://uza.uz/feed/", "uz", "UZ"), False, False)
SITES = [TIMES, KABAR, UZA]
BANKS = [SourceStatus(name, NOW - HOUR / 60, 0, None) for name in ("nbk", "nbkr", "cbu", "cbr", "page")]
KINDS = dict(
    zip(("offers_nbt", "gold_cbu", "nbk_policy"), (SourceKind.OFFERS, SourceKind.GOLD, SourceKind.POLICY), strict=True)
)
ALL = [
    *(replace(one, kind=SourceKind.RATES) for one in BANKS[:4]),
    *(SourceStatus(name, NOW, 0, None, kind=kind) for name, kind in KINDS.items()),
]
FAILING = [
    SourceStatus("nbt", NOW - 3 * HOUR, 4, "the site answered 503"),
    SourceStatus("kabar", None, 2, "no answer", title="Kabar"),
    SourceStatus("ecb", NOW, 0, None, problem="2 rows without a currency's code"),
]
QUEUE = {"pending": 3, "sending": 1, "sent": 1250, "dead": 2, "uncertain": 1}
DEAD = [FailedDelivery(14 + n, kind, 7 + n, 102, NOW - n * HOUR, 1 + n, "BadRequest: can't parse entities") for n, kind in enumerate((*EventKind, "catch_up"))]  # fmt: skip
COUNTS = Stats(Span(12, 40, 96), Span(2, 9, 31), 1204, 31, 17, {"ru": 900, "en": 304}, 6, 512, 1888, 95, 3, 12, 1, 2)
EVERYONE, SOME = Audience(), Audience("ru", "energy")


def progress(state: BroadcastState, **more: object) -> Progress:
    """A broadcast that is under way."""
    return Progress(state, 1200, 480, 30, **more)  # type: ignore[arg-type]


SAMPLES = (
    sample(sources.listing, "", SITES[:2], 0, operator=False),
    sample(sources.listing, "for operators", SITES * 5, 0, operator=True),
    sample(sources.listing, "none", [], 0, operator=False),
    sample(sources.one, "", TIMES, ALMATY, operator=False),
    sample(sources.one, "muted, for operators", KABAR, ALMATY, operator=True),
    sample(sources.one, "never polled, for operators", UZA, ALMATY, operator=True),
    sample(sources.one, "no news yet, for operators", TIMES, ALMATY, operator=True),
    sample(sources.tested, "", KABAR.site, Snapshot("feed", articles=(Article("A New Road", url="https://kabar.kg/1", published_at=NOW),), warnings=("one item without a title",))),
    sample(sources.tested, "failed", KABAR.site, "the site answered 503"),
    sample(sources.unknown, "", "nonsense"),
    sample(sources.which, "", SITES, "a"),
    sample(status.status, "", Status(BANKS, 5120, QUEUE), "1.0", NOW, operator=False),
    sample(status.status, "of each kind", Status(ALL, 5120, QUEUE), "1.0", NOW, operator=False),
    sample(status.status, "problems", Status(BANKS + FAILING, 5120, QUEUE), "1.0", NOW, operator=False),
    sample(status.status, "problems, for operators", Status(BANKS + FAILING, 5120, QUEUE, Flood(3, NOW + HOUR, 5)), "1.0", NOW, operator=True),
    sample(status.status, "before the first poll", Status([], 0, {}), "1.0", NOW, operator=False),
    *(sample(status.source_health, f"{event.kind} {event.source}", event, ALMATY) for name in ("page", "feed", "nbk", "offers_nbt") for event in (SourceStale(name, NOW - 3 * HOUR), SourceBack(name, NOW - 3 * HOUR))),
    sample(status.paused, "", ChatPaused(-100123)),
    sample(status.topic_closed, "", TopicClosed(-100123, 7)),
    *(sample(status.lost, about, ChatPaused(-100, removed=removed), Chat(-100, kind, "en", "UTC"), Destination(5, -100, title="Market & Co")) for about, kind, removed in (("group", "supergroup", False), ("channel", "channel", False), ("removed", "channel", True))),
    sample(status.topic_closed_in, "managed", TopicClosed(-100, 7), Destination(5, -100, title="Traders")),
    sample(status.topic_closed_in, "General, managed", TopicClosed(-100, 0), Destination(5, -100, title="Traders")),
    sample(status.topic_closed_in, "General", TopicClosed(-100, 0), None),
    sample(status.moved_here),
    sample(status.moved_here, "managed", managed=True),
    sample(stats.stats, "", COUNTS, NOW, ALMATY),
    sample(failures.listing, "", DEAD[:5], 11, 0, NOW, ALMATY),
    sample(failures.listing, "the second page", DEAD[5:10], 11, 1, NOW, ALMATY),
    sample(failures.listing, "one", DEAD[:1], 1, 0, NOW, ALMATY),
    sample(failures.listing, "none", [], 0, 0, NOW, ALMATY),
    sample(failures.one, "", DEAD[-1], 0, ALMATY),
    *(sample(failures.ask, what, what, 11, NOW) for what in FailureAction),
    *(sample(failures.done, what, what, 11) for what in FailureAction),
    sample(failures.heading, "", 102),
    sample(failures.source, "", "<b>Never closed"),
    sample(broadcasts.usage),
    sample(broadcasts.nobody, "", SOME),
    sample(broadcasts.card, "to everyone", 3, EVERYONE, 1200, paid=False),
    sample(broadcasts.card, "to some, paid", 3, SOME, 1200, paid=True),
    sample(broadcasts.discarded),
    sample(broadcasts.progress, "running", 3, progress(BroadcastState.RUNNING), ALMATY),
    sample(broadcasts.progress, "chats in quiet hours are left", 3, Progress(BroadcastState.RUNNING, 5, 4, 1, 1, NOW + HOUR), ALMATY),
    sample(broadcasts.progress, "paused", 3, progress(BroadcastState.PAUSED), ALMATY),
    sample(broadcasts.progress, "being cancelled", 3, progress(BroadcastState.CANCELLING), ALMATY),
    sample(broadcasts.ended, "done", BroadcastState.DONE, 1200, {"sent": 1190, "uncertain": 1, "dropped": 7, "dead": 2}),
    sample(broadcasts.ended, "cancelled", BroadcastState.CANCELLED, 1200, {"sent": 480, "dropped": 720}),
)  # fmt: skip

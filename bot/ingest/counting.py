"""The counters of a pass over the sources."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence

from bot.domain.snapshot import LETTERS_REPLACED
from bot.ingest.containment import Level
from bot.ingest.source_health import Polled
from bot.metrics import Metrics, SourceCondition


def count_pass(metrics: Metrics, polled: Sequence[Polled]) -> None:
    """Count the polls of a pass and what they brought; sources whose time had not come were not polled."""
    metrics.passed()
    for one in polled:
        metrics.declare_source(one.source)
        if one.skipped:
            continue
        metrics.polled(one.source, "failed" if one.error else "ok" if one.snapshot else "unchanged")
        for level, count in contained(one).items():
            metrics.contained(level, one.source, count)
        if one.ingested is not None:
            stored = one.ingested.stored
            metrics.stored(
                stored["articles"], stored["rates"], one.source, one.ingested.matches, one.ingested.deliveries
            )
    metrics.sources = {
        one.source: SourceCondition(
            one.state.last_ok_at, one.state.failures, one.state.last_error, stale=one.state.stale_since is not None
        )
        for one in polled
        if one.state is not None
    }


def contained(polled: Polled) -> Counter[Level]:
    """Return how many parts of a poll were left out or mended, by level."""
    found = Counter[Level]()
    for warning in polled.snapshot.warnings if polled.snapshot else ():
        found[Level.LETTER if warning == LETTERS_REPLACED else Level.PART] += 1
    for lost in polled.ingested.lost if polled.ingested else ():
        found[lost.level] += 1
    if polled.crashed:
        found[Level.SOURCE] += 1
    return found

"""What a pass over the sources counts."""

from __future__ import annotations

from collections.abc import Sequence

from bot.ingest.poll import Polled
from bot.metrics import Metrics


def count_pass(metrics: Metrics, polled: Sequence[Polled]) -> None:
    """Count the looks of a pass and what they brought; sources whose time had not come were not looked at."""
    metrics.passed()
    for one in polled:
        if one.skipped:
            continue
        metrics.polled(one.source, "failed" if one.error else "ok" if one.snapshot else "unchanged")
        if one.ingested is not None:
            stored = one.ingested.stored
            metrics.stored(
                stored["articles"], stored["rates"], one.source, one.ingested.matches, one.ingested.deliveries
            )

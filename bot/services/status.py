"""The state of the whole bot: how fresh its sources are, what is stored, and what waits to be sent."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence

from bot.delivery.quotas import LONG_FLOOD_SECONDS
from bot.domain.sites import PAGE, Site
from bot.domain.status import Flood, SourceKind, SourceStatus, Status
from bot.sources.banks import BANKS
from bot.sources.gold import GOLD
from bot.sources.offers import OFFER_SOURCES
from bot.sources.policy import POLICY
from storage import articles, deliveries, sources
from storage.database import Database

# Shorter waits after a flood limit are ordinary and are not shown.
LONG_FLOOD = dt.timedelta(seconds=LONG_FLOOD_SECONDS)

_KINDS = {
    **dict.fromkeys(BANKS, SourceKind.RATES),
    **{source.state_name: SourceKind.OFFERS for source in OFFER_SOURCES.values()},
    **{source.name: SourceKind.GOLD for source in GOLD.values()},
    **{source.name: SourceKind.POLICY for source in POLICY.values()},
}


async def status(
    database: Database, sites: Sequence[Site], flood_pause: float, now: dt.datetime, *, operator: bool
) -> Status:
    """Return the state of the bot; flood limits only for operators.

    `flood_pause`: the seconds for which all messages pause because of a flood limit.
    """
    async with database.read() as connection:
        states = await sources.all_states(connection)
        stored = await articles.count(connection)
        queue = await deliveries.count_by_state(connection)
        switches = await sources.switches(connection)
        flooded = await deliveries.flooded(connection, now + LONG_FLOOD) if operator else (0, None)
    off = {site.id for site in sites if not switches.get(site.id, site.enabled)}
    titles = {site.id: site.name for site in sites}
    kinds = {**dict.fromkeys((*titles, PAGE), SourceKind.NEWS), **_KINDS}
    lines = tuple(
        SourceStatus(
            one.name,
            one.last_ok_at,
            one.failures,
            one.last_error,
            titles.get(one.name, ""),
            one.problem,
            kinds[one.name],
            one.stale_since is not None,
        )
        for one in states
        # The rest are sites that were removed from sources.toml.
        if one.name in kinds and one.name not in off and one.last_attempt_at is not None
    )
    return Status(lines, stored, queue, Flood(*flooded, flood_pause))

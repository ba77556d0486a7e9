"""News sites: the origin of articles, and the names under which they are stored."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from zoneinfo import ZoneInfo

# The site that Jarchi was made for, and its page with the ticker, which has articles too: readers see one site.
FEED, PAGE = "timesca", "page"
HOME = (FEED, PAGE)
# The middle of 1 to 100: a site without a chosen weight.
USUAL_WEIGHT = 50
# The zone of a country's news sites; for a country with several zones, that of its capital.
_ZONES = {
    "AF": "Asia/Kabul",
    "AM": "Asia/Yerevan",
    "AZ": "Asia/Baku",
    "CN": "Asia/Shanghai",
    "GE": "Asia/Tbilisi",
    "IR": "Asia/Tehran",
    "KG": "Asia/Bishkek",
    "KZ": "Asia/Almaty",
    "MN": "Asia/Ulaanbaatar",
    "PK": "Asia/Karachi",
    "RU": "Europe/Moscow",
    "TJ": "Asia/Dushanbe",
    "TM": "Asia/Ashgabat",
    "TR": "Europe/Istanbul",
    "UZ": "Asia/Tashkent",
}


@dataclass(frozen=True, slots=True)
class Site:
    """A news site as listed in sources.toml. `id` is short and permanent, `name` is shown, `url` is its feed.

    `language` and `country` are codes (en, KZ; no country: the region), `weight` decides whose articles come first
    where not all fit. `poll` is the shortest time between two polls; None: POLL_SECONDS. `timezone` (IANA) is that of
    its dates without a zone; empty: its country's.
    """

    id: str
    name: str
    url: str
    language: str = "en"
    country: str = ""
    weight: int = USUAL_WEIGHT
    poll: dt.timedelta | None = None
    enabled: bool = True
    timezone: str = ""

    @property
    def zone(self) -> ZoneInfo | None:
        """The zone of the dates that name none; None where it is unknown."""
        name = self.timezone or _ZONES.get(self.country, "")
        return ZoneInfo(name) if name else None


@dataclass(frozen=True, slots=True)
class SiteState:
    """A site, whether it is on and whether this chat has muted it. The rest is for operators; times are UTC."""

    site: Site
    on: bool
    muted: bool
    polled_at: dt.datetime | None = None
    ok_at: dt.datetime | None = None
    changed_at: dt.datetime | None = None
    failures: int = 0
    error: str | None = None
    interval: dt.timedelta | None = None
    polls: int = 0
    changes: int = 0


def stored_as(site_id: str) -> tuple[str, ...]:
    """Return the names under which a site's articles are stored."""
    return HOME if site_id == FEED else (site_id,)

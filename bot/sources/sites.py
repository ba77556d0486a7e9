"""sources.toml, the news sites: the shipped list with the operator's changes and additions, validated as a whole."""

from __future__ import annotations

import datetime as dt
import re
import tomllib
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit
from zoneinfo import ZoneInfo

from babel import Locale
from pydantic import BaseModel, ConfigDict, Field, ValidationError, ValidationInfo, field_validator

from bot.domain.errors import StartError
from bot.domain.sites import FEED, PAGE, USUAL_WEIGHT, Site
from bot.sources.banks import BANKS
from bot.sources.fetch import MAX_URL
from bot.sources.hosts import on_this_machine

DEFAULT = Path(__file__).with_name("default.toml")
# The file that is read unless SOURCES_FILE names another one.
USUAL_FILE = Path("sources.toml")
# A list is a few kilobytes; a larger file is something else.
MAX_BYTES = 1024 * 1024
# A round of more sites would take longer than the pause between polls.
MAX_SITES = 100
# News is not newer than a few minutes; a client that polls more often burdens a site and is blocked sooner or later.
SHORTEST_POLL_MINUTES = 5
LONGEST_POLL_MINUTES = 24 * 60
# A name is shown beside the date in one line on a phone; an id is part of a button and of `source:`.
MAX_NAME = 40
MAX_ID = 18
# Names that are used as keys of other things.
_TAKEN = frozenset((PAGE, "feed", "ticker", "peg", "cross", *BANKS))
_ID = re.compile(r"[a-z0-9]+(?:-[a-z0-9]+)*")


class SitesError(StartError):
    """An unusable list: `problems` has the expected value by "file: site.key", without the actual values."""

    def __init__(self, problems: dict[str, str]) -> None:
        super().__init__("\n".join(f"{name}: {words}" for name, words in sorted(problems.items())))
        self.problems = problems


class _Listed(BaseModel):
    """One table of the file; its keys are explained in docs/sources.md."""

    model_config = ConfigDict(extra="forbid", strict=True, hide_input_in_errors=True)

    name: str = Field(max_length=MAX_NAME, description=f"one line of 1 to {MAX_NAME} characters in quotes")
    url: str = Field(max_length=MAX_URL, description="an http(s) address of a feed in quotes, without a user name")
    language: str = Field(description='the code of a language in quotes, such as "en" or "uz"')
    country: str = Field("", description='the code of a country in quotes, such as "KZ", or no such line')
    weight: int = Field(USUAL_WEIGHT, ge=1, le=100, description="a whole number, 1 to 100")
    poll_minutes: float | None = Field(
        None,
        gt=0,
        le=LONGEST_POLL_MINUTES,
        allow_inf_nan=False,
        description=f"minutes, {SHORTEST_POLL_MINUTES} to {LONGEST_POLL_MINUTES}",
    )
    enabled: bool = Field(True, description="true or false, without quotes")
    timezone: str = Field("", max_length=40, description='a time zone in quotes, such as "Asia/Tashkent"')

    @field_validator("name")
    @classmethod
    def _one_line(cls, value: str) -> str:
        if not value.strip() or not value.isprintable():
            raise ValueError("not one line")
        return value.strip()

    @field_validator("url")
    @classmethod
    def _web_address(cls, value: str) -> str:
        parts = urlsplit(value)
        if parts.scheme not in ("http", "https") or not parts.hostname or parts.username is not None or " " in value:
            raise ValueError("not an http(s) address")
        return value

    @field_validator("language")
    @classmethod
    def _language(cls, value: str) -> str:
        if value.lower() not in Locale("en").languages:
            raise ValueError("no language")
        return value.lower()

    @field_validator("country")
    @classmethod
    def _country(cls, value: str) -> str:
        # Two letters: the three-digit codes are parts of the world.
        if value and (len(value) != 2 or value.upper() not in Locale("en").territories):
            raise ValueError("no country")
        return value.upper()

    @field_validator("timezone")
    @classmethod
    def _known_zone(cls, value: str) -> str:
        if value:
            try:
                ZoneInfo(value)
            except (OSError, ValueError, KeyError):  # a folder, a path, no such zone
                raise ValueError("no time zone") from None
        return value

    @field_validator("poll_minutes")
    @classmethod
    def _patient(cls, value: float | None, known: ValidationInfo) -> float | None:
        host = urlsplit(known.data.get("url") or "").hostname or ""
        if value is not None and value < SHORTEST_POLL_MINUTES and not on_this_machine(host):
            raise ValueError("too often")
        return value


def load_sites(path: Path | None, feed_url: str = "") -> tuple[Site, ...]:
    """Return the sites of the shipped list and of the operator's file, by descending weight; the home site is first.

    `path` None: `sources.toml` if it exists. A non-empty `feed_url` replaces the address of the home site's feed.
    SitesError names every problem.
    """
    tables = _tables(DEFAULT)
    if path is None and USUAL_FILE.is_file():
        path = USUAL_FILE
    file = DEFAULT.name if path is None else path.name
    if path is not None:
        for site, table in _tables(path).items():
            tables[site] = {**tables.get(site, {}), **table}
    if feed_url:
        tables[FEED]["url"] = feed_url
    return _checked(file, tables)


def _tables(path: Path) -> dict[str, dict[str, Any]]:
    """Return the tables of a file by their names."""
    try:
        with path.open("rb") as file:
            content = file.read(MAX_BYTES + 1)
    except OSError as error:
        raise SitesError({"SOURCES_FILE": f"the file cannot be read ({type(error).__name__})"}) from None
    if len(content) > MAX_BYTES:
        raise SitesError({path.name: f"expected at most {MAX_BYTES // 1024} KiB"})
    try:
        tables = tomllib.loads(content.decode("utf-8-sig"))
    except UnicodeDecodeError:
        raise SitesError({path.name: "expected UTF-8 text"}) from None
    except (tomllib.TOMLDecodeError, RecursionError) as error:
        raise SitesError({path.name: f"this is no TOML: {error}"}) from None
    wrong = {
        f"{path.name}: {name[:MAX_ID]}": "expected a table with the site's id: [id], then its keys below"
        for name, table in tables.items()
        if not isinstance(table, dict)
    }
    if wrong:
        raise SitesError(wrong)
    return tables


def _checked(file: str, tables: dict[str, dict[str, Any]]) -> tuple[Site, ...]:
    problems: dict[str, str] = {}
    sites: list[Site] = []
    if len(tables) > MAX_SITES:
        problems[file] = f"expected at most {MAX_SITES} sites, the shipped ones included"
    for site_id, table in tables.items():
        if len(site_id) > MAX_ID or not _ID.fullmatch(site_id):
            id_ = site_id[: MAX_ID + 1]
            problems[f"{file}: [{id_}]"] = f"expected lower-case letters, digits and hyphens, at most {MAX_ID}"
        elif site_id in _TAKEN:
            problems[f"{file}: [{site_id}]"] = "expected another id; this one has another meaning"
        else:
            try:
                listed = _Listed(**table)
            except ValidationError as error:
                problems |= {f"{file}: {site_id}.{key}": words for key, words in _words(error)}
                continue
            sites.append(_site(site_id, listed))
    for what in ("name", "url"):
        first: dict[str, str] = {}
        for site in sites:
            other = first.setdefault(str(getattr(site, what)).casefold(), site.id)
            if other != site.id:
                problems[f"{file}: {site.id}.{what}"] = f"expected another {what} than that of {other}"
    if problems:
        raise SitesError(problems)
    return tuple(sorted(sites, key=lambda site: (site.id != FEED, -site.weight)))


def _site(site_id: str, listed: _Listed) -> Site:
    poll = None if listed.poll_minutes is None else dt.timedelta(minutes=listed.poll_minutes)
    return Site(
        site_id,
        listed.name,
        listed.url,
        listed.language,
        listed.country,
        listed.weight,
        poll,
        listed.enabled,
        listed.timezone,
    )


def _words(error: ValidationError) -> list[tuple[str, str]]:
    """Return each wrong key of a table with the expected value."""
    found = []
    fields = _Listed.model_fields
    for problem in error.errors(include_input=False, include_context=False, include_url=False):
        key = str(problem["loc"][0])
        if problem["type"] == "extra_forbidden":
            found.append((key[:MAX_NAME], f"no such key; there are {', '.join(fields)}"))
        else:
            missing = "missing; " if problem["type"] == "missing" else ""
            found.append((key, f"{missing}expected {fields[key].description}"))
    return found

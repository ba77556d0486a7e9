"""Reads the settings from the environment, `.env` and sources.toml, and reports everything wrong at once."""

from __future__ import annotations

import os
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from pydantic import ValidationError

from bot.config.settings import MAY_BE_EMPTY, OWN_MESSAGE, SECRETS, Settings
from bot.config.values import (
    DEFAULT,
    DOTENV,
    ENVIRONMENT,
    Value,
    ValueProblem,
    capitals,
    find,
    read_dotenv,
    unknown_names,
    unquoted,
)
from bot.domain.errors import StartError
from bot.sources.sites import SitesError, load_sites
from storage.address import AddressError, parse

# Packagers set this in the environment to replace the default of DATABASE_URL, as the container's image does. It is not
# a setting of an operator: DATABASE_URL and DATABASE_URL_FILE take precedence over it in every place.
DEFAULT_DATABASE = "DEFAULT_DATABASE_URL"
# The databases of `jarchi db copy`; each of the two may be given as `NAME_FILE` as well.
COPY_ENDS = ("COPY_FROM", "COPY_TO")


class SettingsError(StartError):
    """Settings that cannot be used. Each line of its text names one setting and what was expected; no values."""

    def __init__(self, problems: Mapping[str, str]) -> None:
        super().__init__("\n".join(f"{name}: {text}" for name, text in sorted(problems.items())))


def load(
    environment: Mapping[str, str] | None = None,
    *,
    need_token: bool = False,
    _env_file: str | None = ".env",
    **overrides: Any,
) -> Settings:
    """Read the settings and sources.toml; SettingsError names everything wrong at once, and never a value.

    `overrides` take precedence over the environment, the environment over `.env` (bot/config/values.py).
    `need_token`: an empty BOT_TOKEN is an error too.
    """
    problems: dict[str, str] = {}
    expected = Settings.names()
    sources = _sources(environment, _env_file, problems)
    values: dict[str, Value] = {}
    for name in expected:
        if name.lower() not in overrides:
            try:
                found = find(name, sources, secret=name in SECRETS, may_be_empty=name in MAY_BE_EMPTY)
            except ValueProblem as problem:
                problems[problem.name] = str(problem)
            else:
                values |= {name: found} if found else {}
    if "DATABASE_URL" not in values and (packaged := unquoted(sources[ENVIRONMENT].get(DEFAULT_DATABASE, ""))):
        values["DATABASE_URL"] = Value(packaged, DEFAULT)
    settings: Settings | None = None
    try:
        settings = Settings(**({name.lower(): value.text for name, value in values.items()} | overrides))
    except ValidationError as error:
        for wrong in error.errors(include_input=False, include_context=False, include_url=False):
            name = str(wrong["loc"][0]).upper()
            own = wrong["msg"] if wrong["type"] == OWN_MESSAGE else ""
            text = own or f"expected {expected.get(name, 'another value')}"
            if name in values and values[name].file:
                problems[f"{name}_FILE"] = f"in the file: {text}"
            else:
                problems.setdefault(name, text)
    else:
        if need_token and "BOT_TOKEN_FILE" not in problems and not settings.bot_token.get_secret_value():
            problems.setdefault("BOT_TOKEN", f"expected {expected['BOT_TOKEN']}")
        settings._origins = {name: _origin(name, values, overrides) for name in expected}
        settings._unknown = tuple(unknown_names(sources[DOTENV], {*expected, *COPY_ENDS}, {*SECRETS, *COPY_ENDS}))
        try:
            file = Path(settings.sources_file) if settings.sources_file else None
            settings._sites = load_sites(file, settings.news_feed_url)
        except SitesError as error:
            problems |= error.problems
    if problems or settings is None:
        raise SettingsError(problems)
    return settings


def _sources(
    environment: Mapping[str, str] | None, env_file: str | None, problems: dict[str, str]
) -> dict[str, dict[str, str]]:
    """Return the values by origin, the strongest first; a `.env` that cannot be read is one of the problems."""
    try:
        dotenv = read_dotenv(Path(env_file) if env_file else None)
    except ValueProblem as problem:
        problems[problem.name] = str(problem)
        dotenv = {}
    return {ENVIRONMENT: capitals(os.environ if environment is None else environment), DOTENV: dotenv}


def _origin(name: str, values: Mapping[str, Value], overrides: Mapping[str, Any]) -> str:
    if name.lower() in overrides:
        return "command line"
    if (value := values.get(name)) is None:
        return DEFAULT
    return f"{value.origin}: {name}_FILE={value.file}" if value.file else value.origin


def copy_ends(environment: Mapping[str, str] | None = None) -> tuple[str, str]:
    """Return the addresses of the source and the target of a copy; SettingsError names everything wrong.

    They are not settings: each copy has its own.
    """
    found: list[str] = []
    problems: dict[str, str] = {}
    sources = _sources(environment, ".env", problems)
    for name in COPY_ENDS:
        try:
            value = find(name, sources, secret=True)
            found.append(value.text if value else "")
            parse(found[-1])
        except AddressError as error:
            problems[name] = str(error)
        except ValueProblem as problem:
            problems[problem.name] = str(problem)
    if problems:
        raise SettingsError(problems)
    return found[0], found[1]

"""The checks of `jarchi check`: database, Telegram and each source are tried once, with one line for each."""

from __future__ import annotations

import asyncio
from pathlib import Path

from telegram import Bot
from telegram.error import InvalidToken, TelegramError

from bot.app.parts import make_fetcher, utc_now
from bot.config import Settings
from bot.config.values import DEFAULT
from bot.delivery.request import AiohttpRequest
from bot.domain.sites import PAGE, Site
from bot.domain.snapshot import NotAPage
from bot.domain.topics.lists import ListsError, read_lists, shipped_lists
from bot.sources.banks import BANKS, Bank, ask, unmet_purpose
from bot.sources.fetch import Fetcher, FetchError
from bot.sources.source import Request, fetch_page, fetch_site
from storage.database import Database
from storage.errors import DATABASE_ERRORS, one_line
from storage.inspection import inspect_database

Check = tuple[str, bool, str]


async def check_all(settings: Settings, *, listed: bool = False) -> list[Check]:
    """Try the database, Telegram and each source; nothing is changed. Returns (name, whether it works, one line).

    `listed`: also the sites that are off.
    """
    results = [await _database(settings), await _telegram(settings), _topics(settings)]
    fetcher = make_fetcher(settings)
    try:
        sites = (_site(fetcher, site) for site in settings.sites if site.enabled or listed)
        results += await asyncio.gather(*sites)
        results += [await _page(fetcher, settings.ticker_url)]
        results += [await _bank(fetcher, BANKS[name], settings.bank_base_url) for name in settings.banks]
    finally:
        await fetcher.close()
    return results


async def _database(settings: Settings) -> Check:
    try:
        database = Database(settings.database_url.get_secret_value())
        try:
            # The default path cannot be mistyped: before the first start a missing file is no problem.
            state = await inspect_database(database, must_exist=settings.origins["DATABASE_URL"] != DEFAULT)
        finally:
            await database.close()
    except DATABASE_ERRORS as error:
        return "database", False, one_line(error)
    return "database", True, state


def _topics(settings: Settings) -> Check:
    """Check the operator's own word lists; the shipped ones are checked by tests."""
    try:
        lists = read_lists(Path(settings.topics_file)) if settings.topics_file else shipped_lists()
    except ListsError as error:
        return "topics", False, f"{error}; the shipped lists are in use"
    return "topics", True, f"word lists of version {lists.version}"


async def _telegram(settings: Settings) -> Check:
    api = settings.telegram_api_url.rstrip("/")
    bot = Bot(
        settings.bot_token.get_secret_value(), base_url=f"{api}/bot", request=AiohttpRequest(proxies=settings.proxies)
    )
    try:
        await bot.initialize()
        inline = "" if bot.supports_inline_queries else "; inline mode is off: /setinline at @BotFather"
        return "telegram", True, f"this is @{bot.username}{inline}"
    except InvalidToken:
        return "telegram", False, "Telegram does not know this token; get one from @BotFather"
    except TelegramError as error:
        return "telegram", False, f"no answer ({type(error).__name__})"
    finally:
        await bot.shutdown()


async def _site(fetcher: Fetcher, site: Site) -> Check:
    try:
        snapshot = (await fetch_site(fetcher, Request(site.url, utc_now(), zone=site.zone))).snapshot
    except (FetchError, NotAPage) as error:
        return site.id, False, str(error)
    return site.id, True, f"{site.name}: {len(snapshot.articles) if snapshot else 0} articles"


async def _page(fetcher: Fetcher, url: str) -> Check:
    try:
        snapshot = (await fetch_page(fetcher, Request(url, utc_now()))).snapshot
    except (FetchError, NotAPage) as error:
        return PAGE, False, str(error)
    return PAGE, True, f"{snapshot.layout}, {len(snapshot.rates)} rates" if snapshot else "unchanged"


async def _bank(fetcher: Fetcher, bank: Bank, mirror: str) -> Check:
    now = utc_now()
    answer = await ask(fetcher, bank, now, mirror)
    if (unmet := unmet_purpose(bank, answer.tables, now)) is not None:
        return bank.name, False, str(answer.error or unmet)
    count = sum(len(table.quotes) for table in answer.tables)
    return bank.name, True, f"{count} rates, for {answer.tables[-1].valid_on}"

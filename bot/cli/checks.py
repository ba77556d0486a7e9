"""The checks of `jarchi check`: database, Telegram and each source are tried once, with one line for each."""

from __future__ import annotations

import asyncio
import datetime as dt
from pathlib import Path
from zoneinfo import ZoneInfo

from telegram import Bot
from telegram.error import InvalidToken, TelegramError

from bot.app.parts import make_fetcher, utc_now
from bot.config import Settings
from bot.config.values import DEFAULT
from bot.delivery.request import AiohttpRequest
from bot.domain.gold import USUAL_WEIGHT
from bot.domain.offer_decisions import WRONG, hold_of, is_wrong
from bot.domain.offers import OfferTable, StoredOffer
from bot.domain.policy_calendar import BankCalendar, calendars
from bot.domain.sites import PAGE, Site
from bot.domain.snapshot import NotAPage
from bot.domain.topics.lists import ListsError, read_lists, shipped_lists
from bot.sources import policy
from bot.sources.banks import BANKS, Bank, ask, unmet_purpose
from bot.sources.fetch import Fetcher, FetchError
from bot.sources.gold import GOLD, GoldSource, fetch_price_lists, outdated
from bot.sources.offers import OFFER_SOURCES, OfferSource, ask_newest
from bot.sources.source import Request, fetch_page, fetch_site
from storage.database import Database
from storage.errors import DATABASE_ERRORS, one_line
from storage.inspection import inspect_database

Check = tuple[str, bool, str]

# A bank publishes the dates of a year some weeks before it: the calendar can be completed in time.
CALENDAR_ENDS_WITHIN = dt.timedelta(days=60)


async def check_all(settings: Settings, *, listed: bool = False) -> list[Check]:
    """Try the database, Telegram and each source; nothing is changed. Returns (name, whether it works, one line).

    `listed`: also the sites that are off.
    """
    results = [await _database(settings), await _telegram(settings), _topics(settings), _feeds(settings)]
    fetcher = make_fetcher(settings)
    try:
        sites = (_site(fetcher, site) for site in settings.sites if site.enabled or listed)
        results += await asyncio.gather(*sites)
        results += [await _page(fetcher, settings.ticker_url)]
        results += [await _bank(fetcher, BANKS[name], settings.bank_base_url) for name in settings.banks]
        mirror = settings.bank_base_url
        results += [await _offers(fetcher, OFFER_SOURCES[name], mirror) for name in settings.offers]
        results += [await _gold(fetcher, GOLD[name], mirror) for name in settings.gold]
        rates = [policy.POLICY[name] for name in settings.policy]
        results += [await _policy_rate(fetcher, source, mirror) for source in rates]
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


def _feeds(settings: Settings) -> Check:
    """Name the addresses of the documents for other programs; they are served by `jarchi run` alone."""
    url = settings.public_url
    return "feeds", True, f"served at {url}/rates.json and beside it" if url else "off: PUBLIC_URL is not set"


async def _telegram(settings: Settings) -> Check:
    api = settings.telegram_api_url.rstrip("/")
    bot = Bot(
        settings.bot_token.get_secret_value(), base_url=f"{api}/bot", request=AiohttpRequest(proxies=settings.proxies)
    )
    try:
        await bot.initialize()
        inline = "" if bot.supports_inline_queries else "; inline mode is off: /setinline at @BotFather"
        guest = "" if bot.bot.supports_guest_queries else "; guest mode is off: turn it on at @BotFather"
        return "telegram", True, f"this is @{bot.username}{inline}{guest}"
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


async def _offers(fetcher: Fetcher, source: OfferSource, mirror: str) -> Check:
    """Poll a source of offers once; its line has what was read of each pair, also where another one failed."""
    answer = await ask_newest(fetcher, source, utc_now(), mirror)
    if not answer.tables:
        return source.state_name, False, str(answer.error)
    parts = [*(_table_of_offers(table, ZoneInfo(source.zone)) for table in answer.tables), *answer.problems]
    wrong = [f"{table.pair}: {WRONG}" for table in answer.tables if _is_wrong(table)]
    return source.state_name, answer.error is None and not wrong, "; ".join((*parts, *wrong))


def _table_of_offers(table: OfferTable, zone: ZoneInfo) -> str:
    """Describe a table: its time, providers and channels, what was left out, and an offer for a comparison by eye."""
    providers = len({offer.provider for offer in table.offers})
    channels = ", ".join(dict.fromkeys(offer.channel for offer in table.offers))
    read = f"{table.pair} of {table.as_of.astimezone(zone):%Y-%m-%d %H:%M}: {providers} providers ({channels})"
    one = next((offer for offer in table.offers if offer.buy and offer.sell), table.offers[0])
    example = f"{one.provider}, {one.channel}: {one.buy or '-'} / {one.sell or '-'}"
    warnings = (warning.removeprefix(f"{table.pair}: ") for warning in table.warnings)
    return ", ".join((read, example, *warnings))


def _is_wrong(table: OfferTable) -> bool:
    return is_wrong([StoredOffer(offer, offer.as_of, offer.as_of, hold_of(offer, None)) for offer in table.offers])


async def _gold(fetcher: Fetcher, source: GoldSource, mirror: str) -> Check:
    """Read a price list with its past, as the first poll does, and show the bar of 10 g for a comparison by eye."""
    now = utc_now()
    today = now.astimezone(ZoneInfo(source.zone)).date()
    try:
        lists = await fetch_price_lists(fetcher, source, now, today, mirror, past=True)
    except (FetchError, NotAPage) as error:
        return source.name, False, str(error)
    if (old := outdated(lists, now)) is not None:
        return source.name, False, str(old)
    newest, problems = lists[-1], "".join(f"; {warning}" for warning in lists[-1].warnings)
    bar = newest.bar(USUAL_WEIGHT)
    shown = f", {bar.weight} g: {bar.sale} / {bar.buyback or 'no buyback'} {newest.currency}" if bar else ""
    return source.name, True, f"{len(newest.bars)} bars{shown}, for {newest.valid_on}, {len(lists)} days{problems}"


async def _policy_rate(fetcher: Fetcher, source: policy.PolicySource, mirror: str) -> Check:
    """Try the source of a policy rate, and warn of a calendar that ends soon: after its end nothing is announced."""
    now = utc_now()
    try:
        table = await policy.ask(fetcher, source, now, mirror)
    except (FetchError, NotAPage) as error:
        return source.name, False, str(error)
    newest = max(table.rates, key=lambda one: one.day)
    calendar = calendars()[source.bank]
    found = f"{newest.percent}%, dated {newest.day}; {_next_decision(calendar, now)}"
    if calendar.valid_through - calendar.local_day(now) < CALENDAR_ENDS_WITHIN:
        found += f"; the calendar of decisions ends on {calendar.valid_through}: see {calendar.url}"
    return source.name, True, found


def _next_decision(calendar: BankCalendar, now: dt.datetime) -> str:
    decision = calendar.next_decision(now)
    return f"next decision on {decision.at.date()}" if decision else "no next decision is known"

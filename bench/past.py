"""The history that a new process fills once: benchmarks store it before, for a process that fills it is not at rest."""

from __future__ import annotations

from bench import scale
from bot.app.parts import make_fetcher, make_filler, make_offer_filler, utc_now
from bot.config import load
from bot.demo.site import EditionSite
from storage.database import Database
from storage.migrate import upgrade


async def fill(address: str, site: EditionSite) -> None:
    """Store the history of the site's banks and offers in the database of an address."""
    settings = load(
        {},
        _env_file=None,
        bot_token=scale.TOKEN,
        database_url=address,
        bank_base_url=site.banks_url,
        allow_private_sources=True,
    )
    database, fetcher = Database(address), make_fetcher(settings)
    await upgrade(database)
    await make_filler(settings, database, fetcher, utc_now).run()
    await make_offer_filler(settings, database, fetcher, utc_now).run()
    await fetcher.close()
    await database.close()

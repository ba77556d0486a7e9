"""Posting updates to the bot's webhook, one after the other, again and again until they are taken."""

from __future__ import annotations

import asyncio
import contextlib

import aiohttp

from bot.demo.telegram.wire import JSON
from bot.demo.telegram.world import Webhook, World

SECRET_HEADER = "X-Telegram-Bot-Api-Secret-Token"  # noqa: S105 (the name of a header)
# The real server doubles the delay from about a second up to a minute and gives up after a day; this one is for tests.
FIRST_DELAY = 0.05
LONGEST_DELAY = 1.0
MAX_ATTEMPTS = 10
ANSWER_SECONDS = 10.0


async def deliver(world: World, changed: asyncio.Event) -> None:
    """Post every update to the webhook in order until cancelled.

    `changed` is set by the caller when the webhook may have changed. After MAX_ATTEMPTS an update is dropped.
    """
    timeout = aiohttp.ClientTimeout(total=ANSWER_SECONDS)
    async with aiohttp.ClientSession(timeout=timeout, trust_env=False) as session:
        while True:
            if not world.webhook.url:
                changed.clear()
                await changed.wait()
                continue
            await world.updates.arrival()
            webhook, update = world.webhook, world.updates.first()
            if webhook.url and update:
                await _post_until_taken(session, world, webhook, update, changed)


async def _post_until_taken(
    session: aiohttp.ClientSession, world: World, webhook: Webhook, update: JSON, changed: asyncio.Event
) -> None:
    """Try one update; it is confirmed when taken or when there were too many attempts."""
    delay = FIRST_DELAY
    for _attempt in range(MAX_ATTEMPTS):
        error = await _post(session, webhook, update)
        if world.webhook is not webhook:
            return  # the webhook was changed or taken away meanwhile: the update waits for what comes next
        if not error:
            break
        webhook.last_error, webhook.last_error_date = error, int(world.clock())
        changed.clear()
        with contextlib.suppress(TimeoutError):
            await asyncio.wait_for(changed.wait(), delay)
        if world.webhook is not webhook:
            return
        delay = min(delay * 2, LONGEST_DELAY)
    world.updates.confirm(update["update_id"] + 1)


async def _post(session: aiohttp.ClientSession, webhook: Webhook, update: JSON) -> str:
    """Post once; what went wrong, or an empty text."""
    headers = {SECRET_HEADER: webhook.secret} if webhook.secret else {}
    try:
        async with session.post(webhook.url, json=update, headers=headers, allow_redirects=False) as response:
            if 200 <= response.status < 300:
                return ""
            return f"Wrong response from the webhook: {response.status} {response.reason}"
    except (aiohttp.ClientError, TimeoutError) as error:
        return f"Connection failed: {type(error).__name__}"

"""Posts updates to the bot's webhook, those of one chat in order, repeated until they are accepted."""

from __future__ import annotations

import asyncio
import contextlib

import aiohttp

from bot.demo.telegram.records import Webhook
from bot.demo.telegram.wire import JSON
from bot.demo.telegram.world import World

SECRET_HEADER = "X-Telegram-Bot-Api-Secret-Token"  # noqa: S105 (the name of a header)
# The real server doubles the delay from about a second up to a minute and gives up after a day; this one is for tests.
FIRST_DELAY = 0.05
LONGEST_DELAY = 1.0
MAX_ATTEMPTS = 10
ANSWER_SECONDS = 10.0
# Updates that are checked for one whose chat is free.
UPDATES_CHECKED = 1000


async def deliver(world: World, changed: asyncio.Event) -> None:
    """Post every update to the webhook until cancelled: different chats at once, one chat in order.

    `changed` is set by the caller when the webhook may have changed. After MAX_ATTEMPTS an update is dropped.
    """
    timeout = aiohttp.ClientTimeout(total=ANSWER_SECONDS)
    posts: dict[int, asyncio.Task[None]] = {}
    async with aiohttp.ClientSession(timeout=timeout, trust_env=False) as session:
        try:
            while True:
                if not world.webhook.url:
                    changed.clear()
                    await changed.wait()
                    continue
                webhook = world.webhook
                world.updates.arrived.clear()
                for update in world.updates.oldest(UPDATES_CHECKED):
                    chat = _chat(update)
                    if chat not in posts and len(posts) < webhook.max_connections:
                        post = _post_until_taken(session, world, webhook, update, changed)
                        posts[chat] = asyncio.create_task(post)
                news = asyncio.ensure_future(world.updates.arrived.wait())
                await asyncio.wait({news, *posts.values()}, return_when=asyncio.FIRST_COMPLETED)
                news.cancel()
                posts = {chat: task for chat, task in posts.items() if not task.done()}
        finally:
            for task in posts.values():
                task.cancel()
            await asyncio.gather(*posts.values(), return_exceptions=True)


async def _post_until_taken(
    session: aiohttp.ClientSession, world: World, webhook: Webhook, update: JSON, changed: asyncio.Event
) -> None:
    """Post one update; it is confirmed when it was accepted or after too many attempts."""
    delay = FIRST_DELAY
    for _attempt in range(MAX_ATTEMPTS):
        error = await _post(session, webhook, update)
        if world.webhook is not webhook:
            return  # the webhook was changed or removed meanwhile: the update stays queued
        if not error:
            break
        webhook.last_error, webhook.last_error_date = error, int(world.clock())
        changed.clear()
        with contextlib.suppress(TimeoutError):
            await asyncio.wait_for(changed.wait(), delay)
        if world.webhook is not webhook:
            return
        delay = min(delay * 2, LONGEST_DELAY)
    world.updates.taken(update)


def _chat(update: JSON) -> int:
    """Return the chat whose order an update keeps; updates without a chat share one order."""
    for body in update.values():
        for holder in (body, body.get("message")) if isinstance(body, dict) else ():
            chat = holder.get("chat") if isinstance(holder, dict) else None
            if isinstance(chat, dict) and isinstance(chat.get("id"), int):
                return int(chat["id"])
    return 0


async def _post(session: aiohttp.ClientSession, webhook: Webhook, update: JSON) -> str:
    """Post once; return the error, or an empty text."""
    headers = {SECRET_HEADER: webhook.secret} if webhook.secret else {}
    try:
        async with session.post(webhook.url, json=update, headers=headers, allow_redirects=False) as response:
            if 200 <= response.status < 300:
                return ""
            return f"Wrong response from the webhook: {response.status} {response.reason}"
    except (aiohttp.ClientError, TimeoutError) as error:
        return f"Connection failed: {type(error).__name__}"

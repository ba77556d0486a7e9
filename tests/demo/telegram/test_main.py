"""The embedded Telegram as a process of its own."""

import asyncio
import signal
import sys

import aiohttp
import pytest


async def test_it_serves_until_it_gets_a_stop_signal() -> None:
    process = await asyncio.create_subprocess_exec(
        *[sys.executable, "-m", "bot.demo.telegram", "--token", "7:t", "--person", "5:Ann:ru"],
        stdout=asyncio.subprocess.PIPE,
    )
    try:
        assert process.stdout is not None
        line = await asyncio.wait_for(process.stdout.readline(), 20)
        url = line.decode().split()[1]
        async with aiohttp.ClientSession() as http, http.ws_connect(f"{url}chat") as page:
            await asyncio.wait_for(page.receive_json(), 5)
            await page.send_json({"type": "say", "chat": 5, "person": 5, "text": "/start"})
            async with http.get(f"{url}bot7:t/getUpdates", params={"timeout": "5"}) as response:
                (update,) = (await response.json())["result"]
        assert (update["message"]["text"], update["message"]["from"]["language_code"]) == ("/start", "ru")
    finally:
        process.send_signal(signal.SIGTERM)
        assert await asyncio.wait_for(process.wait(), 10) == 0


async def test_the_bot_may_post_to_a_crowd_of_channels() -> None:
    process = await asyncio.create_subprocess_exec(
        *[sys.executable, "-m", "bot.demo.telegram", "--token", "7:t", "--people", "1", "--channels", "2"],
        stdout=asyncio.subprocess.PIPE,
    )
    try:
        assert process.stdout is not None
        line = await asyncio.wait_for(process.stdout.readline(), 20)
        url = line.decode().split()[1]
        async with aiohttp.ClientSession() as http:
            post = {"chat_id": -1_000_000_000_002, "text": "News"}
            async with http.post(f"{url}bot7:t/sendMessage", json=post) as response:
                message = (await response.json())["result"]
            async with http.post(f"{url}bot7:t/sendMessage", json=post | {"chat_id": -1_000_000_000_003}) as response:
                refused = await response.json()
        assert message["chat"]["type"] == "channel"
        assert refused["description"] == "Bad Request: chat not found"
    finally:
        process.send_signal(signal.SIGTERM)
        assert await asyncio.wait_for(process.wait(), 10) == 0


@pytest.mark.parametrize(
    ("arguments", "sentence"),
    [(["--person", "Ann"], "'Ann' is not id:name:language"), (["--token", "x"], "a token begins with")],
)
async def test_wrong_arguments_are_explained(arguments: list[str], sentence: str) -> None:
    process = await asyncio.create_subprocess_exec(
        *[sys.executable, "-m", "bot.demo.telegram", *arguments], stderr=asyncio.subprocess.PIPE
    )
    _, errors = await asyncio.wait_for(process.communicate(), 20)
    assert process.returncode != 0
    assert sentence in errors.decode()
    assert "Traceback" not in errors.decode()

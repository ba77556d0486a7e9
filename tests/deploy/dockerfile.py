"""deploy/Dockerfile as its instructions, and its build done in a sandbox: there is no container engine in a test."""

from __future__ import annotations

import json
import re
import shlex
from dataclasses import dataclass, field

from tests.deploy.sandbox import ROOT, Sandbox

# The one step that downloads; the sandbox has the packages of this environment instead.
DOWNLOAD = "--require-hashes -r requirements.lock"


@dataclass
class Image:
    """The settings and files of the last stage."""

    environment: dict[str, str] = field(default_factory=dict)
    user: str = "root"
    folder: str = "/"
    entrypoint: list[str] = field(default_factory=list)
    command: list[str] = field(default_factory=list)
    health: list[str] = field(default_factory=list)


def instructions() -> list[tuple[str, str]]:
    """Return the Dockerfile's instructions in order, as names and arguments."""
    text = (ROOT / "deploy" / "Dockerfile").read_text(encoding="utf-8")
    lines = re.sub(r"\\\n\s*", "", re.sub(r"(?m)^#.*\n", "", text)).splitlines()
    return [(name, rest) for name, _, rest in (line.partition(" ") for line in lines if line)]


def build(box: Sandbox) -> Image:
    """Do each instruction in the sandbox, whose file system is all stages at once; the context is /opt/jarchi-context."""
    image = Image()
    for name, rest in instructions():
        arguments = shlex.split(rest)
        match name:
            case "FROM":
                image = Image()
            case "WORKDIR":
                image.folder = arguments[0]
                box.run(f"mkdir -p {image.folder}")
            case "RUN" if DOWNLOAD in rest:
                continue
            case "RUN" if "-m venv" in rest:
                box.environment(arguments[-1])
            case "RUN":
                box.run(f"cd {image.folder} && {rest}", PIP_NO_INDEX="1", PIP_CONFIG_FILE="/dev/null")
            case "COPY" if not rest.startswith("--from"):
                *sources, target = arguments
                for source in sources:
                    box.run(f"cd {image.folder} && cp -rT /srv/context/{source} {target if target != './' else source}")
            case "ENV":
                pairs = (pair.partition("=") for pair in arguments)
                image.environment |= {key: value.replace("$PATH", "/usr/bin:/bin") for key, _, value in pairs}
            case "USER":
                image.user = arguments[0]
            case "HEALTHCHECK":
                image.health = json.loads(rest.partition("CMD ")[2])
            case "ENTRYPOINT":
                image.entrypoint = json.loads(rest)
            case "CMD":
                image.command = json.loads(rest)
    return image

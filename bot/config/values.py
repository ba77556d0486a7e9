"""The sources of a setting's value: the environment, `.env`, or a file that `NAME_FILE` names in either.

The environment takes precedence over `.env`, whichever of the two forms it uses. An empty value counts as not set.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from io import StringIO
from pathlib import Path

from dotenv import dotenv_values
from dotenv.parser import parse_stream

ENVIRONMENT, DOTENV, DEFAULT = "environment", ".env", "default"
# A secret is a line; this keeps a name such as /dev/zero from filling the memory.
MAX_SECRET_BYTES = 64 * 1024
_NO_TEXT = "expected UTF-8 text"


@dataclass(frozen=True, slots=True)
class Value:
    """The text of a setting and its origin. `file` is the path that `NAME_FILE` holds, empty without one."""

    text: str
    origin: str
    file: str = ""


class ValueProblem(Exception):
    """A value that cannot be read. Its text is one line without values; `name` is the setting to mend."""

    def __init__(self, name: str, text: str) -> None:
        super().__init__(text)
        self.name = name


def read_dotenv(path: Path | None) -> dict[str, str]:
    """Return the values of a `.env` file by their names in capitals; {} without a file, ValueProblem if unreadable."""
    try:
        # A folder of that name is somebody's virtual environment.
        text = "" if path is None or not path.exists() or path.is_dir() else path.read_text(encoding="utf-8-sig")
    except UnicodeDecodeError:
        raise ValueProblem(str(path), _NO_TEXT) from None
    except OSError as error:
        raise ValueProblem(str(path), f"the file cannot be read ({type(error).__name__})") from None
    if "\0" in text:  # UTF-16 without a byte order mark
        raise ValueProblem(str(path), _NO_TEXT)
    for binding in parse_stream(StringIO(text)):
        # python-dotenv skips such a line, so that its setting would keep the default.
        if binding.error or (binding.key is not None and binding.value is None):
            first = binding.original.string
            line = binding.original.line + len(first) - len(first.lstrip("\n"))
            raise ValueProblem(str(path), f"line {line} cannot be read: expected NAME=value, quotes in pairs")
    found = dotenv_values(stream=StringIO(text))
    return capitals({name: value for name, value in found.items() if value is not None})


def capitals(values: Mapping[str, str]) -> dict[str, str]:
    """Return the values with their names in capitals; a name already written so wins over another spelling of it."""
    return {name.upper(): value for name, value in values.items()} | {
        name: value for name, value in values.items() if name.isupper()
    }


def find(
    name: str, sources: Mapping[str, Mapping[str, str]], *, secret: bool = False, may_be_empty: bool = False
) -> Value | None:
    """Return the first value of a setting among sources (origin to values); None if no source has one.

    `secret`: `NAME_FILE` is looked up beside NAME. `may_be_empty`: an empty value is a value. ValueProblem if a source
    has both forms, or if the file cannot be read or holds nothing.
    """
    for origin, values in sources.items():
        text, file = unquoted(values.get(name, "")), unquoted(values.get(f"{name}_FILE", "")) if secret else ""
        if file and text:
            raise ValueProblem(name, f"set beside {name}_FILE ({origin}); keep one of the two")
        if file:
            return Value(_content(f"{name}_FILE", file), origin, file)
        if text or (may_be_empty and name in values):
            return Value(text, origin)
    return None


def unquoted(text: str) -> str:
    """Return a value without the white space and one pair of quotes around it.

    `docker run --env-file` passes quotes on as part of a value; a shell, systemd and python-dotenv remove them.
    """
    text = text.strip()
    paired = len(text) > 1 and text[0] == text[-1] and text[0] in "\"'"
    return text[1:-1].strip() if paired else text


def unknown_names(values: Mapping[str, str], names: Collection[str], secrets: Collection[str]) -> list[str]:
    """Return the names that are no setting, nor `NAME_FILE` of a secret."""
    return sorted(set(values) - set(names) - {f"{name}_FILE" for name in secrets})


def _content(name: str, path: str) -> str:
    try:
        with Path(path).open("rb") as file:
            content = file.read(MAX_SECRET_BYTES + 1)
        text = unquoted(content.decode("utf-8-sig"))
    except (OSError, ValueError) as error:  # ValueError: a path with a NUL in it, or no UTF-8
        raise ValueProblem(name, f"the file cannot be read ({type(error).__name__})") from None
    if len(content) > MAX_SECRET_BYTES:
        raise ValueProblem(name, f"the file is larger than {MAX_SECRET_BYTES // 1024} KiB")
    if not text:
        raise ValueProblem(name, "the file is empty")
    return text

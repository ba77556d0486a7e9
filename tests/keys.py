"""The keys of the catalogs that the code uses, read from its syntax trees."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from functools import cache
from pathlib import Path

from bot.i18n import FALLBACK, read_catalog

ROOT = Path(__file__).parent.parent
KEYS = frozenset(str(message.id) for message in read_catalog(FALLBACK) if message.id)
SUBJECTS = frozenset(key.partition(".")[0] for key in KEYS)
_KEY = re.compile(rf"(?:{'|'.join(sorted(SUBJECTS))})\.[\w.]+")


@cache
def trees() -> tuple[ast.Module, ...]:
    """The syntax trees of the program."""
    paths = (path for folder in ("bot", "handlers", "storage") for path in sorted((ROOT / folder).rglob("*.py")))
    return tuple(ast.parse(path.read_text(encoding="utf-8")) for path in paths)


def _nodes() -> Iterator[ast.AST]:
    for tree in trees():
        yield from ast.walk(tree)


def written() -> set[str]:
    """All strings of the program that look like a key: those that are none are names of something else."""
    return {
        one.value
        for one in _nodes()
        if isinstance(one, ast.Constant) and isinstance(one.value, str) and _KEY.fullmatch(one.value)
    }


def pattern(node: ast.AST) -> re.Pattern[str] | None:
    """The pattern of an f-string that makes a key: a group for each value in it; None for another node."""
    if not isinstance(node, ast.JoinedStr) or not isinstance(node.values[0], ast.Constant):
        return None
    if not re.match(rf"(?:{'|'.join(sorted(SUBJECTS))})\.", str(node.values[0].value)):
        return None
    parts = (re.escape(str(one.value)) if isinstance(one, ast.Constant) else r"([\w.]+?)" for one in node.values)
    return re.compile("".join(parts))


def patterns() -> set[re.Pattern[str]]:
    """The patterns of all f-strings that make keys."""
    return {found for node in _nodes() if (found := pattern(node)) is not None}


def values() -> set[str]:
    """All strings and whole numbers of the program: what an f-string can put into a key, members of enums included."""
    return {str(one.value) for one in _nodes() if isinstance(one, ast.Constant) and isinstance(one.value, str | int)}


def in_calls(*names: str) -> set[str]:
    """The keys in the arguments of calls of functions with such names; of an f-string all that it can make."""
    found = set[str]()
    for call in _nodes():
        if not isinstance(call, ast.Call):
            continue
        name = call.func.attr if isinstance(call.func, ast.Attribute) else getattr(call.func, "id", "")
        if name in names:
            for node in (inner for argument in call.args for inner in ast.walk(argument)):
                if isinstance(node, ast.Constant) and node.value in KEYS:
                    found.add(str(node.value))
                elif (made := pattern(node)) is not None:
                    found |= {key for key in KEYS if made.fullmatch(key)}
    return found

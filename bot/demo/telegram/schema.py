"""Checks calls and answers against a machine-readable schema of the Bot API.

The schema is a JSON object with `methods` and `types`; each has `fields` of `name`, `types` (alternatives, such as
"Integer" or "Array of Message") and `required`; a method has `returns`, an abstract type its `subtypes`.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from bot.demo.telegram.wire import JSON

_ARRAY = "Array of "


def problems(method: str, params: JSON, schema: JSON) -> list[str]:
    """Return the problems of a call: unknown method or parameter, a missing required one, a wrong JSON type.

    `params` are decoded, as in Call.params.
    """
    described = schema["methods"].get(method)
    if described is None:
        return [f"{method}: no such method"]
    return _object_problems(method, params, described.get("fields", []), schema)


def result_problems(method: str, result: Any, schema: JSON) -> list[str]:
    """Return the problems of the answer to a call, by the same rules."""
    return _value_problems(f"{method}()", result, schema["methods"][method]["returns"], schema)


def update_problems(update: JSON, schema: JSON) -> list[str]:
    """Return the problems of an update."""
    return _value_problems("update", update, ["Update"], schema)


def _value_problems(path: str, value: Any, types: Sequence[str], schema: JSON) -> list[str]:
    """Return the problems with the alternative that fits best; none if one fits."""
    found = [_one_type_problems(path, value, name, schema) for name in types]
    return min(found, key=len)


def _one_type_problems(path: str, value: Any, name: str, schema: JSON) -> list[str]:
    if name.startswith(_ARRAY):
        if not isinstance(value, list):
            return [f"{path}: {value!r} is not an {name}"]
        of = [name.removeprefix(_ARRAY)]
        return [
            problem for i, item in enumerate(value) for problem in _value_problems(f"{path}[{i}]", item, of, schema)
        ]
    if name in _PRIMITIVES:
        return [] if _is_primitive(value, name) else [f"{path}: {value!r} is not a {name}"]
    if name == "InputFile":
        return [] if isinstance(value, str) else [f"{path}: {value!r} is neither a file_id nor an upload"]
    described = schema["types"][name]
    if "subtypes" in described:
        return _value_problems(path, value, described["subtypes"], schema)
    if not isinstance(value, dict):
        return [f"{path}: {value!r} is not a {name}"]
    return _object_problems(path, value, described.get("fields", []), schema)


def _object_problems(path: str, value: JSON, fields: Sequence[JSON], schema: JSON) -> list[str]:
    known = {field["name"]: field for field in fields}
    found = [f"{path}: unknown {name}" for name in value if name not in known]
    found += [f"{path}: {name} is missing" for name, field in known.items() if field["required"] and name not in value]
    for name, given in value.items():
        if name in known:
            found += _value_problems(f"{path}.{name}", given, known[name]["types"], schema)
    return found


_PRIMITIVES: dict[str, tuple[type, ...]] = {
    "Boolean": (bool,),
    "Integer": (int,),
    "Float": (int, float),
    "String": (str,),
}


def _is_primitive(value: Any, name: str) -> bool:
    if isinstance(value, bool):
        return name == "Boolean"
    return isinstance(value, _PRIMITIVES[name])

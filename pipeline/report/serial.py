"""Results as JSON and back: the declared dataclasses are the format, published as ``diff.schema.json``, ``timeline.schema.json``.

Reading checks every value against the type that its field declares, so a broken file is one sentence that names the place.
"""

from __future__ import annotations

import dataclasses
import functools
import json
import math
import types
from collections.abc import Callable, Mapping
from importlib.resources import files
from pathlib import Path
from typing import Any, Literal, TypeVar, Union, get_args, get_origin, get_type_hints

from pipeline.records import Diff, Timeline

SCHEMA_VERSION = 1
"""The one version of diff.json and timeline.json there is; a reader refuses others instead of guessing."""

Result = TypeVar("Result", Diff, Timeline)
Read = TypeVar("Read")

_WORDS = {str: "text", int: "a whole number", float: "a number", bool: "true or false", dict: "an object"}


def schema(kind: Literal["diff", "timeline"] = "diff") -> dict[str, Any]:
    """The JSON Schema (2020-12) of ``diff.json`` or ``timeline.json``."""
    found: dict[str, Any] = json.loads((files("pipeline.report") / f"{kind}.schema.json").read_text(encoding="utf-8"))
    return found


def to_dict(result: Diff | Timeline) -> dict[str, Any]:
    """A result as objects, lists, texts and numbers; a number that is not finite becomes None."""
    plain: dict[str, Any] = _plain(dataclasses.asdict(result))
    return {"schema_version": plain.pop("schema_version"), **plain}


def _plain(value: Any) -> Any:
    if isinstance(value, Mapping):
        return {str(key): _plain(part) for key, part in value.items()}
    if isinstance(value, (list, tuple, set, frozenset)):
        return [_plain(part) for part in (sorted(value) if isinstance(value, (set, frozenset)) else value)]
    if hasattr(value, "item") and not isinstance(value, (str, bytes)):
        value = value.item()
    if isinstance(value, float) and not math.isfinite(value):
        return None
    return value if value is None or isinstance(value, (str, int, float, bool)) else str(value)


def to_json(result: Diff | Timeline) -> str:
    """A result as the text of a ``diff.json`` or ``timeline.json``: UTF-8, indented, the same bytes for the same result."""
    return json.dumps(to_dict(result), ensure_ascii=False, indent=1, allow_nan=False) + "\n"


def from_json(path: str | Path) -> Diff:
    """Read a ``diff.json``.

    Raises
    ------
    ValueError
        When the file is no JSON, of another version, or a value is missing or of the wrong kind; the sentence names the place.
    OSError
        When it cannot be read.
    """
    return _read(path, from_dict)


def read_result(path: str | Path) -> Diff | Timeline:
    """Read a ``diff.json`` or a ``timeline.json``, whichever it is; raises as :func:`from_json`."""

    def make(found: Any) -> Diff | Timeline:
        return _from(Timeline, found) if isinstance(found, dict) and "groups" in found else _from(Diff, found)

    return _read(path, make)


def _read(path: str | Path, make: Callable[[Any], Read]) -> Read:
    try:
        found = json.loads(Path(path).read_text(encoding="utf-8-sig"))
    except UnicodeDecodeError as error:
        raise ValueError(f"{path}: the file must be UTF-8 text ({error.reason} at byte {error.start}).") from None
    except json.JSONDecodeError as error:
        raise ValueError(f"{path}:{error.lineno}: the file must be JSON ({error.msg}).") from None
    except RecursionError:
        raise ValueError(f"{path}: the file must be a diff. Got JSON nested too deeply.") from None
    try:
        return make(found)
    except ValueError as error:
        raise ValueError(f"{path}: {error}") from None


def from_dict(found: Any) -> Diff:
    """A diff from what :func:`to_dict` made. Raises ``ValueError`` that names the place of what is wrong."""
    return _from(Diff, found)


def _from(kind: type[Result], found: Any) -> Result:
    version = found.get("schema_version") if isinstance(found, dict) else None
    if isinstance(found, dict) and version != SCHEMA_VERSION:
        raise ValueError(f"schema_version must be {SCHEMA_VERSION}. Got {version!r}.")
    result: Result = _record(kind, found, "")
    if isinstance(result, Timeline):
        _same_groups(result)
    return result


def _same_groups(timeline: Timeline) -> None:
    """That every theme has a share for each group, which types cannot say."""
    for name, lines in (("themes", timeline.themes), ("positions", timeline.positions)):
        for number, line in enumerate(lines):
            parts = [("shares", len(line.shares)), *([("stance.groups", len(line.stance.groups))] if line.stance else [])]
            for part, many in parts:
                if many != len(timeline.groups):
                    raise ValueError(f"{name}[{number}].{part} must be {len(timeline.groups)}, one a group. Got {many}.")
    if timeline.times and len(timeline.times) != len(timeline.groups):
        raise ValueError(f"times must be {len(timeline.groups)}, one a group, or none. Got {len(timeline.times)}.")


@functools.cache
def _hints(kind: type) -> dict[str, Any]:
    return get_type_hints(kind)


def _record(kind: type, found: Any, place: str) -> Any:
    if not isinstance(found, dict):
        raise ValueError(f"{place or 'the file'} must be an object. Got {_short(found)}.")
    values = {}
    known = {item.name: item for item in dataclasses.fields(kind)}
    for name in found:
        if name not in known:
            raise ValueError(f"{_at(place, name)} is no field of a result. Available: {', '.join(known)}.")
    for name, item in known.items():
        if name in found:
            values[name] = _value(_hints(kind)[name], found[name], _at(place, name))
        elif item.default is dataclasses.MISSING and item.default_factory is dataclasses.MISSING:
            raise ValueError(f"{_at(place, name)} is missing.")
    return kind(**values)


def _at(place: str, name: str) -> str:
    return f"{place}.{name}" if place else name


def _value(kind: Any, found: Any, place: str) -> Any:
    """``found`` as the declared type ``kind``: a record, a choice, a tuple, or a plain value."""
    origin = get_origin(kind)
    if origin in (Union, types.UnionType):
        if found is None and type(None) in get_args(kind):
            return None
        return _value(next(part for part in get_args(kind) if part is not type(None)), found, place)
    if origin is Literal:
        if not isinstance(found, str) or found not in get_args(kind):
            raise ValueError(f"{place} must be one of {', '.join(get_args(kind))}. Got {_short(found)}.")
        return found
    if origin is tuple:
        if not isinstance(found, list):
            raise ValueError(f"{place} must be a list. Got {_short(found)}.")
        return tuple(_value(get_args(kind)[0], part, f"{place}[{number}]") for number, part in enumerate(found))
    if dataclasses.is_dataclass(kind) and isinstance(kind, type):
        return _record(kind, found, place)
    return _scalar(origin or kind, found, place)


def _scalar(kind: Any, found: Any, place: str) -> Any:
    if kind is Any or kind is object:
        return found
    wanted = (int, float) if kind is float else kind
    if not isinstance(found, wanted) or (isinstance(found, bool) and kind is not bool):
        raise ValueError(f"{place} must be {_WORDS.get(kind, kind.__name__)}. Got {_short(found)}.")
    if kind is float:
        if not math.isfinite(found):
            raise ValueError(f"{place} must be a finite number. Got {found!r}.")
        return float(found)
    return found


def _short(found: Any) -> str:
    if isinstance(found, (dict, list)):
        return "an object" if isinstance(found, dict) else "a list"
    text = repr(found)
    return text if len(text) <= 60 else text[:59] + "…"

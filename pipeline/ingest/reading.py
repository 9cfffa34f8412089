"""Sources to the table of speeches: read each document once, fill its row, and keep the reason of each that cannot be read."""

from __future__ import annotations

import datetime
import hashlib
import json
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

import pandas as pd

from pipeline import settings
from pipeline.ingest import dates, duplicates, manifest, sources, tables
from pipeline.ingest.content import OWN, Content, NoDocument
from pipeline.ingest.english import not_english
from pipeline.ingest.formats import by_name, read_content, stem
from pipeline.ingest.sources import count
from pipeline.records import SPEECHES, TABLES, conform
from pipeline.settings import Limits

MOST_PEOPLE = 20
"""Speakers up to whom each document carries the whole register; a longer one would outweigh the texts, so a document of a
large corpus carries only its own speaker and president."""

DOCVARS = ("published", "author", "publisher", "url", "licence", "retrieved")
"""Fields of a manifest's document that travel as document variables."""


ROWS = 10_000
"""Rows that are kept as dictionaries before they become columns, which take a quarter of the memory."""
TELLING = 50
"""Files between two words to whoever waits."""

RESERVED = frozenset(name for table in TABLES.values() for name in table.schema.names) - {*SPEECHES.schema.names}
"""Columns of the later tables, which no document variable may be taken for."""


@dataclass(frozen=True)
class Reading:
    """What was read, and what could not be.

    Attributes
    ----------
    speeches : table of speeches, document variables behind.
    failed : rows of ``id`` and ``error``, a sentence that names the file.
    """

    speeches: pd.DataFrame
    failed: pd.DataFrame


def read(
    sources: str | Path | Sequence[str | Path],
    *,
    text: str | None = None,
    id: str | None = None,
    by: str | None = None,
    limits: Limits | None = None,
    strict: bool = False,
    progress: Callable[[str, int, int], None] | None = None,
) -> Reading:
    """Read files, folders, globs, tables, archives and manifests.

    Parameters
    ----------
    sources : what to read; a folder with a ``manifest.toml`` is read by it.
    text, id : for tables: the columns with the text (default ``text``) and the name of the speech (default ``speech_id``,
        ``id`` or ``doc_id``).
    by : for tables: a column that must be there.
    limits : what is accepted.
    strict : True raises on the first document that fails.
    progress : called with what is done, how many files, and of about how many.

    Returns
    -------
    The speeches, one row a document, and the documents that failed. Where a speech repeats another one (nearly) whole, a column
    ``duplicate_of`` names that one.

    Raises
    ------
    ValueError
        When a manifest has a fault, a table lacks a column, two documents have one id, or there is no document at all.
    OSError
        When a source is not there.
    ImportError
        When a manifest's package is missing.
    """
    named = [sources] if isinstance(sources, (str, Path)) else list(sources)
    limits = limits or settings.limits()
    frames: list[pd.DataFrame] = []
    failed: list[dict[str, str]] = []
    rows: list[dict[str, object]] = []
    about = count(named) if progress else 0
    for number, item in enumerate(_items(named, limits), 1):
        if progress and number % TELLING == 0:
            progress("Reading", number, max(number, about))
        if item.is_table:
            frame, wrong = _table(item, text=text, id=id, by=by, limits=limits)
            frames.append(_frame(rows))
            frames.append(frame)
            failed += wrong
            rows = []
        else:
            try:
                rows.append(_row(item, limits))
            except NoDocument:
                continue
            except (ValueError, OSError, ImportError) as error:
                failed.append({"id": item.id, "error": _reason(item, error)})
            if len(rows) == ROWS:
                frames.append(_frame(rows))
                rows = []
        if strict and failed:
            raise ValueError(failed[0]["error"])
    frames.append(_frame(rows))
    speeches = _joined([frame for frame in frames if len(frame)])
    if speeches.empty and not failed:
        raise ValueError(f"{', '.join(map(str, named))}: The source must hold at least one document. Got none.")
    _once(speeches)
    speeches = duplicates.mark(speeches)
    return Reading(speeches, pd.DataFrame(failed, columns=["id", "error"], dtype=object))


def read_speeches(
    sources: str | Path | Sequence[str | Path],
    *,
    text: str | None = None,
    id: str | None = None,
    by: str | None = None,
    limits: Limits | None = None,
) -> pd.DataFrame:
    """The table of speeches alone; as :func:`read`, but ``ValueError`` on the first document that fails.

    >>> read_speeches(["corpus/adcs"])["speech_id"].tolist()
    ['2022-crocker', '2024-smith']
    """
    return read(sources, text=text, id=id, by=by, limits=limits, strict=True).speeches


def validate(corpus: str | Path) -> list[str]:
    """What is wrong with a corpus, one line a fault, each with the manifest, the line and the field; empty when it is in order.

    The documents are read too; one that is still to be fetched is no fault.

    Raises ``OSError`` when the corpus is not there.
    """
    limits = settings.limits()
    path = Path(corpus)
    place = path / manifest.NAME if path.is_dir() else path
    if path.is_file() and path.suffix != ".toml":
        return [f"{path}: The corpus must be a folder or a manifest (.toml). Got another kind of file."]
    if path.is_dir() and not place.is_file():
        return [str(row["error"]) for row in read([path]).failed.to_dict("records")]
    try:
        found, faults = manifest.check(place)
    except (ValueError, ImportError) as error:
        return [str(error)]
    for item in sources.of_manifest(found, limits) if found else ():
        if item.document and "url" in item.document.fields and found and not (found.root / item.document.path).exists():
            continue
        try:
            _row(item, limits)
        except (ValueError, OSError, ImportError) as error:
            faults.append(_reason(item, error))
    return faults


def _items(named: Sequence[str | Path], limits: Limits) -> Iterator[sources.Item]:
    if not named:
        raise ValueError("The sources must name at least one file or folder. Got none.")
    return sources.items(named, limits)


def _reason(item: sources.Item, error: Exception) -> str:
    """One sentence with the file, and where a manifest lists it the line and the document."""
    said = f"{error.strerror}." if isinstance(error, OSError) and error.strerror else " ".join(str(error).split())
    if item.corpus and item.document:
        return f"{item.corpus.path}:{item.document.line}: document {item.id!r} ({item.source}): {said}"
    return f"{item.source}: {said}"


def _row(item: sources.Item, limits: Limits) -> dict[str, object]:
    """A document's row; raises when it cannot be read or used."""
    raw = item.load()
    fields = item.document.fields if item.document else {}
    digest = hashlib.sha256(raw).hexdigest()
    if "sha256" in fields and fields["sha256"].lower() != digest:
        raise ValueError(
            f"The field 'sha256' must be that of the file. Got {fields['sha256'][:12]}..., and the file has {digest[:12]}..."
        )
    content = item.content or read_content(
        raw, item.name, form=fields.get("format"), encoding=fields.get("encoding"), limits=limits, place=item.place
    )
    if not content.text.strip():
        raise ValueError("The document must have text. Got none.")
    if fields.get("language", "").lower()[:2] != "en" and (why := not_english(content.text)):
        raise ValueError(why)
    row: dict[str, object] = {"speech_id": item.id, "text": content.text, "source": item.source, "sha256": digest}
    if item.group is not None:
        row["group"] = item.group
    row |= {key: value for key, value in content.docvars.items() if key not in row}
    row |= {key: value for key in OWN if (value := fields.get(key) or getattr(content, key)) is not None}
    row["date"] = row.get("date") or row.get("published")
    row["turns"] = json.dumps(content.turns, ensure_ascii=False) if content.turns else None
    row["aliases"] = _people(content.people)
    if content.pages:
        row["pages"] = json.dumps(content.pages)
    if item.corpus and item.document:
        row |= _of_manifest(item.corpus, item.document, row, content)
    given = {key: value for key, value in item.docvars.items() if value is not None}
    if "date" in given:
        given["date"] = dates.iso(given["date"]) or given["date"]
    return {**item.docvars, **row, **given}


def _people(people: Mapping[str, Mapping[str, Sequence[str]]]) -> str | None:
    plain = {
        name: {"aliases": list(said.get("aliases", ())), "pronouns": list(said.get("pronouns", ()))}
        for name, said in people.items()
    }
    return json.dumps(plain, ensure_ascii=False) if plain else None


def _of_manifest(
    corpus: manifest.Manifest, document: manifest.Document, row: Mapping[str, object], content: Content
) -> dict[str, object]:
    """What the manifest says beyond the fields of the document: who is president, who speaks, who is who, and the variables."""
    fields = document.fields
    term = corpus.presidencies.get(fields.get("presidency", "")) or _term(corpus, row.get("date") or row.get("published"))
    speaker = corpus.speakers.get(term.speaker) if term and term.speaker else None
    default = fields.get("default_speaker")
    own = corpus.speakers.get(default) if default else None
    people = list(corpus.speakers.values())
    if len(people) > MOST_PEOPLE:
        people = [person for person in people if person in (speaker, own)]
    register = {person.name: {"aliases": person.aliases, "pronouns": person.pronouns} for person in people}
    return {
        "presidency": term.id if term else None,
        "president": speaker.name if speaker else None,
        "default_speaker": own.name if own else default,
        "aliases": _people({**content.people, **register}),
        **{key: fields[key] for key in DOCVARS if key in fields},
        **document.docvars,
    }


def _term(corpus: manifest.Manifest, date: object) -> manifest.Presidency | None:
    """The one presidency that covers the date; None when none or several do."""
    covering = [term for term in corpus.presidencies.values() if isinstance(date, str) and term.covers(date)]
    return covering[0] if len(covering) == 1 else None


def _table(
    item: sources.Item, *, text: str | None, id: str | None, by: str | None, limits: Limits
) -> tuple[pd.DataFrame, list[dict[str, str]]]:
    """The rows of a table that are speeches, and those that are none."""
    try:
        raw = item.load()
        frame = tables.read_table(raw, by_name(item.name) or "", text=text, id=id, by=by, name=stem(item.name), limits=limits)
    except ValueError as error:
        raise ValueError(f"{item.source}: {error}") from None
    reasons = [
        _row_fault(value, said, limits)
        for value, said in zip(frame["text"], frame["error"] if "error" in frame else [None] * len(frame), strict=True)
    ]
    wrong = [
        {
            "id": str(name),
            "error": reason if reason.startswith(f"{item.source}:") else f"{item.source}: row {number} ({name}): {reason}",
        }
        for number, (name, reason) in enumerate(zip(frame["speech_id"], reasons, strict=True), 1)
        if reason
    ]
    frame = frame[[reason is None for reason in reasons]].drop(columns="error", errors="ignore").reset_index(drop=True)
    columns: dict[str, object] = {} if item.group is None else {"group": item.group}
    columns = {"source": item.source, **columns, **{name: _plain_column(frame[name]) for name in frame.columns}}
    order = [*frame.columns, *(name for name in columns if name not in frame.columns)]
    return pd.DataFrame({name: columns[name] for name in order}, index=frame.index), wrong


def _plain_column(values: pd.Series) -> pd.Series:
    """A column as texts, numbers or None; the dates of the column ``date`` as ISO 8601."""
    if values.dtype != object and not pd.api.types.is_datetime64_any_dtype(values):
        return values
    plain = [_plain(value) for value in values]
    plain = [dates.iso(value) or value for value in plain] if values.name == "date" else plain
    return pd.Series(plain, index=values.index, dtype=object)


def _row_fault(text: object, said: object, limits: Limits) -> str | None:
    """Why a row is no speech, or None."""
    if isinstance(said, str) and said.strip():
        return said
    if not isinstance(text, str):
        return f"The text must be a text. Got {'none' if text is None or text != text else type(text).__name__}."
    if not text.strip():
        return "The text must not be empty."
    if len(text) > limits.cell_characters:
        return f"The text must have at most {limits.cell_characters:,} characters. Got {len(text):,}."
    return not_english(text)


def _plain(value: object) -> object:
    """A cell as one scalar: lists and tables as JSON, missing ones as None."""
    if isinstance(value, (list, dict, tuple)) or (hasattr(value, "tolist") and hasattr(value, "__len__")):
        return json.dumps(value.tolist() if hasattr(value, "tolist") else value, ensure_ascii=False, default=str)
    if value is None or value is pd.NA or value != value:
        return None
    return (dates.iso(value) or str(value)) if isinstance(value, datetime.date) else value


def _frame(rows: Sequence[Mapping[str, object]]) -> pd.DataFrame:
    names = list(dict.fromkeys(name for row in rows for name in row))
    return pd.DataFrame({name: pd.Series([row.get(name) for row in rows], dtype=object) for name in names})


def _joined(frames: Sequence[pd.DataFrame]) -> pd.DataFrame:
    """One conforming table; a variable with values of several types becomes text, one named like a later column ``doc_...``.

    A column ``speaker`` also says who speaks where nothing else does.
    """
    whole = pd.concat(frames, ignore_index=True) if frames else pd.DataFrame({"speech_id": [], "text": []}, dtype=object)
    if "speaker" in whole:
        default = whole["default_speaker"] if "default_speaker" in whole else pd.Series([None] * len(whole), dtype=object)
        whole["default_speaker"] = default.where(default.notna(), whole["speaker"])
    whole = whole.rename(columns={name: f"doc_{name}" for name in whole.columns if name in RESERVED})
    whole = conform(whole, SPEECHES)
    for name in whole.columns:
        if whole[name].dtype == object and name not in SPEECHES.schema.names:
            whole[name] = whole[name].where(whole[name].notna(), None)
            kinds = {type(value) for value in whole[name] if value is not None}
            if len(kinds) > 1:
                whole[name] = [None if value is None else str(value) for value in whole[name]]
    return whole


def _once(speeches: pd.DataFrame) -> None:
    twice = speeches["speech_id"].duplicated()
    if twice.any():
        name = speeches.loc[twice, "speech_id"].iloc[0]
        places = sorted({str(source) for source in speeches.loc[speeches["speech_id"] == name, "source"]})
        same = " Is a source named twice?" if len(places) == 1 else ""
        raise ValueError(f"The id of a speech must be given once. Got {name!r} twice, in {' and '.join(places)}.{same}")

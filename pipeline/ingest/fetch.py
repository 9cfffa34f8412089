"""Download the addresses of a manifest into ``originals/``: politely, within limits, and never half a file.

The texts are their owners'; what is fetched stays on the user's machine. A file that is there already is not asked for again,
so a run that was interrupted goes on where it stopped.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from pipeline import settings, store
from pipeline.ingest import manifest
from pipeline.ingest.files import megabytes, through_link
from pipeline.ingest.web import PAUSE, TIMEOUT, PassingError, Visitor
from pipeline.ingest.writing import toml_manifest
from pipeline.settings import Limits

FOLDER = "originals"


@dataclass(frozen=True)
class Fetched:
    """What became of one document: ``outcome`` is a sentence; ``path`` is relative to the corpus, None when it failed."""

    speech_id: str
    outcome: str
    failed: bool
    path: str | None = None
    sha256: str | None = None


def fetch(
    corpus: str | Path,
    *,
    progress: Callable[[str, int, int], None] | None = None,
    limits: Limits | None = None,
    pause: float = PAUSE,
    timeout: float = TIMEOUT,
    again: bool = False,
) -> list[Fetched]:
    """Download every address of a corpus.

    A document whose ``path`` lies in ``originals/`` is stored there; another one (a digest, say) keeps its file, and its
    original is stored as ``originals/ID.ENDING``. ``originals/manifest.toml`` then makes a corpus of these.

    Parameters
    ----------
    corpus : folder with a ``manifest.toml``, or the manifest.
    progress : called with what is done, how many documents, and of how many.
    limits : ``file_bytes`` is the most that is downloaded.
    pause, timeout : in seconds.
    again : True downloads what is there already.

    Returns
    -------
    One record a document with an address, in the order of the manifest.

    Raises
    ------
    ValueError
        When the manifest has a fault or lists no address.
    OSError
        When the manifest cannot be read or ``originals/`` cannot be written.
    """
    path = Path(corpus)
    if path.is_dir() and not (path / manifest.NAME).is_file():
        raise ValueError(
            f"{path}: The corpus must have a {manifest.NAME} that gives addresses (`url`). Got a folder without one."
        )
    found = manifest.load(path / manifest.NAME if path.is_dir() else path)
    listed = [document for document in found.documents if "url" in document.fields]
    if not listed:
        raise ValueError(f"{found.path}: The manifest must give the field 'url' of at least one document. Got none.")
    say = progress or (lambda *_: None)
    visitor = Visitor(limits or settings.limits(), pause, timeout)
    results = []
    for number, document in enumerate(listed):
        say("Fetching", number, len(listed))
        results.append(_one(found, document, visitor, again=again))
    say("Fetching", len(listed), len(listed))
    _write_manifest(found, results)
    return results


def _one(corpus: manifest.Manifest, document: manifest.Document, visitor: Visitor, *, again: bool) -> Fetched:
    """Fetch one document, or say why not."""
    folder = corpus.path.parent
    own = document.path.startswith(f"{FOLDER}/")
    stems = Path(document.path).name if own else f"{_safe(document.id)}.*"
    there = next(iter(sorted((folder / FOLDER).glob(stems))), None) if not again else None
    if there is not None:
        wrong = _wrong_hash(document, there.read_bytes()) if own else None
        if wrong is None:
            return Fetched(
                document.id, f"there already ({FOLDER}/{there.name})", False, f"{FOLDER}/{there.name}", _hash(there.read_bytes())
            )
    try:
        raw, form = visitor.get(document.fields["url"])
        ending = Path(document.path).suffix.lstrip(".").lower() if own else form
        if own and {ending, form} in ({"html", "pdf"}, {"pdf", "txt"}):
            raise ValueError(f"The address must lead to .{ending}, as the path of the document says. Got .{form}.")
        if own and (wrong := _wrong_hash(document, raw)):
            raise ValueError(wrong)
        target = document.path if own else f"{FOLDER}/{_safe(document.id)}.{form}"
        if through_link(folder, target):
            raise ValueError("The field 'path' must not pass a symbolic link.")
        store.write_bytes(folder / target, raw)
    except (ValueError, PassingError) as error:
        return Fetched(document.id, f"{document.fields['url']}: {error}", True)
    return Fetched(document.id, f"fetched {megabytes(len(raw))} into {target}", False, target, _hash(raw))


def _safe(name: str) -> str:
    """An id as a file name."""
    return re.sub(r"[^\w.-]+", "-", name).strip("-.") or "document"


def _hash(raw: bytes) -> str:
    return hashlib.sha256(raw).hexdigest()


def _wrong_hash(document: manifest.Document, raw: bytes) -> str | None:
    expected = document.fields.get("sha256")
    if expected is None or expected.lower() == _hash(raw):
        return None
    return f"The field 'sha256' must be that of the file. Got {expected[:12]}..., and the address has {_hash(raw)[:12]}..."


def _write_manifest(corpus: manifest.Manifest, results: list[Fetched]) -> None:
    """A manifest of the originals beside them, where the corpus itself is made of other texts."""
    documents = {document.id: document for document in corpus.documents}
    stored = [row for row in results if row.path and not documents[row.speech_id].path.startswith(f"{FOLDER}/")]
    if not stored:
        return
    listed: list[dict[str, object]] = []
    for row in stored:
        document = documents[row.speech_id]
        kept = {key: value for key, value in document.fields.items() if key not in ("sha256", "format", "encoding", "language")}
        path = (row.path or "").removeprefix(f"{FOLDER}/")
        listed.append({"id": row.speech_id, "path": path, "sha256": row.sha256, **kept, "docvars": document.docvars})
    text = toml_manifest(
        {"schema": manifest.SCHEMA, "name": f"{corpus.corpus['name']}-{FOLDER}"},
        speakers=[{"id": s.id, "name": s.name, "aliases": s.aliases, "pronouns": s.pronouns} for s in corpus.speakers.values()],
        presidencies=[{"id": t.id, "speaker": t.speaker, "from": t.begins, "to": t.ends} for t in corpus.presidencies.values()],
        documents=listed,
        head="Written by themeshift fetch. These texts are their publishers' and may not be passed on.",
    )
    store.write_text(corpus.path.parent / FOLDER / manifest.NAME, text)

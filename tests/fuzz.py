"""Mutated files of every format against the readers: `python tests/fuzz.py [COUNT] [SEED]`.

Each input must be read or refused by a sentence that names the file, within ``SECONDS`` and ``MEGABYTES``. The mutations are
those that files meet (cut off, bytes flipped, parts doubled or lost, packed again around a broken member) and those of an
attacker (entities, NULs, deep nesting, long lines, huge counts).
"""

from __future__ import annotations

import io
import random
import resource
import signal
import sys
import tempfile
import time
import traceback
import zipfile
from collections import Counter
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parent))
sys.path.insert(0, str(Path(__file__).resolve().parent.parent))

from documents import HISTORIC, SAMPLES, zipped

from pipeline import ingest

SECONDS = 5
"""Of the processor, so that a busy machine fails nobody."""
WAITING = 60
"""Seconds in all, for what waits without computing."""
MEGABYTES = 500
SEEDS = {
    **SAMPLES,
    "historic.xml": HISTORIC.encode(),
    "txt.gz": __import__("gzip").compress(SAMPLES["txt"], mtime=0),
    "zip": zipped({"x.txt": SAMPLES["txt"], "b/c.html": SAMPLES["html"], "t.csv": SAMPLES["csv"]}),
    "toml": b'[corpus]\nschema = 1\nname = "x"\n[[presidency]]\nid = "p"\nfrom = 2022-01-01\nto = 2022-12-31\n'
    b'[[document]]\nid = "a"\npath = "a.txt"\ndate = 2022-05-03\n[document.docvars]\nyear = 2022\n',
}
NASTY = (
    b"\x00", b"\xff\xfe", b"\xef\xbb\xbf", b"\r", b"\n" * 50, b"<" * 300, b"<p>" * 400, b"<div>" * 3000, b"]]>", b"&#0;",
    b'<!DOCTYPE a [<!ENTITY b "c"><!ENTITY d SYSTEM "file:///etc/passwd">]>', b"<?xml version='1.1' encoding='UTF-7'?>",
    b"A" * 20_000, b"../../etc/passwd", b'"' * 99, b"99999999999999999999", b"-1", b"{" * 500, b"[" * 500, b"\\u0000", b"--b--",
    b"-->", b"00:00:01.000 --> ", b"endobj", b"/Count 99999999", b"stream\n", b"<w:p>" * 100, b"<text:p>" * 100, b"\xe2\x80\xae",
    b"\xc3\xa2\xe2\x82\xac", b"=?utf-8?b?AAAA?=", b"Content-Type: multipart/mixed; boundary=b\r\n\r\n", b'encoding = "utf-7"\n',
    b'path = "/dev/zero"\n', b"{\\*\\fldinst{ HYPERLINK \"" * 40, b"\\bin999999 ", b"\\u-9999?", b"\\'8", b"{\\info{\\title {",
    b"\\ansicpg99999", b"{" * 3000, b"id = 1979-05-27T07:32:00Z\n",
)  # fmt: skip


def mutate(raw: bytes, random_: random.Random) -> bytes:
    """One, two or four mutations of ``raw``; a ZIP file may be mutated inside a member."""
    if raw.startswith(b"PK") and random_.random() < 0.6:
        return _inside(raw, random_)
    content = bytearray(raw)
    for _ in range(random_.choice((1, 1, 1, 2, 4))):
        place = random_.randrange(len(content) + 1)
        end = min(len(content), place + random_.choice((1, 2, 8, 64, 512)))
        kind = random_.randrange(7)
        if kind == 0:
            content[place:place] = random_.choice(NASTY)
        elif kind == 1:
            content[place:end] = random_.randbytes(end - place)
        elif kind == 2:
            del content[place:end]
        elif kind == 3:
            content[place:place] = content[place:end] * random_.choice((1, 3, 50))
        elif kind == 4:
            del content[place:]
        elif kind == 5 and content:
            content[place - 1] ^= 1 << random_.randrange(8)
        else:
            other = random_.choice(list(SEEDS.values()))
            content[place:end] = other[: random_.choice((16, 256, 4096))]
    return bytes(content)


def _inside(raw: bytes, random_: random.Random) -> bytes:
    with zipfile.ZipFile(io.BytesIO(raw)) as archive:
        members = {name: archive.read(name) for name in archive.namelist()}
    name = random_.choice(list(members))
    if random_.random() < 0.1:
        del members[name]
    else:
        members[name] = mutate(members[name], random_)
    return zipped(members)


def outcome(path: Path) -> str:
    """``read`` or ``refused``; raises whatever a user would meet as a traceback, or when a refusal names no file or reason."""
    try:
        reading = ingest.read([path])
    except (ValueError, OSError, ImportError) as error:
        said = [str(error)]
    else:
        said = reading.failed["error"].tolist()
        if not said:
            return "read"
    for sentence in said:
        if path.name not in sentence or len(sentence) < len(path.name) + 20 or "\n" in sentence:
            raise AssertionError(f"a refusal must be one line that names file and reason. Got {sentence!r}.")
    return "refused"


class Hang(BaseException):
    """A reader took too long; no reader may catch it."""


def _alarm(*_: object) -> None:
    raise Hang(f"took longer than {SECONDS} s of the processor, or {WAITING} s in all")


def main(count: int = 10_000, seed: int = 0) -> int:
    """Run ``count`` mutated inputs; 1 when one of them broke the promise (its bytes are kept in build/fuzz)."""
    random_ = random.Random(seed)
    found: Counter[tuple[str, str]] = Counter()
    broken, slowest = 0, 0.0
    for name, good in SAMPLES.items():  # what is imported on first use costs no mutated file its time
        ingest.read_content(good, f"x.{name}") if name not in ("csv", "tsv", "jsonl") else None
    signal.signal(signal.SIGALRM, _alarm)
    signal.signal(signal.SIGPROF, _alarm)
    with tempfile.TemporaryDirectory() as folder:
        (Path(folder) / "a.txt").write_bytes(SAMPLES["txt"])
        for number in range(count):
            form = random_.choice(list(SEEDS))
            raw = mutate(SEEDS[form], random_)
            path = Path(folder) / (f"in.{form}" if form != "toml" else "manifest.toml")
            path.write_bytes(raw)
            began = time.process_time()
            signal.alarm(WAITING)
            signal.setitimer(signal.ITIMER_PROF, SECONDS)
            try:
                found[form, outcome(path)] += 1
            except BaseException as error:
                if isinstance(error, KeyboardInterrupt):
                    raise
                broken += 1
                kept = Path("build/fuzz") / f"{seed}-{number}.{form}"
                kept.parent.mkdir(parents=True, exist_ok=True)
                kept.write_bytes(raw)
                print(f"{kept}: {type(error).__name__}: {error}", file=sys.stderr)
                traceback.print_exc(limit=-4)
            finally:
                signal.alarm(0)
                signal.setitimer(signal.ITIMER_PROF, 0)
            slowest = max(slowest, time.process_time() - began)
            path.unlink()
    memory = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    for form in SEEDS:
        print(f"{form:>13}  read {found[form, 'read']:5}  refused {found[form, 'refused']:5}")
    print(f"{count} inputs, {broken} broken, slowest {slowest:.2f} s, at most {memory:.0f} MB")
    return int(bool(broken) or memory > MEGABYTES)


if __name__ == "__main__":
    sys.exit(main(*map(int, sys.argv[1:3])))

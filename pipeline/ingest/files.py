"""Files within limits: how many bytes are read, what a packed file may unpack to, and which paths a corpus may name."""

from __future__ import annotations

import os
import re
import stat
import zipfile
import zlib
from collections.abc import Iterator
from pathlib import Path, PurePosixPath
from typing import IO

from pipeline.settings import Limits

_DRIVE = re.compile(r"^[A-Za-z]:")
_CHUNK = 1 << 20


def megabytes(size: int) -> str:
    """A size for people: ``64 MB``, or bytes below one."""
    return f"{size / 1024**2:.4g} MB" if size >= 1024**2 else f"{size} bytes"


def read_bytes(path: Path, limits: Limits) -> bytes:
    """The bytes of a file.

    Raises ``ValueError`` when it is no regular file or larger than ``limits.file_bytes``, ``OSError`` when it cannot be read.
    """
    place = os.open(path, os.O_RDONLY | getattr(os, "O_NONBLOCK", 0) | getattr(os, "O_BINARY", 0))  # a pipe must not hold us up
    with open(place, "rb", buffering=0) as file:
        about = os.fstat(place)
        if not stat.S_ISREG(about.st_mode):
            raise ValueError("The path must lead to a regular file.")
        if about.st_size > limits.file_bytes:
            raise ValueError(f"The file must have at most {megabytes(limits.file_bytes)}. Got {megabytes(about.st_size)}.")
        pieces = [file.read(about.st_size + 1)]  # one byte more than there should be, to meet the end of the file
        while pieces[-1] and sum(map(len, pieces)) != about.st_size:  # a file that grows, or one that gives less at a time
            if sum(map(len, pieces)) > limits.file_bytes:
                raise ValueError(f"The file must have at most {megabytes(limits.file_bytes)}. Got more.")
            pieces.append(file.read(_CHUNK))
    return b"".join(pieces) if len(pieces) > 1 else pieces[0]


def gunzip(raw: bytes, limits: Limits) -> bytes:
    """What a gzip file (of one or several members) unpacks to; ``ValueError`` beyond the limits or when it is broken."""
    unpacked = bytearray()
    rest = raw
    most = min(limits.unpacked_bytes, max(len(raw), 1024) * limits.unpacked_ratio)
    while rest:
        member = zlib.decompressobj(wbits=31)
        try:
            while rest and not member.eof:
                unpacked += member.decompress(rest, _CHUNK)
                rest = member.unconsumed_tail
                if len(unpacked) > most:
                    raise ValueError(
                        f"The packed file must unpack to at most {megabytes(limits.unpacked_bytes)} and "
                        f"{limits.unpacked_ratio} times its size. Got more."
                    )
        except zlib.error:
            raise ValueError("The file must be a whole gzip file. Got a broken one.") from None
        if not member.eof:
            raise ValueError("The file must be a whole gzip file. Got one that ends too early.")
        rest = member.unused_data.lstrip(b"\x00")
    return bytes(unpacked)


def open_zip(file: IO[bytes], limits: Limits, *, what: str = "ZIP") -> zipfile.ZipFile:
    """A checked archive: members counted, sizes and ratio within the limits; the sizes are checked again when one is read.

    Raises ``ValueError`` when it is broken, encrypted, or beyond a limit.
    """
    try:
        archive = zipfile.ZipFile(file)
    except (zipfile.BadZipFile, ValueError, NotImplementedError, OSError, EOFError, OverflowError):
        raise ValueError(f"The file must be a whole {what} file. Got a broken one.") from None
    members = archive.infolist()
    if len(members) > limits.entries:
        raise ValueError(f"The {what} file must have at most {limits.entries:,} members. Got {len(members):,}.")
    if any(member.flag_bits & 1 for member in members):
        raise ValueError(f"The {what} file must not be encrypted.")
    unpacked = sum(member.file_size for member in members)
    packed = max(sum(member.compress_size for member in members), 1024)
    if unpacked > limits.unpacked_bytes or unpacked > packed * limits.unpacked_ratio:
        raise ValueError(
            f"The {what} file must unpack to at most {megabytes(limits.unpacked_bytes)} and {limits.unpacked_ratio} times "
            f"its size. Got {megabytes(unpacked)} from {megabytes(packed)}."
        )
    return archive


def read_member(archive: zipfile.ZipFile, name: str, limits: Limits, *, what: str = "ZIP") -> bytes:
    """One member's bytes, never more than its header announced; ``ValueError`` when it is missing or broken."""
    try:
        announced = archive.getinfo(name).file_size
        with archive.open(name) as member:
            raw = member.read(min(announced, limits.file_bytes) + 1)
    except KeyError:
        raise ValueError(f"The {what} file must have a member {name!r}.") from None
    except (zipfile.BadZipFile, zlib.error, EOFError, NotImplementedError, RuntimeError, OSError, ValueError, OverflowError):
        raise ValueError(f"The {what} file must be whole. Its member {name!r} is broken.") from None
    if len(raw) > limits.file_bytes:
        raise ValueError(f"A member of the {what} file must have at most {megabytes(limits.file_bytes)}. {name!r} has more.")
    return raw


def wrong_path(path: str) -> str | None:
    """Why a corpus may not name ``path``, or None: it must stay below the corpus folder on every operating system.

    >>> wrong_path("../secrets.txt")
    "must not climb with '..'"
    """
    if not path or path.strip() != path:
        return "must not be empty or begin or end with a space"
    if "\\" in path:
        return "must not contain a backslash"
    if any(ord(character) < 32 for character in path):
        return "must not contain control characters"
    if path.startswith("/"):
        return "must be relative to the corpus folder"
    if path.startswith("~"):
        return "must not start with '~'"
    if _DRIVE.match(path):
        return "must not start with a drive letter"
    if ".." in PurePosixPath(path).parts:
        return "must not climb with '..'"
    return None


def through_link(folder: Path, path: str) -> bool:
    """Whether a part of ``path`` below ``folder`` is a symbolic link."""
    place = folder
    for part in PurePosixPath(path).parts:
        place = place / part
        if place.is_symlink():
            return True
    return False


SKIPPED = re.compile(
    r"^(?:\.|~\$|__MACOSX$|(?:readme|licen[cs]e|copying|notice|changelog|contributing|manifest|citation)(?:\.|$))", re.IGNORECASE
)
"""Files and folders that stand beside texts without being one: hidden ones, lock files, and what explains a folder."""


def walk_folder(folder: Path) -> Iterator[list[tuple[Path, str]]]:
    """The files below ``folder`` as (path, relative path), sorted, those of one folder at a time.

    No links, and no hidden or explaining files.
    """
    top = os.fspath(folder)
    for here, folders, names in os.walk(top):
        folders[:] = sorted(name for name in folders if not SKIPPED.match(name) and not os.path.islink(os.path.join(here, name)))
        below = os.path.relpath(here, top).replace(os.sep, "/")
        prefix = "" if below == "." else f"{below}/"
        paths = [(name, os.path.join(here, name)) for name in sorted(names) if not SKIPPED.match(name)]
        yield [(Path(path), f"{prefix}{name}") for name, path in paths if not os.path.islink(path)]


def is_annotated_twin(path: Path, within: Path) -> bool:
    """Whether a file is the linguistically annotated copy of one that is in the folder ``within`` too.

    ParlaMint has ``NAME.ana.xml`` for each ``NAME.xml``, in the same folder or in ``CORPUS.TEI.ana`` beside ``CORPUS.TEI``.
    """
    if not path.name.endswith(".ana.xml"):
        return False
    plain = path.with_name(f"{path.name[: -len('.ana.xml')]}.xml")
    other = Path(str(plain).replace(".TEI.ana", ".TEI"))
    return plain.is_file() or (other.is_relative_to(within) and other.is_file())

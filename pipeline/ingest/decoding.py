"""Bytes to text: byte-order mark, then strict UTF-8, then Windows-1252; binary is refused and mojibake mended where it is seen.

Detectors guess (a pound sign becomes a Polish letter); the order above is right for nearly all English text of the last thirty
years, and a manifest's ``encoding`` overrides it. Line ends become ``\\n``, as Python's own text files have them, so that
``open(path).read()[start:end]`` is the quotation. Quotation marks stay as they are.
"""

from __future__ import annotations

import codecs
import re

_MARKS = (
    (codecs.BOM_UTF32_LE, "utf-32"),
    (codecs.BOM_UTF32_BE, "utf-32"),
    (codecs.BOM_UTF8, "utf-8-sig"),
    (codecs.BOM_UTF16_LE, "utf-16"),
    (codecs.BOM_UTF16_BE, "utf-16"),
)
_CONTROL = bytes([*range(9), *range(14, 27), *range(28, 32), 127])
_WIDE = tuple(mark for mark, name in _MARKS if name != "utf-8-sig")
HEAD = 8_000
"""Bytes in which control characters are looked for, as Git and grep look for a NUL: no binary format hides them for longer."""
CONTROL_SHARE = 0.01
"""Share of control characters above which a file is no text: prose has none, a stray form feed or escape stays far below."""

_TRAIL = "".join(bytes([byte]).decode("cp1252", "ignore") or chr(byte) for byte in range(0x80, 0xC0))
_MOJIBAKE = re.compile(f"[ÂÃÄÅÆËÌâ][{re.escape(_TRAIL)}]{{1,2}}")
"""Lead bytes of the Latin letters and of the general punctuation, read as Windows-1252, with the trail bytes that must follow."""


def decode(raw: bytes, *, encoding: str | None = None) -> str:
    """The text of ``raw``.

    Parameters
    ----------
    raw : the bytes of a file.
    encoding : name of the encoding that is known to be right; None finds it.

    Raises
    ------
    ValueError
        When the bytes are binary or not of the encoding.

    >>> decode("£5 a day".encode("cp1252"))
    '£5 a day'
    """
    text = _decoded(raw, encoding)
    if b"\x00" in raw and "\x00" in text:
        raise ValueError("The file must be text. Got NUL bytes, as binary files have them.")
    head = raw[:HEAD]
    if len(head) - len(head.translate(None, _CONTROL)) > CONTROL_SHARE * len(head) and not raw.startswith(_WIDE):
        raise ValueError("The file must be text. Got the control characters of a binary file.")
    if "\r" in text:
        text = text.replace("\r\n", "\n").replace("\r", "\n")
    return text if text.isascii() else mend(text)


_CHANGED = (b"\x00", b"\r", b"\xc3")
"""Bytes of UTF-8 without which :func:`decode` leaves a text as it is: NUL, carriage return, the first byte of any mojibake."""


def utf8(raw: bytes) -> bytes:
    """The UTF-8 of what :func:`decode` gives; ``raw`` itself where it is that already, which spares a large table a copy.

    Raises ``ValueError`` as :func:`decode` does.
    """
    head = raw[:HEAD]
    odd = len(head.translate(None, _CONTROL)) < len(head) or any(found in raw for found in _CHANGED)
    if not odd and not raw.startswith(codecs.BOM_UTF8):
        try:
            raw.decode()
        except UnicodeDecodeError:
            return decode(raw).encode()
        return raw
    return decode(raw).encode()


def _decoded(raw: bytes, encoding: str | None) -> str:
    if encoding is not None:
        try:
            known = codecs.lookup(encoding)
        except LookupError:
            raise ValueError(f"The field 'encoding' must be an encoding that Python knows. Got {encoding!r}.") from None
        if not known._is_text_encoding:
            raise ValueError(f"The field 'encoding' must be an encoding of text. Got {encoding!r}.")
        try:
            return raw.decode(known.name).removeprefix("\ufeff")
        except UnicodeDecodeError as error:
            raise ValueError(f"The file must be {encoding}, as its manifest says. Byte {error.start} is not.") from None
    for mark, name in _MARKS:
        if raw.startswith(mark):
            try:
                return raw.decode(name)
            except UnicodeDecodeError as error:
                raise ValueError(f"The file must be {name}, as its byte-order mark says. Byte {error.start} is not.") from None
    if b"\x00" in raw:
        raise ValueError("The file must be text. Got NUL bytes, as binary files (or UTF-16 without a byte-order mark) have them.")
    for name in ("utf-8", "cp1252"):
        try:
            return raw.decode(name)
        except UnicodeDecodeError:
            continue
    raise ValueError(
        "The file must be text in UTF-8, UTF-16 with a byte-order mark, or Windows-1252. Got bytes that are none of them."
    )


def mend(text: str) -> str:
    """``text`` with UTF-8 that somebody read as Windows-1252 put right; text without such sequences comes back untouched.

    >>> mend("childrenâ€™s cafÃ©")
    'children’s café'
    """
    return _MOJIBAKE.sub(_mended, text) if "â" in text or "Ã" in text or "Â" in text else text


def _mended(match: re.Match[str]) -> str:
    raw = b"".join(_byte(character) for character in match.group())
    for length in (3, 2):
        try:
            return raw[:length].decode("utf-8") + match.group()[length:]
        except UnicodeDecodeError:
            continue
    return match.group()


def _byte(character: str) -> bytes:
    try:
        return character.encode("cp1252")
    except UnicodeEncodeError:
        return character.encode("latin-1")

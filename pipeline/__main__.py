"""The command line: it catches what goes wrong, says it in one line, and exits."""

from __future__ import annotations

import sys

from pipeline.commands import console, parser


def main(arguments: list[str] | None = None) -> int:
    """Run the command line and return its exit status; ``SystemExit`` with 2 is argparse's own for wrong usage."""
    chosen = parser.parser().parse_args(arguments)
    try:
        status: int = chosen.run(chosen)
    except (ValueError, OSError, ImportError) as error:
        console.warn(_one_line(error))
    except KeyboardInterrupt:
        console.warn("interrupted")
        return 130
    else:
        return status
    return console.WRONG


def _one_line(error: Exception) -> str:
    if isinstance(error, OSError) and error.strerror and error.filename:
        return f"{error.filename}: {error.strerror}."
    return " ".join(str(error).split()) or type(error).__name__


if __name__ == "__main__":
    sys.exit(main())

"""Shows how far a run is, on a terminal.

In: a name and the number of steps. Out: a listener for the run, which rewrites one line of standard error; or
none where nobody looks.
"""

from __future__ import annotations

import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

Listener = Callable[[int, int], Any]


@contextmanager
def bar(name: str, steps: int, progress: bool | Listener | None) -> Iterator[Listener | None]:
    """The listener that ``progress`` asks for: a function itself, True for the line, None for the line on a terminal."""
    if callable(progress):
        yield progress
        return
    if not (sys.stderr.isatty() if progress is None else progress):
        yield None
        return
    started = time.monotonic()

    def show(done: int, divergences: int) -> None:
        told = f", {divergences} divergences" if divergences else ""
        seconds = time.monotonic() - started
        sys.stderr.write(f"\r{name}: {min(done / max(steps, 1), 1):4.0%} after {seconds:.0f} s{told}\x1b[K")
        sys.stderr.flush()

    try:
        yield show
    finally:
        sys.stderr.write("\r\x1b[K")
        sys.stderr.flush()

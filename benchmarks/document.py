"""Milliseconds and peak memory of each stage of one document, beside its rivals, in one run.

    apt-get install --no-install-recommends chromium libreoffice-writer-nogui python3-uno
    .venv/bin/pip install -e ".[benchmark]"
    .venv/bin/python benchmarks/document.py [--runs 20]

Rivals, which make the same words into a PDF and nothing more: WeasyPrint alone on the same page, Chromium's print of
it, docxtpl with LibreOffice kept warm by unoserver, and started for each document.

The service and WeasyPrint alone each have a fresh process and take turns, so that a busy machine slows both alike.
Milliseconds are medians after two warm-up rounds; ratios are to WeasyPrint alone, so that two machines can be
compared. Memory is the highest of the whole process in any round; of a program, that of its largest process.
"""

from __future__ import annotations

import argparse
import statistics
import sys
import tempfile
from collections.abc import Sequence
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))

from benchmarks.measure import Run, own_process
from benchmarks.rivals import MissingRivalError, Word, chromium_print, office, refuse_missing, weasyprint_alone

WARM_UP = 2
UNIT = "WeasyPrint alone"
Table = dict[str, list[Run]]


def main() -> int:
    """Measure and print the table."""
    parser = argparse.ArgumentParser()
    parser.add_argument("--runs", type=int, default=20)
    runs = parser.parse_args().runs
    try:
        refuse_missing()
    except MissingRivalError as error:
        sys.stderr.write(f"not installed: {error}\n")
        return 2
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        table, texts, html = _ours(folder, runs)
        table |= _rivals(folder, texts, html, runs)
    _print(table)
    return 0


def _ours(folder: Path, runs: int) -> tuple[Table, list[str], str]:
    """Measure the service and WeasyPrint alone by turns; give the page too."""
    from benchmarks import service  # noqa: PLC0415  # WeasyPrint's process imports this file, and must not hold the service

    table: Table = {}
    with own_process() as ours, own_process() as alone:
        ours.submit(service.start, folder).result()
        texts, html = ours.submit(service.same_page).result()
        for _ in range(WARM_UP + runs):
            found = ours.submit(service.measured_round).result()
            for name, run in {**found, UNIT: alone.submit(weasyprint_alone, html).result()}.items():
                table.setdefault(name, []).append(run)
        at_once = ours.submit(service.at_once).result()
    unit = table.pop(UNIT)
    return {**table, f"each of {service.THREADS} at once": [at_once], UNIT: unit}, texts, html


def _rivals(folder: Path, texts: Sequence[str], html: str, runs: int) -> Table:
    word, few = Word(folder, texts), max(3, runs // 4)
    with office(folder) as running:
        warm = [word.warm(running) for _ in range(WARM_UP + runs)]
    return {
        "docxtpl + LibreOffice, warm": warm,
        "Chromium print": [chromium_print(folder, html) for _ in range(WARM_UP + few)],
        "docxtpl + LibreOffice, cold": [word.cold() for _ in range(WARM_UP + few)],
    }


def _print(table: Table) -> None:
    medians = {name: statistics.median(run.seconds for run in runs[WARM_UP:] or runs) for name, runs in table.items()}
    print(f"{'stage':<30} {'median ms':>10} {'of ' + UNIT:>20} {'peak MB':>8}")
    for name, runs in table.items():
        peak = max(run.peak_mb for run in runs)
        print(f"{name:<30} {medians[name] * 1000:>10.1f} {medians[name] / medians[UNIT]:>20.2f} {peak:>8.0f}")


if __name__ == "__main__":
    sys.exit(main())

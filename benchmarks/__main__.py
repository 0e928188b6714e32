"""The whole suite in one run: ``python -m benchmarks`` from the top folder."""

import argparse
import sys
import time
import traceback
from pathlib import Path
from typing import Any

from benchmarks import frame, header, picture, table
from benchmarks.frame import FAILED, Measurement, Row
from recc_mc.plot.save import save


def main() -> int:
    """Measure, print and write; 1 if anything failed that could have been measured."""
    args = _arguments()
    known = frame.load()
    if unknown := [name for name in args.only or () if name not in known]:
        sys.exit(f"--only: no measurement {', '.join(unknown)}; there are {', '.join(known)}")
    chosen = [known[name] for name in args.only or known]
    if args.out:
        args.out.mkdir(parents=True, exist_ok=True)
    run: table.Run = {"header": header.describe(), "small": args.small, "measurements": {}}
    try:
        for k, each in enumerate(chosen, 1):
            found = {"title": each.title, "seconds": 0.0, "rows": []}
            run["measurements"][each.name] = found
            _measure(each, args.small, f"{k}/{len(chosen)}", found)
            _keep(run, args)
    finally:
        # Also what was measured before an interruption.
        run["header"]["load_after"] = header.load_average()
        _write(run, args)
    rows = [row for one in run["measurements"].values() for row in one["rows"]]
    for row in rows:
        if row.failed:
            print(f"{row.work}, {row.contender}: {row.note}", file=sys.stderr)
    return int(any(row.failed for row in rows))


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m benchmarks", description=__doc__)
    parser.add_argument("--small", action="store_true", help="a run too short to mean anything")
    parser.add_argument("--only", action="append", metavar="NAME", help="this one; repeat for more")
    parser.add_argument("--json", type=Path, metavar="FILE", help="write everything to FILE")
    parser.add_argument("--picture", type=Path, metavar="FILE", help="draw all ratios to FILE")
    parser.add_argument(
        "--out", type=Path, metavar="DIR", help="write results.json, .txt and all pictures to DIR"
    )
    return parser.parse_args()


def _measure(one: Measurement, small: bool, place: str, found: dict[str, Any]) -> None:
    """Add rows of a measurement, and the seconds it takes; what fails is said in a row."""
    start, rows = time.perf_counter(), found["rows"]

    def progress(what: str, *, last: bool = False) -> None:
        found["seconds"] = round(time.perf_counter() - start, 1)
        _progress(f"[{place}] {one.name}, {found['seconds']:.0f} s: {what}", last=last)

    progress("begins")
    try:
        for row in one.run(small):
            rows.append(row)
            progress(row.contender)
    except Exception as error:
        traceback.print_exc()
        rows.append(Row(one.title, one.name, "", None, note=f"{FAILED}{error}"))
    progress(f"{len(rows)} rows", last=True)


def _progress(line: str, *, last: bool) -> None:
    """A line that is written over on a terminal, and one after the other in a log."""
    on_terminal = sys.stderr.isatty()
    end = "\n" if last or not on_terminal else ""
    print(f"\r\x1b[2K{line}" if on_terminal else line, end=end, file=sys.stderr, flush=True)


def _keep(run: table.Run, args: argparse.Namespace) -> None:
    """Write what was measured so far: a run of a quarter of an hour may be killed."""
    for file in (args.json, args.out and args.out / "results.json"):
        if file:
            table.write(file, run)


def _write(run: table.Run, args: argparse.Namespace) -> None:
    """Print the table and write the files that were asked for."""
    text = table.text(run)
    print(text, end="")
    _keep(run, args)
    if args.picture:
        save(picture.draw(run), args.picture, overwrite=True)
    if args.out:
        (args.out / "results.txt").write_text(text, encoding="utf-8")
        picture.write(run, args.out)


if __name__ == "__main__":
    sys.exit(main())

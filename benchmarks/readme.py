"""The table of a run in pages, between markers.

Run ``python -m benchmarks.readme`` from the top folder, with the pages to write: by default from
``benchmarks/results.json`` into ``README.md`` and ``docs/peers.md``. What stands between

    <!-- benchmarks:begin uncertainty decomposition -->
    <!-- benchmarks:end -->

is replaced by the tables of the measurements that the marker names, or by one short table where the
marker begins ``brief``.
"""

import argparse
import re
from pathlib import Path

from benchmarks import table
from benchmarks.header import ROOT

RESULTS = ROOT / "benchmarks" / "results.json"
PAGES = (ROOT / "README.md", ROOT / "docs" / "peers.md")
MARKED = re.compile(
    r"(<!-- benchmarks:begin ([\w ]+) -->\n).*?(<!-- benchmarks:end -->)", re.DOTALL
)


def filled(page: str, run: table.Run) -> str:
    """A page with the tables of a run between its markers.

    Raises
    ------
    ValueError
        If the page has no markers, or names a measurement that the run has not.
    """

    def between(match: re.Match[str]) -> str:
        brief, *rest = names = match[2].split()
        if brief == "brief":
            names = rest
        if unknown := [name for name in names if name not in run["measurements"]]:
            raise ValueError(f"a marker names {', '.join(unknown)}, which was not measured")
        rows = [row for name in names for row in run["measurements"][name]["rows"]]
        header = run["header"]
        where = f"{header['cores']} cores of {header['cpu']}, {header['date'][:10]}"
        where += f", load {header['load_before']} before, commit {header['commit']}."
        tables = table.brief(rows) if brief == "brief" else table.markdown(rows)
        return f"{match[1]}\n{tables}\n\n{where}\n\n{match[3]}"

    text, count = MARKED.subn(between, page)
    if not count:
        raise ValueError("the page has no line <!-- benchmarks:begin NAME ... -->")
    return text


def main() -> None:
    """Write the pages."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("results", nargs="?", type=Path, default=RESULTS)
    parser.add_argument("pages", nargs="*", type=Path, default=PAGES)
    args = parser.parse_args()
    run = table.read(args.results)
    for page in args.pages:
        text = filled(page.read_text(encoding="utf-8"), run)
        page.write_text(text, encoding="utf-8")


if __name__ == "__main__":
    main()

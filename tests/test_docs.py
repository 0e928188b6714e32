"""The documentation does what it says: every command on its pages runs, with few samples."""

import re
import shlex
import tomllib
from pathlib import Path

import pytest

import recc_mc as rm
from docs.building.runs import FRESH, commands_of, place_of, prepare, run
from recc_mc.cli.main import make_parser
from recc_mc.results.variables import GROUPS
from recc_mc.study.template import write_template

PAGES = sorted((Path(__file__).parents[1] / "docs").glob("*.md"))


@pytest.fixture(scope="module")
def base(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Folders in which pages run their commands."""
    base = tmp_path_factory.mktemp("docs") / "run"
    prepare(base, small=True)
    return base


@pytest.mark.slow
@pytest.mark.parametrize(
    "page", [page for page in PAGES if any(commands_of(page))], ids=lambda page: page.stem
)
def test_every_command_of_a_page_runs(page: Path, base: Path) -> None:
    place = place_of(page.stem, base)
    for line, code in commands_of(page):
        done = run(line, place, small=True)
        assert done.returncode == code, f"{line}: {done.stderr}"


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.stem)
def test_every_other_command_is_one(page: Path) -> None:
    text = page.read_text(encoding="utf-8")
    blocks = re.findall(r"^```sh\n(.*?)^```$", text, flags=re.MULTILINE | re.DOTALL)
    for line in (line for block in blocks for line in block.splitlines()):
        words = shlex.split(line.partition("#")[0])
        if "recc-mc" in words[:1]:
            assert make_parser().parse_args(words[1:]).command == words[1]


def test_pages_that_find_nothing_done_are_pages() -> None:
    assert set(FRESH) <= {page.stem for page in PAGES}


def test_every_page_is_in_the_contents() -> None:
    index = (PAGES[0].parent / "index.md").read_text(encoding="utf-8").splitlines()
    assert {page.stem for page in PAGES} - {"index"} <= set(index)
    # What the program writes is listed as well.
    written = {f"generated/{name}" for name in ("gallery", "commands", "python", "variables")}
    assert written <= set(index)


def test_the_table_of_groups_has_those_that_a_result_may_have() -> None:
    text = (PAGES[0].parent / "formats.md").read_text(encoding="utf-8")
    rows = re.findall(r"^\| `/(\w+)` \| `(\w+)` \|", text, flags=re.MULTILINE)
    assert {group for group, _ in rows} == set(GROUPS) - {"comparison"}
    offered = re.findall(r"^ {4}(\w+) {2,}", make_parser().format_help(), flags=re.MULTILINE)
    assert {command for _, command in rows} <= set(offered)


def test_the_examples_of_files_are_such_files(tmp_path: Path, case_study: rm.Study) -> None:
    text = (PAGES[0].parent / "formats.md").read_text(encoding="utf-8")
    study, matrix = re.findall(r"^```toml\n(.*?)^```$", text, flags=re.MULTILINE | re.DOTALL)
    path = write_template(tmp_path)[0]
    for name in ("panel.csv", "indicators.csv"):
        header = (tmp_path / name).read_text(encoding="utf-8-sig").splitlines()[0]
        assert f"`{header}`" in text
    path.write_text(study, encoding="utf-8")
    read = rm.load_study(path)
    assert read.settings.study.title == "My study"
    assert read.settings.uncertainty.method is not None
    (table,) = tomllib.loads(matrix)["matrix"]
    used = case_study.judgments[table["name"]]
    assert tuple(table["items"]) == used.items
    assert used.values[0].tolist() == [1, 1 / 2, 2]
    assert (table["upper"], used.values[1, 2]) == ([["1/2", 2], [2]], 2)


def test_the_cluster_tables_are_valid(tmp_path: Path) -> None:
    text = (PAGES[0].parent / "cluster.md").read_text(encoding="utf-8")
    (tables,) = re.findall(r"^```toml\n(.*?)^```$", text, flags=re.MULTILINE | re.DOTALL)
    study = tmp_path / "study.toml"
    study.write_text(f'[study]\ndata = "builtin:rare_earth_mines"\n\n{tables}', encoding="utf-8")
    settings = rm.load_study(study).settings
    assert settings.run.scheduler == "slurm"
    assert settings.run.workers == 20
    assert settings.cluster["queue"] == "short"

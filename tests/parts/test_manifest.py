"""What the manifest says, and how it tells two runs apart."""

import json
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

import recc_mc as rm
from recc_mc.parts.manifest import (
    Asked,
    Manifest,
    RunSettings,
    differences,
    manifest_of,
    read_manifest,
    write_manifest,
)
from tests.strategies import small_study, with_values

SETTINGS = RunSettings(samples=5000, seed=1, keep="samples", chunk=1024, until=None)
AHP = {"ahp_share": 0.5}


def manifest(
    study: rm.Study | None = None, *, shards: int | None = None, **settings: Any
) -> Manifest:
    return manifest_of(
        study or small_study(method=AHP).load(),
        SETTINGS._replace(**settings),
        Asked(samples=5000),
        unit=1024,
        shards=shards,
        overwrite=False,
    )


@pytest.mark.parametrize("keep", ["samples", "summary"])
def test_a_manifest_comes_back_as_it_was(tmp_path: Path, keep: str) -> None:
    path = tmp_path / "manifest.json"
    written = replace(manifest(keep=keep, until=0.01), edges="0af3", shards=3, overwrite=True)
    write_manifest(path, written)
    assert read_manifest(path) == written


@pytest.mark.parametrize(
    "change",
    [
        lambda text: "",
        lambda text: text[:-20],
        lambda text: text.replace('"seed": 1', '"seed": 2'),
        lambda text: json.dumps({**json.loads(text), "format": 0}),
        lambda text: "[]",
        lambda text: "{}",
        lambda text: "\xff",
    ],
)
def test_a_damaged_manifest_is_none(tmp_path: Path, change: Callable[[str], str]) -> None:
    path = tmp_path / "manifest.json"
    write_manifest(path, manifest())
    path.write_text(change(path.read_text()), encoding="latin-1")
    assert read_manifest(path) is None
    assert read_manifest(tmp_path / "missing.json") is None


def test_a_run_is_what_decides_its_draws() -> None:
    run = manifest().run
    same = [manifest(samples=9000), manifest(chunk=2048), manifest(until=0.1), manifest(shards=3)]
    same.append(
        manifest(small_study(method=AHP, simulation={"quantiles": [0.5], "seed": 7}).load())
    )
    assert {one.run for one in same} == {run}
    other = [
        manifest(seed=2),
        manifest(keep="summary"),
        replace(manifest(keep="summary"), edges="0af3"),
        replace(manifest(), version="0.0.1"),
        manifest(small_study(method={"ahp_share": 0.6}).load()),
        manifest(small_study(seed=2, method=AHP).load()),
    ]
    assert len({run, *(one.run for one in other)}) == 1 + len(other)


def test_what_differs_is_named() -> None:
    parts = replace(manifest(), version="0.0.1")
    found = differences(parts, manifest(seed=2, keep="summary", chunk=2048, samples=800))
    assert found == [
        f"version of recc_mc: 0.0.1 in the parts, {rm.__version__} asked for",
        "samples: 5000 in the parts, 800 asked for",
        "seed: 1 in the parts, 2 asked for",
        "keep: samples in the parts, summary asked for",
        "chunk: 1024 in the parts, 2048 asked for",
        "simulation.compare_mines: not set in the parts, true asked for",
        "samples of the pilot run: not set in the parts, 800 asked for",
    ]


def test_more_samples_and_another_bound_are_no_difference() -> None:
    assert differences(manifest(), manifest(samples=6000, until=0.01)) == []
    assert differences(manifest(keep="summary"), manifest(keep="summary", samples=6000)) == []


def test_bins_found_from_fewer_samples_are_others() -> None:
    found = differences(manifest(keep="summary", samples=500), manifest(keep="summary"))
    assert found == ["samples of the pilot run: 500 in the parts, 1024 asked for"]


def test_shards_must_agree_on_everything() -> None:
    parts = manifest(shards=4)
    assert differences(parts, manifest(shards=4)) == []
    assert differences(parts, manifest(shards=5, samples=6000)) == [
        "samples: 5000 in the parts, 6000 asked for",
        "shards: 4 in the parts, 5 asked for",
    ]
    assert differences(parts, manifest()) == []


def test_what_differs_in_a_study_is_named() -> None:
    before = small_study(method=AHP, uncertainty_data={"cv": 0.1}, output={"dtype": "float64"})
    after = small_study(method={"goalposts": "yearly"}, uncertainty_data={"cv": 0.2})
    assert differences(manifest(before.load()), manifest(after.load())) == [
        "method.ahp_share: 0.5 in the parts, not set now",
        "uncertainty.data.cv: 0.1 in the parts, 0.2 asked for",
        "method.goalposts: not set in the parts, yearly asked for",
    ]


def test_parts_of_another_precision_are_those_of_another_run() -> None:
    single = small_study(method={**AHP, "precision": "single"})
    assert differences(manifest(small_study(method=AHP).load()), manifest(single.load())) == [
        "method.precision: not set in the parts, single asked for",
    ]


def test_other_data_are_a_difference() -> None:
    study = small_study(method=AHP).load()
    found = differences(manifest(study), manifest(with_values(study, study.panel.values * 2)))
    assert found == ["the data (panel, indicators or judgments) are not those of the parts"]


def test_a_title_is_no_difference() -> None:
    study = small_study(method=AHP).load()
    renamed = replace(study, text=study.text.replace("A test's study", "Another name"))
    assert renamed.text != study.text
    assert differences(manifest(study), manifest(renamed)) == []


def test_options_given_before_hold_where_none_is_given() -> None:
    before = Asked(samples=10, seed=0, keep="summary")
    assert Asked(samples=20, until=0.1).or_else(before) == Asked(20, 0, "summary", None, 0.1)
    assert Asked().or_else(before) == before

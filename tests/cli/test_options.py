"""Options in place of settings are checked in the words of the study file's errors."""

import argparse
from typing import Any

import pytest

import recc_mc as rm
from recc_mc.cli.options import run_options, shard_option

NAMES = ("samples", "seed", "keep", "chunk", "until", "scheduler", "workers")
NOTHING = dict.fromkeys((*NAMES, "threads_per_worker", "memory_limit", "replicates"))


def parsed(**given: Any) -> argparse.Namespace:
    options = {**NOTHING, "shard": None, "force": False, "resume": False}
    return argparse.Namespace(**options | given)


@pytest.mark.parametrize(
    ("given", "expected"),
    [
        ({}, {}),
        ({"samples": "1"}, {"samples": 1}),
        ({"samples": "100_000", "seed": "0"}, {"samples": 100_000, "seed": 0}),
        ({"seed": str(2**63 - 1), "chunk": "7"}, {"seed": 2**63 - 1, "chunk": 7}),
        ({"workers": "2", "threads_per_worker": "1"}, {"workers": 2, "threads_per_worker": 1}),
        ({"until": "5e-3", "keep": "summary"}, {"until": 0.005, "keep": "summary"}),
        # Which schedulers there are, and what a memory limit may be, is known elsewhere.
        ({"scheduler": "cloud", "memory_limit": "x"}, {"scheduler": "cloud", "memory_limit": "x"}),
    ],
)
def test_values_are_numbers_and_what_is_not_given_is_none(
    given: dict[str, str], expected: dict[str, Any]
) -> None:
    assert run_options(parsed(**given)) == NOTHING | expected


@pytest.mark.parametrize(
    ("option", "text", "message"),
    [
        ("samples", "0", "--samples: must be >= 1, got 0"),
        ("samples", "10.5", "--samples: must be a whole number, got 10.5"),
        ("samples", "many", "--samples: must be a whole number, got many"),
        ("seed", "-1", "--seed: must be >= 0, got -1"),
        ("seed", str(2**63), f"--seed: must be <= {2**63 - 1}, got {2**63}"),
        ("chunk", "0", "--chunk: must be >= 1, got 0"),
        ("workers", "0", "--workers: must be >= 1, got 0"),
        ("replicates", "1", "--replicates: must be >= 2, got 1"),
        ("threads_per_worker", "x", "--threads-per-worker: must be a whole number, got x"),
        ("keep", "all", "--keep: must be samples or summary, got all"),
        ("until", "0", "--until: must be a number between 0 and 1, got 0"),
        ("until", "1", "--until: must be a number between 0 and 1, got 1"),
        ("until", "nan", "--until: must be a number between 0 and 1, got nan"),
        ("until", "5 %", "--until: must be a number between 0 and 1, got 5 %"),
    ],
)
def test_a_wrong_value_is_named(option: str, text: str, message: str) -> None:
    with pytest.raises(rm.InputError) as caught:
        run_options(parsed(**{option: text}))
    assert caught.value.problems == (message,)


def test_all_wrong_values_are_named_together() -> None:
    with pytest.raises(rm.InputError) as caught:
        run_options(parsed(samples="0", seed="x", keep="all", until="no"))
    assert [problem.split(":")[0] for problem in caught.value.problems] == [
        "--samples",
        "--seed",
        "--keep",
        "--until",
    ]


@pytest.mark.parametrize(
    ("text", "expected"), [(None, None), ("1/1", (1, 1)), ("3/20", (3, 20)), ("20/20", (20, 20))]
)
def test_a_shard_is_one_of_some(text: str | None, expected: tuple[int, int] | None) -> None:
    assert shard_option(parsed(shard=text)) == expected


@pytest.mark.parametrize("text", ["0/3", "4/3", "3", "1/", "a/b", "-1/3", "1/3/5", "1.0/2", ""])
def test_a_wrong_shard_is_named(text: str) -> None:
    with pytest.raises(rm.InputError) as caught:
        shard_option(parsed(shard=text))
    assert caught.value.problems == (f"--shard: must be I/N with 1 <= I <= N, got {text}",)


def test_what_makes_no_sense_for_a_shard_is_refused() -> None:
    with pytest.raises(rm.InputError) as caught:
        shard_option(parsed(shard="1/2", force=True, resume=True, until="0.1"))
    assert caught.value.problems == (
        "--force: is not allowed beside --shard, which leaves the result to recc-mc merge",
        "--resume: is not allowed beside --shard, which always continues",
        "--until: is not allowed beside --shard: no shard knows the error of the whole run",
    )

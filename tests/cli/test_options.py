"""Options in place of settings are checked in the words of the study file's errors."""

import argparse
from typing import Any

import pytest

import recc_mc as rm
from recc_mc.cli.options import run_options


def parsed(**given: str) -> argparse.Namespace:
    options = dict.fromkeys(("samples", "seed", "chunk", "scheduler"), None)
    return argparse.Namespace(**options | given)


@pytest.mark.parametrize(
    ("given", "expected"),
    [
        ({}, {}),
        ({"samples": "1"}, {"samples": 1}),
        ({"samples": "100_000", "seed": "0"}, {"samples": 100_000, "seed": 0}),
        ({"seed": str(2**63 - 1), "chunk": "7"}, {"seed": 2**63 - 1, "chunk": 7}),
        ({"scheduler": "processes"}, {"scheduler": "processes"}),
    ],
)
def test_values_are_numbers_and_what_is_not_given_is_none(
    given: dict[str, str], expected: dict[str, Any]
) -> None:
    nothing = dict.fromkeys(("samples", "seed", "chunk", "scheduler"))
    assert run_options(parsed(**given)) == nothing | expected


@pytest.mark.parametrize(
    ("option", "text", "message"),
    [
        ("samples", "0", "--samples: must be >= 1, got 0"),
        ("samples", "10.5", "--samples: must be a whole number, got 10.5"),
        ("samples", "many", "--samples: must be a whole number, got many"),
        ("seed", "-1", "--seed: must be >= 0, got -1"),
        ("seed", str(2**63), f"--seed: must be <= {2**63 - 1}, got {2**63}"),
        ("chunk", "0", "--chunk: must be >= 1, got 0"),
        (
            "scheduler",
            "thread",
            "--scheduler: must be threads, processes or synchronous, got thread",
        ),
    ],
)
def test_a_wrong_value_is_named(option: str, text: str, message: str) -> None:
    with pytest.raises(rm.InputError) as caught:
        run_options(parsed(**{option: text}))
    assert caught.value.problems == (message,)


def test_all_wrong_values_are_named_together() -> None:
    with pytest.raises(rm.InputError) as caught:
        run_options(parsed(samples="0", seed="x", scheduler="cloud"))
    assert [problem.split(":")[0] for problem in caught.value.problems] == [
        "--samples",
        "--seed",
        "--scheduler",
    ]

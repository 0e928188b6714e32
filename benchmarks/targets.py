"""What it would take, against a simulation of the same samples, on one core."""

from collections.abc import Iterator
from pathlib import Path

import recc_mc as rm
from benchmarks.frame import Row, measurement
from benchmarks.timing import best_times

STUDY = Path(__file__).parents[1] / "configs" / "rare_earth_mines.toml"
LEVERS = ("P2-1", "P2-2", "P2-3")


def measure(samples: int, rounds: int) -> dict[str, float]:
    """Seconds of CPU of each contender, by name."""
    study = rm.load_study(STUDY)
    topsis = study.replace({"method.aggregation": "topsis"})
    run = {"samples": samples, "seed": 1, "scheduler": "synchronous"}
    return best_times(
        {
            "simulate": lambda: rm.simulate(study, **run, keep="summary"),
            "one mine, 3 indicators": lambda: rm.target(
                study, mine="Bayan Obo", indicators=LEVERS, **run
            ),
            "one mine, 10 indicators": lambda: rm.target(study, mine="Bayan Obo", **run),
            "all 6 mines, 10 indicators each": lambda: rm.target(study, mine="all", **run),
            "simulate, TOPSIS": lambda: rm.simulate(topsis, **run, keep="summary"),
            "one mine, 10 indicators, TOPSIS": lambda: rm.target(topsis, mine="Bayan Obo", **run),
        },
        rounds,
    )


@measurement("targets", "What it would take, against a simulation of the same samples")
def targets(small: bool) -> Iterator[Row]:
    """How many simulations' CPU time of one thread it takes."""
    samples, rounds = (200, 1) if small else (40_000, 3)
    times = measure(samples, rounds)
    for name, seconds in times.items():
        simulation = "simulate, TOPSIS" if "TOPSIS" in name else "simulate"
        value = seconds / times[simulation]
        more = {"seconds": seconds}
        yield Row("what it would take", name, simulation, value, samples=samples, more=more)

"""What it would take, against a simulation of the same samples, on one core.

Run ``python -m benchmarks.targets`` from the top folder; ``--small`` only shows that it runs.
"""

import os

# One thread each: NumPy's linear algebra must not use a second core.
os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")

import argparse
from pathlib import Path

import recc_mc as rm
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


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--small", action="store_true", help="a run too short to mean anything")
    small = parser.parse_args().small
    samples, rounds = (200, 1) if small else (40_000, 5)
    times = measure(samples, rounds)
    print(f"CPU time of one core for {samples:,} samples")
    print(f"{'':34}{'seconds':>9}{'simulate =':>12}")
    for name, seconds in times.items():
        one = times["simulate, TOPSIS" if "TOPSIS" in name else "simulate"]
        print(f"{name:<34}{seconds:>9.3f}{seconds / one:>12.2f}", flush=True)


if __name__ == "__main__":
    main()

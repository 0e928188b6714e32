"""What seven scenarios cost, beside the simulation that they are paired with, on one core."""

import argparse
import tempfile
from functools import partial
from pathlib import Path

import numpy as np

from benchmarks.timing import best_times
from recc_mc import load_study
from recc_mc.sampling.draws import empty_draws, fill_draws
from recc_mc.sampling.evaluate import evaluate
from recc_mc.sampling.random import RandomDesign
from recc_mc.scenario.draws import empty_levels, fill_levels
from recc_mc.scenario.work import ScenarioWork
from recc_mc.study import Study
from recc_mc.summary.family import baseline_of
from recc_mc.summary.quantiles import find_edges
from recc_mc.summary.tally import compute_tally
from recc_mc.uncertainty.compiled import CompiledStudy
from recc_mc.workers.blocks import Block

CONFIG = Path(__file__).parents[1] / "configs" / "rare_earth_mines.toml"
#: Names, what is changed, where, and by what: policies as the case study's region discusses them.
MINING, SMELTING = '["P1-1", "P1-2", "P1-3", "P1-4"]', '["P2-1", "P2-2", "P2-3"]'
BAYAN_OBO = 'mines = ["Bayan Obo"]\nyears = [2019]\n'
NOW, LATER = "years = [2019]\n", "years = { from = 2020 }\n"
SCENARIOS = {
    "capacity": [
        ('["P3-6"]', BAYAN_OBO, "multiply = 1.7"),
        (SMELTING, BAYAN_OBO, "multiply = { low = 1.2, mode = 1.57, high = 1.9 }"),
    ],
    "mining": [(MINING, BAYAN_OBO, "multiply = { low = 1.0, high = 1.7 }")],
    "quota": [('["P3-6"]', NOW, "multiply = 1.25"), (SMELTING, NOW, "multiply = 1.247")],
    "growth": [('["P3-6", "P2-1", "P2-2", "P2-3"]', LATER, "grow = { mean = 0.0447, sd = 0.01 }")],
    "depletion": [('["S2-4"]', BAYAN_OBO, "multiply = { low = 0.2, high = 0.5 }")],
    "control": [('["S3-4"]', NOW, "multiply = 2.0")],
    "treatment": [
        (MINING, NOW, "multiply = { mean = 0.85, sd = 0.05 }"),
        (SMELTING, NOW, "multiply = { mean = 0.85, sd = 0.05 }"),
    ],
}


def study_with(anchor: str, horizon: bool = True) -> Study:
    """The case study with seven scenarios."""
    text = CONFIG.read_text(encoding="utf-8") + f'\n[scenarios]\nanchor = "{anchor}"\n'
    text += "horizon = 2027\n" if horizon else ""
    for name, changes in SCENARIOS.items():
        text += f'[[scenario]]\nname = "{name}"\n'
        for indicators, where, number in changes:
            text += f"[[scenario.change]]\nindicators = {indicators}\n{where}{number}\n"
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "study.toml"
        path.write_text(text, encoding="utf-8")
        return load_study(path)


def simulation(study: Study, block: Block) -> partial[object]:
    """A block of a simulation that keeps a summary."""
    model = CompiledStudy.of(study)
    edges = find_edges(model, 1, block.samples)
    index = evaluate(study)
    baseline = baseline_of(index["recc"].values, index["rank"].values)
    return partial(compute_tally, model, 1, edges, baseline, True, block)


def scenarios(study: Study, block: Block) -> partial[object]:
    """The same with its scenarios."""
    work = ScenarioWork.of(study, seed=1, samples=block.samples, keep=False)
    return partial(work.compute, block)


def kernels(study: Study, samples: int) -> dict[str, partial[object]]:
    """The chain alone, and with scenarios, without statistics."""
    work = ScenarioWork.of(study, seed=1, samples=samples, keep=True)
    model, compiled = work.model, work.scenarios
    rows = RandomDesign(model.columns, 1).rows(0, samples)
    uniforms = compiled.uniforms(1, 0, samples)
    levels, draws = empty_levels(model, compiled, samples), empty_draws(model.plan, samples)
    own = empty_draws(model.plan, samples + -samples % 64)
    return {
        "kernel": partial(fill_draws, model, rows, own, seed=1),
        "kernel and seven scenarios": partial(
            fill_levels, model, compiled, rows, uniforms, levels, draws, seed=1
        ),
    }


def main() -> None:
    """Time all contenders and print what one takes beside the other."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--small", action="store_true", help="run, but measure nothing")
    small = parser.parse_args().small
    samples, rounds = (64, 1) if small else (4096, 20)
    block, study = Block(0, 0, samples), study_with("reference")
    contenders = {
        "simulation": simulation(study, block),
        "with seven scenarios": scenarios(study, block),
        **kernels(study, min(samples, 1024)),
    }
    if not small:
        contenders["with seven recomputed"] = scenarios(study_with("recomputed"), block)
    times = best_times(contenders, rounds)
    counts = {name: min(samples, 1024) if "kernel" in name else samples for name in times}
    for name, seconds in times.items():
        base = times["kernel" if "kernel" in name else "simulation"]
        each = 1e6 * seconds / counts[name]
        print(f"{name:28s} {each:8.2f} us/sample {seconds / base:8.2f}")
    assert np.isfinite(list(times.values())).all()


if __name__ == "__main__":
    main()

"""Runs the kernels on a study, and holds every output of every sample against the reference.

Both sides get the same draws: rows of the unit cube from ``fill_uniforms``, cells' variates from
the kernels' own words, redraws from Philox as the reference states it. The truth of those numbers
is tested where they are made.
"""

from typing import Any, NamedTuple

import numpy as np
import numpy.typing as npt

from recc_mc.kernels import chain, philox
from recc_mc.kernels.cells import fill_words
from recc_mc.kernels.options import LANES
from recc_mc.kernels.priorities import MOST_REDRAWS
from recc_mc.kernels.records import Draws, Inputs, Plan
from recc_mc.kernels.variates import NORMAL, TRIANGULAR, UNIFORM, fill_cell_variates
from recc_mc.study import Study
from recc_mc.study.factors import column_count
from recc_mc.uncertainty import build_plan, list_factors
from tests import reference

FloatArray = npt.NDArray[np.float64]

TOLERANCE = 1e-12
#: The same in single precision, of S, P, weights and obstacle degrees of every sample.
SINGLE = 1e-5
VARIATES = {"lognormal": NORMAL, "normal": NORMAL, "uniform": UNIFORM, "triangular": TRIANGULAR}
#: Outputs with a sample axis.
BY_SAMPLE = (
    *Draws._fields[: Draws._fields.index("obstacle_defined")],
    *Draws._fields[Draws._fields.index("criterion_score") :],
)


class Run(NamedTuple):
    """Outputs of a block without its padding, and what went wrong."""

    draws: Draws
    status: npt.NDArray[np.int64]

    def by_mine(self, name: str, study: Study) -> npt.NDArray[Any]:
        """An output per object as (mine, year, sample)."""
        values: npt.NDArray[Any] = getattr(self.draws, name)
        return values.reshape(len(study.panel.mines), len(study.panel.years), -1)


def padded(samples: int) -> int:
    """Samples in whole tiles."""
    return -(-samples // LANES) * LANES


def uniforms(study: Study, samples: int, *, seed: int = 1, sample: int = 0, stream: int = 0) -> Any:
    """Rows of the unit cube (column, sample), padding included."""
    u = np.empty((column_count(list_factors(study)), padded(samples)))
    philox.fill_uniforms(sample, np.uint64(stream + philox.SCALARS), np.uint64(seed), u)
    return u


def empty_draws(plan: Plan, samples: int, *, kept: bool = False) -> Draws:
    """Outputs for a block; whatever the kernel must write is set to what it never gives.

    ``kept`` asks for the outputs that are kept of some samples only.
    """
    objects, indicators = plan.options.mines * plan.options.years, len(plan.member)
    size, units = padded(samples), -(-samples // chain.UNIT)
    scored = objects * len(plan.within) if plan.options.scored else 0
    coupled = objects if plan.coupling.of else 0
    systems = 1 if plan.options.alone >= 0 else 2
    graded = systems * objects if len(plan.fuzzy_scores) else 0

    def numbers(rows: int) -> FloatArray:
        return np.full((rows, size), -7.0)

    return Draws(
        support=numbers(objects),
        pressure=numbers(objects),
        recc=numbers(objects),
        zone=np.full((objects, size), -7, np.int8),
        grade=np.full((objects, size), -7, np.int8),
        rank=np.full((objects, size), -7, np.int16),
        weight=numbers(indicators),
        consistency_ratio=numbers(len(plan.matrices)),
        repair=numbers(len(plan.matrices)),
        redraws=np.full((len(plan.matrices), size), -7, np.int8),
        obstacle_defined=np.full((units, objects, indicators), -7),
        obstacle_mean=np.full((units, objects, indicators), -7.0),
        obstacle_squares=np.full((units, objects, indicators), -7.0),
        obstacle_top5=np.zeros((objects, indicators), np.int64),
        obstacle=np.full((objects, indicators, size if kept else 0), -7.0),
        weight_ahp=np.full((indicators, size if kept else 0), -7.0),
        weight_objective=np.full((indicators, size if kept else 0), -7.0),
        criterion_score=numbers(scored),
        coupling=numbers(coupled),
        coordination_index=numbers(coupled),
        coordination=numbers(coupled),
        coordination_class=np.full((coupled, size), -7, np.int8),
        fuzzy_score=numbers(graded),
        fuzzy_grade=np.full((graded, size), -7, np.int8),
    )


def run(
    study: Study,
    samples: int,
    *,
    seed: int = 1,
    sample: int = 0,
    stream: int = 0,
    u: FloatArray | None = None,
    plan: Plan | None = None,
    kept: bool = False,
) -> Run:
    """Run the chain on one block of samples, ``u`` being its rows, padded or not."""
    plan = build_plan(study) if plan is None else plan
    if u is None:
        u = uniforms(study, samples, seed=seed, sample=sample, stream=stream)
    if u.shape[1] < padded(samples):
        u = np.pad(u, ((0, 0), (0, padded(samples) - samples)), constant_values=0.5)
    out, status = empty_draws(plan, samples, kept=kept), np.full(3, -7)
    key = (np.uint64(seed), np.uint64(stream))
    inputs = Inputs(np.ascontiguousarray(u), sample, samples, *key)
    chain.run_block(plan, inputs, chain.make_room(plan), out, status)
    trimmed = {name: getattr(out, name)[:, :samples] for name in BY_SAMPLE}
    return Run(out._replace(**trimmed), status)


def cell_variates(
    study: Study, samples: int, *, seed: int = 1, sample: int = 0, stream: int = 0
) -> FloatArray:
    """Standardised variates (sample, mine, year, indicator) that the chain draws for the cells."""
    shape = study.panel.values.shape
    objects = shape[0] * shape[1]
    words = np.empty((-(-objects // 4) * 4, LANES), np.uint32)
    xi = np.empty(words.shape, np.float32)
    variates = np.zeros((padded(samples), objects, shape[2]))
    for j, name in enumerate(study.panel.indicators):
        keys = reference.error_keys(study, name)
        if keys is None:
            continue
        for start in range(0, samples, LANES):
            where = np.uint64(stream + philox.CELLS)
            fill_words(j, sample + start, where, np.uint64(seed), words)
            fill_cell_variates(VARIATES[keys["distribution"]], words, xi)
            variates[start : start + LANES, :, j] = xi[:objects].T
    return variates[:samples].reshape(samples, *shape)


def shared_variates(
    study: Study, samples: int, *, seed: int = 1, sample: int = 0, stream: int = 0
) -> FloatArray:
    """Variates (sample, mine, year, error) of the errors that indicators share, one per cell."""
    shape = (*study.panel.values.shape[:2], len(study.settings.uncertainty.shared))
    objects = shape[0] * shape[1]
    words = np.empty((-(-objects // 4) * 4, LANES), np.uint32)
    xi = np.empty(words.shape, np.float32)
    variates = np.zeros((padded(samples), objects, shape[2]))
    for k in range(shape[2]):
        for start in range(0, samples, LANES):
            where = np.uint64(stream + philox.SHARED)
            fill_words(k, sample + start, where, np.uint64(seed), words)
            fill_cell_variates(NORMAL, words, xi)
            variates[start : start + LANES, :, k] = xi[:objects].T
    return variates[:samples].reshape(samples, *shape)


def redraws_of(study: Study, sample: int, *, seed: int, stream: int) -> reference.Redraw:
    """Further attempts at the matrices of one sample, from the counters they are laid out on."""
    matrices = study.judgments.matrices

    def uniform(k: int, attempt: int, column: int) -> float:
        position = ((k * (MOST_REDRAWS + 1) + attempt) << 12) + column // 2
        counter = (sample & 0xFFFFFFFF, sample >> 32, position, stream + philox.REDRAWS)
        words = reference.philox4x32(counter, (seed & 0xFFFFFFFF, seed >> 32))
        high, low = words[2:] if column % 2 else words[:2]
        return ((high << 32 | low) >> 12) * 2.0**-52 + 2.0**-53

    def redraw(name: str, attempt: int) -> tuple[FloatArray, FloatArray]:
        (k,) = (k for k, matrix in enumerate(matrices) if matrix.name == name)
        entries, experts = reference.drawn_parts(study, name)
        pairs = matrices[k].size * (matrices[k].size - 1) // 2
        u = np.array([uniform(k, attempt, column) for column in range(pairs + experts)])
        noise = reference.entry_noise(study, u[:entries]) if entries else np.empty(0)
        return noise, u[pairs:]

    return redraw


def reference_rows(
    study: Study, samples: int, *, seed: int = 1, sample: int = 0, stream: int = 0
) -> list[dict[str, Any]]:
    """Every output of each sample as the reference has it."""
    where = {"seed": seed, "sample": sample, "stream": stream}
    u = uniforms(study, samples, **where)
    xi = cell_variates(study, samples, **where)
    shared = shared_variates(study, samples, **where)
    redraws = [redraws_of(study, sample + s, seed=seed, stream=stream) for s in range(samples)]
    return [
        reference.evaluate_row(study, u[:, s], xi[s], redraw, shared[s])
        for s, redraw in enumerate(redraws)
    ]


def assert_near_in_single(study: Study, samples: int = 12, *, seed: int = 1) -> None:
    """Hold a run in single precision against the reference, to :data:`SINGLE`."""
    got, rows = run(study, samples, seed=seed), reference_rows(study, samples, seed=seed)
    assert build_plan(study).cells.dtype == np.float32
    near = {"atol": SINGLE, "rtol": 0}
    for name in ("support", "pressure"):
        np.testing.assert_allclose(got.by_mine(name, study), _stack(rows, name), **near)
    np.testing.assert_allclose(got.draws.weight, _stack(rows, "weight"), **near)
    for name in ("consistency_ratio", "repair"):  # which are in double
        _assert_near(study, name, getattr(got.draws, name), rows)
    support, pressure, recc = (_stack(rows, name) for name in ("support", "pressure", "recc"))
    drawn = got.by_mine("recc", study)
    np.testing.assert_array_equal(np.isnan(drawn), np.isnan(recc))
    with np.errstate(divide="ignore"):
        allowed = SINGLE * (1 + np.abs(recc)) / support
    assert not (np.abs(drawn - recc) > allowed).any(), "recc"
    cuts = study.settings.method.grade_cuts
    border = _near_a_border(support, pressure, cuts, SINGLE)
    for name in ("zone", "grade"):
        assert ((got.by_mine(name, study) == _stack(rows, name)) | border).all(), name
    degree = _stack(rows, "obstacle")
    sums = degree_sums(got.draws).reshape(degree.shape[:-1])
    np.testing.assert_allclose(sums, np.nansum(degree, axis=-1), atol=SINGLE * samples, rtol=0)


def assert_agrees(
    study: Study, samples: int = 12, *, seed: int = 1, sample: int = 0, stream: int = 0
) -> Run:
    """Hold a run of the kernel against the reference; return it for further questions."""
    where = {"seed": seed, "sample": sample, "stream": stream}
    got = run(study, samples, **where)
    assert list(got.status[:1]) == [chain.DONE]
    rows = reference_rows(study, samples, **where)
    _assert_numbers_agree(study, got, rows)
    _assert_classes_agree(study, got, rows)
    _assert_obstacles_agree(study, got, rows)
    return got


def _stack(rows: list[dict[str, Any]], name: str) -> npt.NDArray[Any]:
    return np.stack([row[name] for row in rows], axis=-1)


def _assert_numbers_agree(study: Study, got: Run, rows: list[dict[str, Any]]) -> None:
    for name in ("support", "pressure", "recc"):
        _assert_near(study, name, got.by_mine(name, study), rows)
    for name in ("weight", "consistency_ratio", "repair"):
        _assert_near(study, name, getattr(got.draws, name), rows)
    np.testing.assert_array_equal(got.draws.redraws, _stack(rows, "redraws"), err_msg="redraws")


def _assert_near(study: Study, name: str, got: FloatArray, rows: list[dict[str, Any]]) -> None:
    """Within 1e-12, of RECC relative, or within what rounding of the drawn values may do."""
    expected = _stack(rows, name)
    np.testing.assert_array_equal(np.isnan(got), np.isnan(expected), err_msg=name)
    gap = np.abs(got - expected)
    tolerance = TOLERANCE * np.abs(expected) if name == "recc" else np.full_like(gap, TOLERANCE)
    for s in np.flatnonzero((gap > tolerance).reshape(-1, len(rows)).any(axis=0)):
        allowed = tolerance[..., s] + _rounding(study, name, rows[s])
        assert not (gap[..., s] > allowed).any(), (name, s, got[..., s], expected[..., s])


def _rounding(study: Study, name: str, row: dict[str, Any]) -> Any:
    """How far an output may move if the drawn values move by ten units in their last place.

    Far below 1e-12, but for a value next to its goalpost under geometric aggregation (the
    logarithm of r loses the digits that the difference has lost), or for next to no support.
    """
    if name in ("consistency_ratio", "repair"):
        return 0.0
    rng, probe = np.random.default_rng(1), 1e-10
    moved = []
    for _ in range(4):
        values = row["values"] * (1 + probe * rng.choice([-1, 1], row["values"].shape))
        other = reference.index(study, values, row["matrices"], row["choices"])
        moved.append(np.nan_to_num(np.abs(other[name] - row[name])))
    return np.max(moved, axis=0) * (10 * np.finfo(float).eps / probe)


def _assert_classes_agree(study: Study, got: Run, rows: list[dict[str, Any]]) -> None:
    """A class is the reference's own, or that of the kernel's numbers, which differ by rounding."""
    cuts = study.settings.method.grade_cuts
    support, pressure = (got.by_mine(name, study) for name in ("support", "pressure"))
    recc = got.by_mine("recc", study)
    own = {
        "zone": np.vectorize(reference.zone)(support, pressure),
        "grade": np.vectorize(lambda s, p: reference.grade(s, p, cuts))(support, pressure),
        "rank": np.stack([reference.ranks(c) for c in np.moveaxis(recc, -1, 0)], axis=-1),
    }
    if len(study.hierarchy.systems) == 1:
        own |= {name: np.full_like(own[name], -1) for name in ("zone", "grade")}
    for name, expected in own.items():
        np.testing.assert_array_equal(got.by_mine(name, study), expected, err_msg=name)
    for name in ("zone", "grade"):
        here, there = got.by_mine(name, study), _stack(rows, name)
        assert ((here == there) | _near_a_border(support, pressure, cuts)).all(), name
    _assert_ranks_agree(got.by_mine("rank", study), _stack(rows, "recc"), _stack(rows, "rank"))


def _near_a_border(
    support: FloatArray, pressure: FloatArray, cuts: tuple[float, float], width: float = 1e-11
) -> npt.NDArray[np.bool_]:
    x, y = np.clip(support, 0, 1), np.clip(pressure, 0, 1)
    gaps = [y - x**2, y - x, y - np.sqrt(x)]
    gaps += [value - cut for value in (support, pressure) for cut in cuts]
    return np.asarray(np.abs(np.stack(gaps)).min(axis=0) < width)


def _assert_ranks_agree(rank: Any, recc: FloatArray, expected: Any) -> None:
    """Equal, but for values that differ by no more than rounding, and are not the same."""
    gap = np.abs(recc[:, None] - recc[None, :])
    close = (gap > 0) & (gap < 1e-11 * np.nan_to_num(recc))
    doubtful = close.any(axis=1)
    assert ((rank == expected) | doubtful).all(), "rank"


def degree_sums(draws: Draws) -> FloatArray:
    """Sums of the obstacle degrees over all samples (object, indicator)."""
    return np.asarray((draws.obstacle_mean * draws.obstacle_defined).sum(axis=0))


def _assert_obstacles_agree(study: Study, got: Run, rows: list[dict[str, Any]]) -> None:
    """Sums over the samples; an indicator within rounding of the fifth may be in or out."""
    degree = _stack(rows, "obstacle")  # (mine, year, indicator, sample)
    shape = degree.shape[:-1]
    draws = got.draws
    defined = (~np.isnan(degree)).sum(axis=-1)
    counted = draws.obstacle_defined.sum(axis=0).reshape(shape)
    np.testing.assert_array_equal(counted, defined, "defined")
    np.testing.assert_allclose(
        degree_sums(draws).reshape(shape),
        np.nansum(degree, axis=-1),
        rtol=TOLERANCE,
        atol=TOLERANCE * degree.shape[-1],
        err_msg="obstacle_mean",
    )
    for unit in range(len(draws.obstacle_squares)):
        part = degree[..., unit * chain.UNIT : (unit + 1) * chain.UNIT]
        expected = reference.moments(part, np.zeros(shape))
        squares = np.nan_to_num(expected["std"]) ** 2 * np.maximum(expected["count"] - 1, 0)
        np.testing.assert_allclose(
            draws.obstacle_squares[unit].reshape(shape),
            squares,
            rtol=1e-9,
            atol=1e-15 * degree.shape[-1],
            err_msg="obstacle_squares",
        )
    least, most = np.zeros(shape, int), np.zeros(shape, int)
    for system in reference.SYSTEMS:
        members = np.flatnonzero(reference.system_mask(study, system))
        for m, y, s in np.ndindex(*shape[:2], degree.shape[-1]):
            values = degree[m, y, members, s]
            if not len(values) or np.isnan(values).any():
                continue
            fifth = np.sort(values)[-min(5, len(values))]
            doubtful = (np.abs(values - fifth) < 1e-11) & (values != fifth)
            top = reference.top_obstacles(values)
            least[m, y, members] += top & ~doubtful
            most[m, y, members] += top | (doubtful & (values > 0))
    top5 = draws.obstacle_top5.reshape(shape)
    assert ((least <= top5) & (top5 <= most)).all(), (least, top5, most)

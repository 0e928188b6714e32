"""The benchmarks' rivals do the whole work, and do it right."""

from concurrent.futures import ProcessPoolExecutor
from importlib.util import find_spec
from multiprocessing import get_context
from pathlib import Path

import numpy as np
import pytest

import recc_mc as rm
from benchmarks.case import case_of, draws_from_cube
from benchmarks.rivals import RIVALS, batched_numpy
from tests import reference

SAMPLES = 12
INDICES = ("support", "pressure", "recc")
CLASSES = ("zone", "grade", "rank")


@pytest.fixture(scope="module")
def draws(case_study: rm.Study) -> dict[str, np.ndarray]:
    rng = np.random.default_rng(7)
    columns = max(part.stop for *_, part in reference.columns(case_study))
    return {
        "u": rng.random((columns, SAMPLES)),
        "xi_cell": rng.standard_normal((SAMPLES, *case_study.panel.values.shape)),
    }


@pytest.mark.parametrize("name", RIVALS)
def test_a_rival_agrees_with_the_reference(
    name: str, case_study: rm.Study, draws: dict[str, np.ndarray]
) -> None:
    got = RIVALS[name](case_study, SAMPLES, np.random.default_rng(), **draws)
    for i in range(SAMPLES):
        row = reference.evaluate_row(case_study, draws["u"][:, i], draws["xi_cell"][i])
        for key in (*INDICES, *CLASSES, "weight", "consistency_ratio", "repair"):
            np.testing.assert_allclose(got[key][..., i], row[key], rtol=0, atol=1e-7, err_msg=key)


def test_the_draws_cover_repaired_and_untouched_matrices(
    case_study: rm.Study, draws: dict[str, np.ndarray]
) -> None:
    repair = batched_numpy(case_study, SAMPLES, np.random.default_rng(), **draws)["repair"]
    assert 0 < np.mean(repair < 1) < 1


@pytest.mark.parametrize("batch", [1, 5, SAMPLES, 100])
def test_the_batch_size_does_not_matter(
    batch: int, case_study: rm.Study, draws: dict[str, np.ndarray]
) -> None:
    rng = np.random.default_rng()
    whole = batched_numpy(case_study, SAMPLES, rng, **draws)
    parts = batched_numpy(case_study, SAMPLES, rng, batch=batch, **draws)
    for key, values in whole.items():
        np.testing.assert_allclose(parts[key], values, rtol=0, atol=1e-12, err_msg=key)


@pytest.mark.parametrize("name", RIVALS)
def test_a_rival_draws_for_itself(name: str, case_study: rm.Study) -> None:
    got = RIVALS[name](case_study, SAMPLES, np.random.Generator(np.random.SFC64(1)))
    assert all(np.isfinite(values).all() for values in got.values())
    assert np.ptp(got["recc"], axis=-1).min() > 0
    np.testing.assert_allclose(got["weight"].sum(axis=0), 2.0)
    np.testing.assert_allclose(got["obstacle_mean"].sum(axis=0), 1.0)
    np.testing.assert_allclose(got["obstacle_top5"].sum(axis=0), 5.0)


def by_jax(study: rm.Study, draws: dict[str, np.ndarray], dtype: str) -> dict[str, np.ndarray]:
    from benchmarks import rival_jax

    rival_jax.prepare()
    case = case_of(study)
    cells = draws["xi_cell"].reshape(SAMPLES, -1, len(case.direction)).transpose(2, 1, 0)
    return rival_jax.on_draws(case, draws_from_cube(case, draws["u"]), cells, np.dtype(dtype))


@pytest.mark.slow
@pytest.mark.skipif(find_spec("jax") is None, reason="jax is not installed")
@pytest.mark.parametrize(("dtype", "most"), [("float64", 1e-9), ("float32", 1e-5)])
def test_jax_agrees_with_numpy_on_the_same_draws(
    dtype: str, most: float, case_study: rm.Study, draws: dict[str, np.ndarray]
) -> None:
    want = batched_numpy(case_study, SAMPLES, np.random.default_rng(), **draws)
    # In a process of its own: its threads do not bear the forks of other tests.
    with ProcessPoolExecutor(1, get_context("spawn")) as pool:
        got = pool.submit(by_jax, case_study, draws, dtype).result()
    for key, values in got.items():
        expected = want[key].reshape(values.shape)
        np.testing.assert_allclose(values, expected, rtol=0, atol=most, err_msg=key)


def test_other_studies_are_refused(root: Path) -> None:
    with pytest.raises(ValueError, match="expect all three tables"):
        case_of(rm.load_study(root / "configs" / "minimal.toml"))

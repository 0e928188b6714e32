"""Draws a piece at a time."""

import numpy as np
import pytest
import xarray as xr

from recc_mc.kernels.chain import UNIT
from recc_mc.summary import pieces as module
from recc_mc.summary.pieces import pieces, row_groups

SAMPLES = 10 * UNIT + 5


@pytest.fixture
def draws() -> xr.Dataset:
    rng = np.random.default_rng(1)
    return xr.Dataset(
        {
            "recc": (("mine", "sample"), rng.normal(size=(3, SAMPLES))),
            "rank": (("mine", "sample"), rng.integers(1, 4, (3, SAMPLES), np.int16)),
        }
    )


@pytest.mark.parametrize("chunk", [None, 700, UNIT, 4 * UNIT, SAMPLES])
@pytest.mark.parametrize(("budget", "expected"), [(1, UNIT), (30 * 3000, 2 * UNIT), (10**9, None)])
def test_pieces_end_at_whole_units(
    monkeypatch: pytest.MonkeyPatch,
    draws: xr.Dataset,
    chunk: int | None,
    budget: int,
    expected: int | None,
) -> None:
    monkeypatch.setattr(module, "BYTES_PER_PIECE", budget)
    given = draws if chunk is None else draws.chunk(sample=chunk)
    found = list(pieces(given, UNIT))
    for name in draws:
        joined = np.concatenate([piece[str(name)] for piece in found], axis=-1)
        np.testing.assert_array_equal(joined, draws[name].values)
    sizes = [piece["recc"].shape[-1] for piece in found]
    assert set(sizes[:-1]) <= {expected}
    assert sizes[-1] <= (expected or SAMPLES)


def test_every_chunk_is_computed_once(draws: xr.Dataset) -> None:
    computed = []

    def count(block: np.ndarray) -> np.ndarray:
        computed.append(block.shape[-1])
        return block

    counted = draws.chunk(sample=1500)
    counted["recc"].data = counted["recc"].data.map_blocks(
        count, dtype=float, meta=np.empty((0, 0))
    )
    for _ in pieces(counted, UNIT):
        pass
    assert sum(computed) == SAMPLES


def test_arrays_in_memory_are_not_copied(draws: xr.Dataset) -> None:
    assert all(
        np.shares_memory(piece["recc"], draws["recc"].values) for piece in pieces(draws, UNIT)
    )


@pytest.mark.parametrize(("memory", "first"), [(0, 1), (8 * 800 * 3, 3), (10**12, 10)])
def test_groups_of_rows_fit_into_memory(
    monkeypatch: pytest.MonkeyPatch, memory: int, first: int
) -> None:
    monkeypatch.setattr(module, "available_memory", lambda: memory)
    arrays = [np.zeros((10, 100)), np.zeros((7, 100), np.float32)]
    groups = list(row_groups(arrays))
    for number, array in enumerate(arrays):
        rows = [row for group in groups for row in range(len(array))[group[number]]]
        assert rows == list(range(len(array)))
    assert len(range(10)[groups[0][0]]) == first
    sizes = [sum(a[part].nbytes for a, part in zip(arrays, g, strict=True)) for g in groups]
    assert min(sizes) > 0
    assert max(sizes) <= max(memory / 8, 800)

"""Chunks that are handed to HDF5 as they stand in the file are those that it would have made."""

from pathlib import Path
from typing import Any

import netCDF4
import numpy as np
import pytest
import xarray as xr
from numpy.typing import NDArray

import recc_mc as rm
from recc_mc.results import chunks, encoding
from recc_mc.results.chunks import write_chunks
from recc_mc.study import Study
from tests.results.made_up import results


def made_up(dtype: str, length: int) -> NDArray[Any]:
    values = np.random.default_rng(1).normal(0, 50, (3, 2, length))
    values[0, 0] = 0
    return values.clip(-120, 120).astype("f8" if dtype == "f4" else dtype)


def written(
    path: Path, values: NDArray[Any], dtype: str, ours: bool, samples: int = 7, **options: Any
) -> NDArray[Any]:
    """What netCDF4 reads of values that it has written, or that we have, in two pieces."""
    options = {"compression": "zlib", "complevel": 1, "fletcher32": True, **options}
    with netCDF4.Dataset(path, "w") as file:
        group = file.createGroup("samples")
        for dim, size in zip("abc", values.shape, strict=True):
            group.createDimension(dim, size)
        chunk = (1, 1, min(samples, values.shape[-1]))
        variable = group.createVariable("x", dtype, tuple("abc"), chunksizes=chunk, **options)
        group.sync()
        if ours:
            for first, piece in (
                (0, values[..., : 2 * samples]),
                (2 * samples, values[..., 2 * samples :]),
            ):
                assert write_chunks(group, "x", piece, first)
        else:
            variable[...] = values
    with netCDF4.Dataset(path) as file:
        file.set_auto_mask(False)
        found: NDArray[Any] = file["samples/x"][...]
        return found


@pytest.mark.parametrize("dtype", ["f4", "f8", "i1", "i2", "i8"])
@pytest.mark.parametrize("length", [1, 14, 15, 40])
@pytest.mark.parametrize("shuffle", [True, False])
def test_chunks_are_read_as_if_hdf5_had_made_them(
    tmp_path: Path, dtype: str, length: int, shuffle: bool
) -> None:
    values = made_up(dtype, length)
    ours, theirs = (
        written(tmp_path / f"{own}.nc", values, dtype, own, shuffle=shuffle)
        for own in (True, False)
    )
    assert ours.dtype == theirs.dtype == dtype
    assert ours.tobytes() == theirs.tobytes() == values.astype(dtype).tobytes()


def test_what_is_beyond_single_precision_is_infinite(tmp_path: Path) -> None:
    values = np.full((1, 1, 3), -1e300)
    assert (written(tmp_path / "a.nc", values, "f4", ours=True) == -np.inf).all()


def test_a_changed_bit_is_found_when_it_is_read(tmp_path: Path) -> None:
    # Without compression, which finds it too.
    path, values = tmp_path / "a.nc", made_up("f8", 7)
    written(path, values, "f8", ours=True, compression=None)
    content = path.read_bytes()
    at = content.index(values[1, 1].tobytes())
    path.write_bytes(content[:at] + bytes([content[at] ^ 1]) + content[at + 1 :])
    with netCDF4.Dataset(path) as file, pytest.raises(RuntimeError, match="HDF error"):
        file["samples/x"][...]


def test_random_digits_take_no_more_space_than_hdf5_needs(tmp_path: Path) -> None:
    values = np.random.default_rng(1).normal(size=(1, 1, 20_000))
    for own in (True, False):
        written(tmp_path / f"{own}.nc", values, "f4", own, samples=20_000, shuffle=True)
    ours, theirs = ((tmp_path / f"{own}.nc").stat().st_size for own in (True, False))
    assert ours <= theirs


def test_hdf5_that_cannot_be_called_is_left_alone(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(chunks._SIGNATURES, "H5Dwrite_nothing", (None,))
    chunks._library.cache_clear()
    try:
        with pytest.raises(AssertionError):
            written(tmp_path / "a.nc", made_up("f8", 7), "f8", ours=True)
    finally:
        chunks._library.cache_clear()


def test_chunks_with_a_filter_that_is_not_known_are_left_to_netcdf4(tmp_path: Path) -> None:
    with pytest.raises(AssertionError):
        written(tmp_path / "a.nc", made_up("i4", 7), "i4", ours=True, compression="bzip2")


def test_a_result_is_the_same_whoever_writes_its_chunks(
    study: Study, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    ours, theirs = tmp_path / "ours.nc", tmp_path / "theirs.nc"
    rm.save(ours, **results(study))
    monkeypatch.setattr(encoding, "write_chunks", lambda *arguments: False)
    rm.save(theirs, **results(study))
    with rm.load(ours) as first, rm.load(theirs) as second:
        xr.testing.assert_equal(first, second)


def test_a_disk_that_fails_is_an_error_of_the_file(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    library = chunks._library()
    monkeypatch.setattr(library, "H5Dwrite_chunk", lambda *arguments: -1)
    with pytest.raises(RuntimeError, match="HDF5 reports an error"):
        written(tmp_path / "a.nc", made_up("f8", 7), "f8", ours=True)

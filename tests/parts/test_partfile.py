"""The layout of part files: what is read is what was written, or an error."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from numpy.typing import NDArray

from recc_mc.parts.partfile import DamagedPartError, open_part, write_part

Arrays = dict[str, NDArray[Any]]


def arrays() -> Arrays:
    rng = np.random.default_rng(1)
    return {
        "draws": rng.normal(size=(3, 100)),
        "padded": rng.normal(size=(4, 64))[:, :50],
        "zone": rng.integers(-1, 4, (3, 100)).astype(np.int8),
        "counts": rng.integers(0, 1000, (5, 7)),
        "offsets": rng.integers(-5, 5, 11),
        "large": np.array([2**40]),
        "nothing": np.zeros((0, 4)),
        "no counts": np.zeros((2, 0), np.int64),
        "number": np.array(7),
        "undefined": np.array([np.nan, -0.0, np.inf]),
    }


@pytest.fixture
def path(tmp_path: Path) -> Path:
    path = tmp_path / "a.part"
    write_part(path, ["run", 3], arrays())
    return path


def read(path: Path) -> Arrays:
    part = open_part(path)
    part.verify()
    return part.arrays()


def test_arrays_come_back_as_they_were(path: Path) -> None:
    assert open_part(path).label == ["run", 3]
    found = read(path)
    assert list(found) == list(arrays())
    for name, array in arrays().items():
        assert found[name].dtype == array.dtype
        assert found[name].shape == array.shape
        np.testing.assert_array_equal(found[name], array)
        np.testing.assert_array_equal(open_part(path).array(name), array)
    assert np.signbit(found["undefined"][1])


def test_floats_are_mapped_and_aligned_and_cannot_be_changed(path: Path) -> None:
    for name in ("draws", "padded", "zone"):
        array = read(path)[name]
        assert isinstance(array, np.memmap)
        assert array.ctypes.data % 64 == 0
        assert not array.flags.writeable


def test_counts_take_the_space_that_they_need(tmp_path: Path) -> None:
    path = tmp_path / "a.part"
    sizes = {}
    for largest in (200, 60_000, 2**40):
        write_part(path, None, {"counts": np.full(10_000, largest)})
        assert read(path)["counts"][0] == largest
        sizes[largest] = path.stat().st_size // 10_000
    assert sizes == {200: 1, 60_000: 2, 2**40: 8}


def test_the_same_arrays_give_the_same_file(path: Path, tmp_path: Path) -> None:
    write_part(tmp_path / "b.part", ["run", 3], arrays())
    assert (tmp_path / "b.part").read_bytes() == path.read_bytes()


def damaged(path: Path, change: Callable[[bytearray], Any]) -> None:
    content = bytearray(path.read_bytes())
    change(content)
    path.write_bytes(content)


def test_no_changed_byte_goes_unnoticed(tmp_path: Path) -> None:
    path = tmp_path / "a.part"
    write_part(path, "label", {"a": np.arange(9.0), "n": np.arange(3)})
    content = path.read_bytes()
    for position in range(len(content)):
        changed = bytearray(content)
        changed[position] ^= 1 << position % 8
        path.write_bytes(changed)
        with pytest.raises(DamagedPartError):
            read(path)


def test_no_other_length_goes_unnoticed(tmp_path: Path) -> None:
    path = tmp_path / "a.part"
    write_part(path, "label", {"a": np.arange(9.0)})
    content = path.read_bytes()
    for length in range(len(content)):
        path.write_bytes(content[:length])
        with pytest.raises(DamagedPartError):
            open_part(path)
    path.write_bytes(content + b"\0")
    with pytest.raises(DamagedPartError):
        open_part(path)


def test_damage_is_named(path: Path, tmp_path: Path) -> None:
    def reason() -> str:
        with pytest.raises(DamagedPartError) as caught:
            read(path)
        return str(caught.value)

    content = path.read_bytes()
    damaged(path, lambda content: content.__setitem__(-70, content[-70] ^ 1))
    assert reason() == "its checksum is wrong"
    path.write_bytes(content[:-64])
    assert reason() == "it is truncated"
    path.write_bytes(content[:10])
    assert reason() == "it is truncated"
    path.write_bytes(b"something else that is long enough")
    assert reason() == "its header is damaged"
    path.unlink()
    assert reason() == "it is missing"
    path.mkdir()
    assert reason() == "it cannot be read: Is a directory"

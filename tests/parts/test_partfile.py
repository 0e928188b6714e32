"""The layout of part files: what is read is what was written, or an error."""

from collections.abc import Callable
from itertools import product
from pathlib import Path
from typing import Any
from zipfile import ZipFile

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


def test_numpy_reads_them_too(path: Path) -> None:
    with np.load(path) as found:
        assert set(found) == {*arrays(), "label"}
        np.testing.assert_array_equal(found["draws"], arrays()["draws"])


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


def is_damaged(path: Path, label: str, expected: Arrays) -> bool:
    """Whether damage is found; if not, everything that is read is as it was written."""
    try:
        found = read(path)
        assert open_part(path).label == label
    except DamagedPartError:
        return True
    assert list(found) == list(expected)
    for name, array in expected.items():
        assert found[name].dtype == array.dtype
        np.testing.assert_array_equal(found[name], array)
    return False


def test_no_changed_byte_goes_unnoticed(tmp_path: Path) -> None:
    path, written = tmp_path / "a.part", {"a": np.arange(9.0), "n": np.arange(3)}
    write_part(path, "label", written)
    content = path.read_bytes()
    with ZipFile(path) as archive:
        # The data, and what NumPy says of them: all but the notes of the container.
        starts = [info.header_offset + 50 + len(info.filename) for info in archive.infolist()]
        sizes = [info.file_size for info in archive.infolist()]
    data = {start + k for start, size in zip(starts, sizes, strict=True) for k in range(size)}
    assert len(data) > 300
    for position, bit in product(range(len(content)), range(8)):
        changed = bytearray(content)
        changed[position] ^= 1 << bit
        path.write_bytes(changed)
        # Of the container some bytes mean nothing, such as those of a date.
        assert is_damaged(path, "label", written) or position not in data


def test_no_other_length_goes_unnoticed(tmp_path: Path) -> None:
    path, written = tmp_path / "a.part", {"a": np.arange(9.0)}
    write_part(path, "label", written)
    content = path.read_bytes()
    for length in range(len(content)):
        path.write_bytes(content[:length])
        with pytest.raises(DamagedPartError):
            open_part(path)
    path.write_bytes(content + b"\0")
    assert not is_damaged(path, "label", written)
    path.write_bytes(b"\0" + content)
    assert not is_damaged(path, "label", written)


def test_damage_is_named(path: Path, tmp_path: Path) -> None:
    def reason() -> str:
        with pytest.raises(DamagedPartError) as caught:
            read(path)
        return str(caught.value)

    content = path.read_bytes()
    middle = len(content) // 2
    damaged(path, lambda content: content.__setitem__(middle, content[middle] ^ 1))
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

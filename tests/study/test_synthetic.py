"""Standing studies that are made up: the same bytes everywhere, and never taken for data."""

import csv
import io
from itertools import chain, combinations, combinations_with_replacement

import numpy as np
import pytest

import recc_mc as rm
from benchmarks import standing
from recc_mc.errors import InputError
from recc_mc.study.consistency import consistency_ratio
from recc_mc.study.synthetic import SCORES, SIZES, synthetic_files, write_synthetic
from recc_mc.study.synthetic_panel import Words


@pytest.fixture(scope="module")
def province(tmp_path_factory: pytest.TempPathFactory) -> rm.Study:
    return rm.load_study(write_synthetic(tmp_path_factory.mktemp("province"), "province")[0])


@pytest.mark.parametrize(
    "size", ["province", *(pytest.param(size, marks=pytest.mark.slow) for size in list(SIZES)[1:])]
)
def test_files_have_the_bytes_of_the_table(size: str) -> None:
    assert standing.file_sums(size) == standing.known()[size]["files"]


@pytest.mark.slow
def test_results_have_the_digits_of_the_table() -> None:
    assert standing.table("province") == standing.known()["province"]


def test_a_study_has_the_size_of_its_name(province: rm.Study) -> None:
    assert [(size.number, size.years) for size in SIZES.values()] == [
        (31, 10),
        (2800, 10),
        (2800, 20),
    ]
    assert province.panel.values.shape == (31, 10, 24)
    assert province.panel.years == tuple(range(2011, 2021))
    assert province.nouns == ("province", "provinces")


def test_nobody_takes_it_for_data(province: rm.Study) -> None:
    files = synthetic_files("county", seed=7)
    assert province.title == "Synthetic: 31 provinces, 2011-2020 (seed 1)"
    assert rm.evaluate(province).attrs["title"] == province.title
    study = files["study.toml"].decode()
    assert study.startswith("# SYNTHETIC: 2,800 counties that do not exist, 2011-2020.")
    assert "recc-mc init --synthetic county --seed 7 DIR       (generator 1)" in study
    assert "@" not in study
    assert files["judgments.toml"].startswith(b"# Synthetic: judgments that nobody gave.")


def test_another_seed_makes_other_values_and_judgments() -> None:
    one, other = (synthetic_files("province", seed) for seed in (0, 2**63 - 1))
    differ = [name for name in one if one[name] != other[name]]
    assert differ == ["study.toml", "panel.csv", "judgments.toml"]


def test_normals_are_sums_of_pieces_of_words_in_any_order() -> None:
    bits = np.random.Philox(key=5 + (9 << 64))
    words = [int(word) for word in bits.random_raw(6)]
    pieces = [[word >> shift & 0xFFFF for shift in (0, 16, 32, 48)] for word in words]
    sums = [sum(map(sum, pieces[k : k + 3])) for k in (0, 3)]
    expected = [(each + 6) / 65536 - 6 for each in sums]
    assert Words(5, 9).normals(2).tolist() == expected


def test_values_hang_together_and_have_trends(province: rm.Study) -> None:
    values = dict(
        zip(province.panel.indicators, np.moveaxis(province.panel.values, -1, 0), strict=True)
    )
    income, doctors = np.log(values["income"]), np.log(values["doctors"])
    assert np.corrcoef(income[:, 0], doctors[:, 0])[0, 1] > 0.3
    assert np.corrcoef(income[:, 0], income[:, 1])[0, 1] > 0.95
    assert (values["income"][:, -1] > values["income"][:, 0]).all()
    assert (values["sulphur"][:, -1].mean() < values["sulphur"][:, 0].mean()).all()
    assert 0 < values["treated"].min() < values["treated"].max() < 100


def test_whatever_scores_are_drawn_judgments_are_consistent_enough(province: rm.Study) -> None:
    largest = max(matrix.size for matrix in province.judgments.matrices)
    drawn = [combinations_with_replacement(range(SCORES), n) for n in range(2, largest + 1)]
    ratios = []
    for scores in chain.from_iterable(drawn):
        matrix = np.ones((len(scores), len(scores)))
        for i, j in combinations(range(len(scores)), 2):
            ahead = scores[i] - scores[j]
            matrix[i, j] = 1.0 + ahead if ahead >= 0 else 1.0 / (1.0 - ahead)
            matrix[j, i] = 1.0 / matrix[i, j]
        ratios.append(consistency_ratio(matrix))
    assert 0.01 < max(ratios) < 0.1


def test_panels_are_plain_tables() -> None:
    rows = list(csv.reader(io.StringIO(synthetic_files("province")["panel.csv"].decode())))
    assert len(rows) == 311
    assert {len(row) for row in rows} == {26}
    assert rows[1][:2] == ["province 01", "2011"]
    assert "e" not in "".join(cell for row in rows[1:] for cell in row[2:])


def test_a_size_that_is_none_is_refused() -> None:
    with pytest.raises(InputError) as caught:
        synthetic_files("planet", seed=-1)
    assert list(caught.value.problems) == [
        'size: must be province or county or nation, got "planet"',
        "seed: must be >= 0, got -1",
    ]

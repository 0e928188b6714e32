"""Makes the data of counties.toml and province.toml: none of them was ever measured.

    python configs/synthetic.py

A value is its place's own level, times a trend over the years, times noise that lasts from one year
to the next; shares stay below 100. From the seed alone, so that the files are the same everywhere.
"""

import csv
import io
import math
import random
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import NamedTuple

FOLDER = Path(__file__).parent
SEED = 20081213


class Series(NamedTuple):
    """What an indicator is like.

    Parameters
    ----------
    level
        Its value in a usual place in the first year.
    spread
        Standard deviation of the logarithm of the places' levels.
    trend
        Growth in a year; a place's own is within half of it.
    noise
        Standard deviation of the logarithm of a year's value.
    most
        A value is below it.
    """

    level: float
    spread: float
    trend: float
    noise: float
    most: float = math.inf


COUNTIES = (
    *("Ashby", "Birchmoor", "Colne", "Dunmere", "Elswick", "Fernhill"),
    *("Garside", "Hollin", "Inverley", "Kestrel", "Larkfield", "Marlow"),
)
OF_COUNTIES = {
    "rain": Series(900, 0.15, 0.0, 0.12),
    "water_per_head": Series(1800, 0.4, -0.01, 0.1),
    "clean_rivers": Series(62, 0.2, 0.012, 0.05, 99),
    "arable": Series(0.12, 0.35, -0.012, 0.02),
    "soil_ph": Series(6.2, 0.12, -0.004, 0.01),
    "forest": Series(38, 0.45, 0.01, 0.01, 95),
    "reserves": Series(7, 0.5, 0.02, 0.02, 60),
    "good_air": Series(270, 0.12, 0.008, 0.04, 366),
    "treated": Series(48, 0.25, 0.04, 0.04, 99),
    "income": Series(12, 0.3, 0.08, 0.03),
    "roads": Series(0.9, 0.3, 0.03, 0.02),
    "density": Series(260, 0.6, 0.006, 0.01),
    "urban": Series(36, 0.25, 0.025, 0.02, 98),
    "water_use": Series(380, 0.25, 0.005, 0.05),
    "energy_use": Series(1.6, 0.35, 0.035, 0.04),
    "sulphur": Series(6, 0.6, -0.05, 0.12),
    "waste_water": Series(820, 0.6, 0.015, 0.1),
    "built_land": Series(7, 0.45, 0.03, 0.01, 60),
}
OF_PROVINCE = {
    "rain": Series(780, 0.0, 0.0, 0.12),
    "reservoirs": Series(14, 0.0, 0.005, 0.1),
    "grain": Series(410, 0.0, 0.012, 0.05),
    "forest": Series(31, 0.0, 0.012, 0.005, 90),
    "treated": Series(28, 0.0, 0.06, 0.04, 99),
    "spending": Series(1.8, 0.0, 0.02, 0.1),
    "people": Series(41, 0.0, 0.005, 0.002),
    "towns": Series(33, 0.0, 0.025, 0.01, 95),
    "energy": Series(95, 0.0, 0.05, 0.03),
    "waste_water": Series(18, 0.0, 0.03, 0.05),
    "mining": Series(62, 0.0, 0.02, 0.12),
    "ammonia": Series(1.4, 0.0, -0.045, 0.1),
    "dust": Series(74, 0.0, -0.03, 0.08),
}
# Stations that did not report, and how the statisticians wrote it.
GAPS = {
    ("Colne", "rain"): (2011,),
    ("Colne", "soil_ph"): (2008, 2009, 2010),
    ("Hollin", "clean_rivers"): (2013, 2014),
    ("Larkfield", "sulphur"): (2022,),
    ("Marlow", "reserves"): (2016,),
}
MISSING = ".."


def series(kind: Series, years: Sequence[int], rng: random.Random) -> Iterator[float]:
    """Values of an indicator in one place."""
    level = kind.level * math.exp(rng.gauss(0.0, kind.spread))
    trend, lasting = kind.trend * rng.uniform(0.5, 1.5), 0.0
    for number, _ in enumerate(years):
        lasting = 0.5 * lasting + rng.gauss(0.0, kind.noise)
        value = level * math.exp(trend * number + lasting)
        # A share comes ever nearer to its limit, without reaching it.
        yield value if math.isinf(kind.most) else kind.most * math.tanh(value / kind.most)


def panel(
    places: Sequence[str], years: Sequence[int], kinds: Mapping[str, Series], rng: random.Random
) -> str:
    """Panel as CSV: a row for each place and year."""
    text = io.StringIO()
    writer = csv.writer(text, lineterminator="\n")
    writer.writerow(["mine", "year", *kinds])
    for place in places:
        columns = [
            [
                MISSING if year in GAPS.get((place, name), ()) else f"{value:.4g}"
                for year, value in zip(years, series(kind, years, rng), strict=True)
            ]
            for name, kind in kinds.items()
        ]
        writer.writerows(zip([place] * len(years), years, *columns, strict=True))
    return text.getvalue()


def panels() -> dict[str, str]:
    """Panels by the folder that they belong to."""
    rng = random.Random(SEED)
    return {
        "counties": panel(COUNTIES, range(2008, 2023), OF_COUNTIES, rng),
        "province": panel(["Northvale"], range(2003, 2023), OF_PROVINCE, rng),
    }


if __name__ == "__main__":
    for folder, content in panels().items():
        (FOLDER / folder / "panel.csv").write_text(content, encoding="utf-8", newline="\n")

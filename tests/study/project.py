"""A small study whose files a test replaces one by one."""

import warnings
from dataclasses import dataclass
from pathlib import Path

import pytest

from recc_mc.errors import InputError, StudyWarning
from recc_mc.study import Study, load_study

STUDY = """\
[study]
panel = "panel.csv"
indicators = "indicators.csv"
judgments = "judgments.toml"
"""

INDICATORS = """\
indicator,system,criterion,direction,units,long_name
rain,support,water,1,mm,Precipitation
lake,support,water,1,km2,Area of lakes
soil,support,land,1,%,Share of good soil
dust,pressure,air,1,t,Dust
"""

PANEL = """\
mine,year,rain,lake,soil,dust
North,2012,100,1,50,7
North,2013,110,2,51,8
South,2012,120,3,52,9
South,2013,130,4,53,6
"""

JUDGMENTS = """\
[[matrix]]
name = "support"
items = ["water", "land"]
upper = [[2]]

[[matrix]]
name = "water"
items = ["rain", "lake"]
upper = [["1/3"]]
"""


@dataclass(frozen=True)
class Project:
    """A folder with a small valid study whose files a test replaces one by one."""

    folder: Path

    def write(self, name: str, text: str | bytes) -> Path:
        path = self.folder / name
        path.write_bytes(text if isinstance(text, bytes) else text.encode())
        return path

    def change(self, name: str, old: str, new: str) -> Path:
        """Replace a part of a file, which must be there."""
        text = (self.folder / name).read_text(encoding="utf-8")
        assert old in text
        return self.write(name, text.replace(old, new))

    def add(self, text: str) -> Path:
        """Append tables to the study file."""
        return self.write("study.toml", STUDY + text)

    def load(self) -> Study:
        return load_study(self.folder / "study.toml")

    def load_quietly(self) -> Study:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore", StudyWarning)
            return self.load()

    def problems(self) -> list[str]:
        """What is wrong with the study, without the name of the folder."""
        with pytest.raises(InputError) as caught:
            self.load()
        return [problem.replace(f"{self.folder}/", "") for problem in caught.value.problems]

    def warnings(self) -> list[str]:
        with warnings.catch_warnings(record=True) as caught:
            warnings.simplefilter("always")
            self.load()
        assert all(issubclass(item.category, StudyWarning) for item in caught)
        return [str(item.message).replace(f"{self.folder}/", "") for item in caught]

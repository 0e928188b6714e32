"""The smallest study: two mines, a year, an indicator of each system, so that C = p / s."""

from pathlib import Path

import recc_mc as rm

TOY = {
    "study.toml": """\
[study]
title = "Toy"
panel = "panel.csv"
indicators = "indicators.csv"
judgments = "judgments.toml"

[method]
goalposts = "fixed"

[uncertainty.data]
cv = 0.1
""",
    "panel.csv": "mine,year,indicator,value\nA,2020,s,5\nA,2020,p,6\nB,2020,s,8\nB,2020,p,2\n",
    "indicators.csv": """\
indicator,system,criterion,direction,units,long_name,lower,upper
s,support,a,1,1,s,0,10
p,pressure,b,1,1,p,0,10
""",
    "judgments.toml": '[[matrix]]\nname = "support"\nitems = ["a"]\nupper = []\n',
}
"""Its files; C is 1.2 of A and 0.25 of B, and ln C normal with variance 2 ln 1.01."""


def write_toy(folder: Path, more: str = "") -> Path:
    """Write the toy, with further tables in its study file."""
    for name, text in TOY.items():
        (folder / name).write_text(text + (more if name == "study.toml" else ""))
    return folder / "study.toml"


def toy_study(folder: Path, more: str = "") -> rm.Study:
    """The toy, read from its files."""
    return rm.load_study(write_toy(folder, more))

"""The gallery: every picture there is, with the code that made it."""

from inspect import getdoc
from pathlib import Path

import numpy as np
import pandas as pd
import xarray as xr

import recc_mc as rm
from building.runs import ROOT
from recc_mc.plot.picture import Picture
from recc_mc.plot.pictures import PICTURES
from recc_mc.plot.selection import GROUP_COMMANDS
from recc_mc.study.template import write_template

SAMPLES = 4_000
_HEAD = """# Gallery

Every picture, drawn while this page was built. Each function has a twin in `rm.plot.tables`, which
returns the numbers as a table. Those that the report shows are files on request:
`recc-mc report RESULT --pictures DIR`.

```python
import recc_mc as rm

study = rm.load_study("configs/rare_earth_mines.toml")
baseline = rm.evaluate(study)
samples = rm.simulate(study, samples=4_000, seed=1)
summary = rm.summarize(samples)
sensitivity = rm.sensitivity(study, samples=256, replicates=4, seed=1, information=True)
sweep = rm.sweep(study, {"uncertainty.data.cv": [0.02, 0.1, 0.2]}, samples=1_000, seed=1)

# The case study with limits of grades, [coupling], [fuzzy] and output.criterion_scores.
more = rm.load_study("more/study.toml")
beside = rm.summarize(rm.simulate(more, samples=4_000, seed=1))

questions = rm.load_study("examples/quota.toml")  # those of the page on asking what if
scenarios = rm.scenarios(questions, samples=4_000)
target = rm.target(questions, samples=4_000)
evidence = rm.meta_analysis("examples/effects.csv", measure="effect")
```
"""


def gallery(folder: Path, place: Path) -> str:
    """The page; pictures are written beside it.

    Parameters
    ----------
    folder
        Where the page will stand.
    place
        Where the study is written to.
    """
    groups = examples(place / "more")
    return "\n".join([_HEAD, *(shown(picture, groups, folder) for picture in PICTURES.values())])


def shown(picture: Picture, groups: dict[str, xr.Dataset], folder: Path) -> str:
    """Section of a picture: what it shows, the code, the picture."""
    about = str(getdoc(picture.draw)).split("\n\nParameters\n")[0]
    parts = [f"## {picture.name}", about.replace("`", "")]
    if picture.group not in groups:
        made = GROUP_COMMANDS.get(picture.group, "")
        return "\n\n".join([*parts, f"It is drawn of the group `/{picture.group}`; {made}.\n"])
    code = code_of(picture, groups)
    try:
        figure = eval(code, {"rm": rm, **groups})
    except rm.InputError as error:
        # It needs more of the group than the example has.
        return "\n\n".join([*parts, f"```python\n{code}\n```", f"{error}.\n"])
    name = f"{picture.name}.svg"
    (folder / name).write_bytes(rm.plot.render(figure, format="svg"))
    about = picture.shown[0].title if picture.shown else picture.name.replace("_", " ")
    return "\n\n".join([*parts, f"```python\n{code}\n```", f"![{about}]({name})\n"])


def code_of(picture: Picture, groups: dict[str, xr.Dataset]) -> str:
    """Call of the function that draws a picture, as the report's first place of it has it."""
    places = picture.shown[:1]
    first = "beside" if any(place.section == "beside" for place in places) else picture.group
    given = [first, *(f"{name}={name}" for name in picture.optional if name in groups)]
    given += [f'{name}="{value}"' for place in places for name, value in place.options.items()]
    return f"rm.plot.{picture.name}({', '.join(given)})"


def examples(folder: Path) -> dict[str, xr.Dataset]:
    """Groups of results that have everything that pictures show.

    Parameters
    ----------
    folder
        Where the study with everything beside the index is written to.
    """
    study = rm.load_study(ROOT / "configs" / "rare_earth_mines.toml")
    questions = rm.load_study(ROOT / "docs" / "examples" / "quota.toml")
    samples = rm.simulate(study, samples=SAMPLES, seed=1)
    more = rm.simulate(rm.load_study(complete(folder)), samples=SAMPLES, seed=1)
    vary = {"uncertainty.data.cv": [0.02, 0.1, 0.2]}
    effects = ROOT / "docs" / "examples" / "effects.csv"
    return {
        "baseline": rm.evaluate(study),
        "samples": samples,
        "summary": rm.summarize(samples),
        "sensitivity": rm.sensitivity(study, samples=256, replicates=4, seed=1, information=True),
        "sweep": rm.sweep(study, vary, samples=1_000, seed=1),
        "beside": rm.summarize(more),
        "scenarios": rm.scenarios(questions, samples=SAMPLES),
        "target": rm.target(questions, samples=SAMPLES),
        "evidence": rm.meta_analysis(effects, measure="effect"),
    }


def complete(folder: Path) -> Path:
    """The case study with everything beside the index: limits of grades at its quartiles."""
    path = write_template(folder)[0]
    values = rm.load_study(path).panel.values
    table = pd.read_csv(folder / "indicators.csv")
    for k, share in enumerate((0.75, 0.5, 0.25), start=1):
        # The first limit is that of the most of the system.
        shares = [share if direction == 1 else 1 - share for direction in table["direction"]]
        table[f"limit_{k}"] = [np.quantile(values[..., j], s) for j, s in enumerate(shares)]
    table.to_csv(folder / "indicators.csv", index=False)
    text = path.read_text(encoding="utf-8")
    text = text.replace("criterion_scores = false", "criterion_scores = true")
    path.write_text(f"{text}\n[coupling]\n\n[fuzzy]\n", encoding="utf-8")
    return path

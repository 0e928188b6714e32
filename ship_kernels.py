"""Compiles the kernels that Python calls, and writes what a wheel carries of them into a folder.

Run ``python ship_kernels.py FOLDER`` with the package on the path. `NUMBA_CACHE_DIR` names an empty
folder: what is loaded from a cache has no bitcode any more.
"""

import sys
import tempfile
from pathlib import Path
from typing import Any

import recc_mc as rm
from recc_mc.kernels.compiling import Kernel
from recc_mc.kernels.options import SHIPPED
from recc_mc.kernels.shipped import pack
from recc_mc.study.template import write_template

QUESTIONS = Path(__file__).with_name("configs") / "policy.toml"
# Of settings that no kernel's types depend on.
FEW: dict[str, Any] = {"seed": 1, "scheduler": "synchronous"}
# What makes a study ask for all that kernels can do.
MORE = """
[coupling]
of = "systems"
"""


def call_kernels() -> None:
    """Call every kernel that commands call, for arguments of the types that they have."""
    with tempfile.TemporaryDirectory() as folder:
        file = write_template(folder)[0]
        usual = rm.load_study(file)
        file.write_text(file.read_text(encoding="utf-8") + MORE, encoding="utf-8")
        studies = (usual, rm.load_study(file))
    for study in studies:
        call_usual(study)
    ask_questions(rm.load_study(QUESTIONS))


def call_usual(study: rm.Study) -> None:
    """Call the kernels of most runs."""
    # A run that finds the chain compiled leaves nothing to a copy of this process, from which only
    # machine code would come back.
    rm.evaluate(study)
    for keep in ("samples", "summary"):
        rm.simulate(study, samples=128, **FEW, keep=keep)
    rm.sensitivity(study, samples=64, **FEW)


def ask_questions(study: rm.Study) -> None:
    """Call the kernels of what if, what it would take, and what is worth knowing."""
    rm.scenarios(study, samples=128, **FEW)
    rm.target(study, mine="all", samples=128, **FEW)
    rm.sensitivity(study, samples=64, **FEW, scenario="treatment")
    few = study.replace({"sensitivity.information": {"outer": 2, "inner": 128}})
    rm.sensitivity(few, samples=64, replicates=2, **FEW, information=True)


def kernels() -> dict[str, Kernel]:
    """All kernels by module and name."""
    modules = [module for name, module in sys.modules.items() if name.startswith("recc_mc.")]
    values = [value for module in modules for value in vars(module).values()]
    return {value.name: value for value in values if isinstance(value, Kernel)}


def content() -> bytes:
    """All that has been compiled."""
    return pack({name: kernel.as_bitcode() for name, kernel in kernels().items()})


def main() -> None:
    """Write the file."""
    call_kernels()
    (Path(sys.argv[1]) / SHIPPED.file.name).write_bytes(content())


if __name__ == "__main__":
    main()

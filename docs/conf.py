"""Sphinx builds the documentation; every number and picture on it is computed on the way."""

import os
import sys
from importlib import metadata
from pathlib import Path

HERE = Path(__file__).parent
sys.path[:0] = [str(HERE), str(HERE.parent)]

from building import pages  # noqa: E402
from building.directive import CommandDirective  # noqa: E402
from building.runs import place_of, prepare  # noqa: E402

project = "recc_mc"
author = "recc_mc developers"
copyright = "recc_mc developers"
version = release = metadata.version("recc-mc")

extensions = [
    "myst_nb",
    "sphinx.ext.autodoc",
    "sphinx.ext.napoleon",
]
exclude_patterns = ["_build", "building"]
myst_enable_extensions = ["deflist", "dollarmath"]
myst_heading_anchors = 3
nb_execution_mode = "force"
nb_execution_raise_on_error = True
nb_execution_timeout = 300
default_role = "py:obj"
autodoc_typehints = "none"
autodoc_preserve_defaults = True
napoleon_google_docstring = False
napoleon_use_rtype = False
html_theme = "furo"
html_title = "recc_mc"
html_show_copyright = False
html_copy_source = False
html_static_path = ["static"]
html_css_files = ["pictures.css"]
html_show_sourcelink = False


def make(app) -> None:
    """Compute what pages find done, and write the pages that the program writes."""
    app.config.runs = Path(app.outdir).parent / "run"
    prepare(app.config.runs)
    # The folder that cells of pages in Python change to.
    os.environ["RECC_DOCS"] = str(place_of("cells", app.config.runs))
    pages.write(HERE / "generated", app.config.runs)


def setup(app) -> None:
    """Have commands run, and pages written."""
    app.add_config_value("runs", None, "", types=(Path, type(None)))
    app.add_directive("command", CommandDirective)
    app.connect("builder-inited", make)

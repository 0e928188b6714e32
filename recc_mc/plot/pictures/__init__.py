"""A module for each picture, or for two of one kind: being here is all that it takes to be one."""

from importlib import import_module
from pkgutil import iter_modules

from recc_mc.plot.picture import PICTURES

__all__ = ["PICTURES"]

for _module in iter_modules(__path__):
    import_module(f"{__name__}.{_module.name}")

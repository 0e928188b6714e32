"""Results: labelled datasets, and the NetCDF-4 file that holds them."""

from recc_mc.results.files import check_target, write_file
from recc_mc.results.kept import adds_to, kept_groups
from recc_mc.results.labels import coordinates, dataset
from recc_mc.results.netcdf import load, save

__all__ = [
    "adds_to",
    "check_target",
    "coordinates",
    "dataset",
    "kept_groups",
    "load",
    "save",
    "write_file",
]

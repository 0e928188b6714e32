"""Results: labelled datasets, and the NetCDF-4 file that holds them."""

from recc_mc.labels.dataset import coordinates
from recc_mc.results.claim import Claim
from recc_mc.results.encoding import Encoding
from recc_mc.results.files import check_ending, check_target, identity, move, sweep, write_file
from recc_mc.results.kept import adds_to, kept_groups
from recc_mc.results.labels import dataset
from recc_mc.results.netcdf import load, save, write_groups

__all__ = [
    "Claim",
    "Encoding",
    "adds_to",
    "check_ending",
    "check_target",
    "coordinates",
    "dataset",
    "identity",
    "kept_groups",
    "load",
    "move",
    "save",
    "sweep",
    "write_file",
    "write_groups",
]

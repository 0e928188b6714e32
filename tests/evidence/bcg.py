"""The thirteen BCG vaccine trials of Colditz et al. (1994), as log risk ratios.

Counts of tuberculosis among vaccinated and others, as in Berkey et al. (1995) and in metafor's
``dat.bcg``.
"""

import numpy as np

COUNTS = {
    "Aronson 1948": (4, 119, 11, 128),
    "Ferguson and Simes 1949": (6, 300, 29, 274),
    "Rosenthal et al. 1960": (3, 228, 11, 209),
    "Hart and Sutherland 1977": (62, 13536, 248, 12619),
    "Frimodt-Moller et al. 1973": (33, 5036, 47, 5761),
    "Stein and Aronson 1953": (180, 1361, 372, 1079),
    "Vandiviere et al. 1973": (8, 2537, 10, 619),
    "TPT Madras 1980": (505, 87886, 499, 87892),
    "Coetzee and Berjak 1968": (29, 7470, 45, 7232),
    "Rosenthal et al. 1961": (17, 1699, 65, 1600),
    "Comstock et al. 1974": (186, 50448, 141, 27197),
    "Comstock and Webster 1969": (5, 2493, 3, 2338),
    "Comstock et al. 1976": (27, 16886, 29, 17825),
}


def table():
    """Columns study, effect, se."""
    ill, well, ill_others, well_others = np.array(list(COUNTS.values()), float).T
    vaccinated, others = ill + well, ill_others + well_others
    return {
        "study": list(COUNTS),
        "effect": np.log(ill / vaccinated / (ill_others / others)),
        "se": np.sqrt(1 / ill - 1 / vaccinated + 1 / ill_others - 1 / others),
    }

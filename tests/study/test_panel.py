import numpy as np
import pytest

from recc_mc.study import Panel


def test_values_cannot_be_written_and_the_callers_stay_as_they_are():
    values = np.zeros((2, 3, 1))
    panel = Panel(("A", "B"), (1, 2, 3), ("x",), values, np.zeros(values.shape, dtype=np.int8))
    assert panel.n_objects == 6
    for array in (panel.values, panel.filled):
        with pytest.raises(ValueError, match="read-only"):
            array[0, 0, 0] = 1
    values[0, 0, 0] = 0.0

"""What the tests of this folder share."""

from collections.abc import Iterable
from functools import reduce

from recc_mc.summary.tally import Tally, add_block
from recc_mc.workers.blocks import Block, in_order


def merge_in_order(results: Iterable[tuple[Block, Tally]]) -> Tally:
    """Total of the tallies of all blocks, which may come in any order."""
    total = reduce(add_block, in_order(results), None)
    assert total is not None
    return total

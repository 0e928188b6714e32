"""Variables of the drawn factors."""

from recc_mc.labels.declaration import Declarations, drawn

__all__ = ["drawn_inputs"]


def drawn_inputs() -> Declarations:
    """What a run draws."""
    yield drawn(
        "judgment",
        ("entry", "sample"),
        "judgment as drawn: how much more the item weighs than the other one",
        comment="before a matrix that is not consistent is repaired or drawn again",
    )
    label = "given weight of the indicator within its system, as drawn"
    yield drawn("given_weight", ("indicator", "sample"), label)
    label = "standardised error of the indicator that all its values share"
    yield drawn("systematic_error", ("indicator", "sample"), label)
    label = "standardised error of the indicator that the values of the mine share"
    yield drawn("mine_error", ("indicator", "mine", "sample"), label)
    label = "standardised error that indicators share, of the values of the mine"
    yield drawn("shared_error", ("shared", "mine", "sample"), label)
    yield drawn("method_choice", ("choice", "sample"), "share, or code of the alternative taken")

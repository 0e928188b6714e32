"""What studies say together: the groups evidence/NAME."""

from recc_mc.labels.declaration import NOT_NEGATIVE, PROBABILITY, Declarations, Variable, real

__all__ = ["evidence"]

_PERCENT = "percent"
# The unit of an effect is that of what the studies measured, which the table does not say.
_UNKNOWN = "in the units of the effect"


def _effect(name: str, dims: tuple[str, ...], long_name: str) -> Variable:
    return Variable(name, dims, "float64", long_name, units=None, attrs={"comment": _UNKNOWN})


def evidence() -> Declarations:
    """What `recc_mc.meta_analysis` finds."""
    study, bound = ("study",), ("bound",)
    yield _effect("effect", study, "effect of the study")
    yield _effect("effect_error", study, "standard error of the effect of the study")
    yield _effect("effect_interval", (*study, *bound), "95 % interval of the effect of the study")
    label = "weight of the study in the mean effect"
    yield Variable("study_weight", study, "float64", label, _PERCENT, attrs=NOT_NEGATIVE)
    yield _effect("pooled_effect", (), "mean effect, random effects")
    yield _effect("pooled_error", (), "standard error of the mean effect, by the test")
    yield _effect("pooled_interval", bound, "95 % interval of the mean effect, by the test")
    comment = 'by t with k - 1 degrees of freedom where the attribute test is "knapp_hartung"'
    yield real("z", (), "mean effect over its standard error", comment=comment)
    label = "two-sided p value of the mean effect"
    yield real("p_value", (), label, comment=comment, **PROBABILITY)
    yield _effect("tau2", (), "variance of the true effects between studies")
    yield _effect("tau2_interval", bound, "95 % interval of tau2 by the profile of Q")
    label = "share of the variance that is between studies, I^2"
    yield Variable(
        "i2", (), "float64", label, _PERCENT, attrs={"comment": "100 tau2 / (tau2 + s2)"}
    )
    yield real("h2", (), "variance over that within studies, H^2", comment="(tau2 + s2) / s2")
    yield real("q", (), "Cochran's Q, the spread of the effects", **NOT_NEGATIVE)
    yield real("q_p_value", (), "p value of Q where all true effects are one", **PROBABILITY)
    label = "degrees of freedom of Q"
    yield Variable("degrees_of_freedom", (), "int64", label, attrs={"valid_min": 0})
    yield _effect("knapp_hartung_error", (), "standard error by Knapp and Hartung (2003)")
    label = "95 % interval of the mean effect by Knapp and Hartung (2003)"
    yield _effect("knapp_hartung_interval", bound, label)
    label = "95 % interval of the effect in a new study"
    yield _effect("prediction_interval", bound, label)
    label = "probability that the effect in a new study is below 0"
    yield real("sign_probability", (), label, **PROBABILITY)

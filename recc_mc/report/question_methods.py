"""Methods of scenarios, evidence, targets and the value of information in words, with sources."""

from collections.abc import Iterator

import xarray as xr

from recc_mc.language import say, translated
from recc_mc.report.contents import Result
from recc_mc.report.scenarios import how_anchored
from recc_mc.report.words import sentences

__all__ = ["question_methods"]

_CHANGES = (
    "A change acts on the drawn value x, so that nothing but the change differs between a draw "
    "and the same draw with the scenario. With phi = 1, or where it comes in linearly phi = (y - "
    "from + 1)/(to - from + 1), at most 1: multiply x (1 + phi (f - 1)); add x + phi a; set x + "
    "phi (v - x); grow x (1 + g)^(y - from + 1). Changes are made in the order of the study, each "
    "is held within its own bounds and then within the natural ones of the indicator. A drawn "
    "number is one uniform number u for all cells of the changes that name it, put into the "
    "inverse of their distribution functions. Changes of an index are those of pairs of draws: "
    "their spread is that of the change, not of the draws."
)
_ABOVE = (
    "A normalised value below 0 counts as 0, one above 1 is kept: it is beyond the best observed."
)
_EFFECTS = {
    "mean_difference": "y = mean1 - mean2, with v = s_p^2 (1/n1 + 1/n2) and s_p^2 = ((n1 - 1) "
    "sd1^2 + (n2 - 1) sd2^2)/(n1 + n2 - 2), or unpooled v = sd1^2/n1 + sd2^2/n2",
    "standardized_mean_difference": "g = J (mean1 - mean2)/s_p, J = 1 - 3/(4 (n1 + n2 - 2) - 1), "
    "v = 1/n1 + 1/n2 + g^2/(2 (n1 + n2)) (Hedges 1981)",
    "log_ratio_of_means": "y = ln(mean1/mean2), v = sd1^2/(n1 mean1^2) + sd2^2/(n2 mean2^2)",
    "effect": "y and its standard error as given",
}
_ESTIMATORS = {
    "reml": "tau2 is the root of sum w^2 (y - mu)^2 = sum w - sum w^2/sum w, restricted maximum "
    "likelihood, or 0 (Viechtbauer 2005)",
    "dl": "tau2 = max(0, (Q - (k - 1))/(sum w0 - sum w0^2/sum w0)) (DerSimonian and Laird 1986)",
    "pm": "tau2 is the root of sum w (y - mu)^2 = k - 1, or 0 (Paule and Mandel 1982)",
}
_TESTS = {
    "normal": "by a normal test",
    "knapp_hartung": "by the test of Knapp and Hartung (2003): the square of its error is se^2 "
    "sum w (y - mu)^2/(k - 1), and t has k - 1 degrees of freedom",
}
_POOLED = (
    "w = 1/(v + tau2), mu = sum w y/sum w, se = (sum w)^(-1/2). Of the variance I2 = 100 "
    "tau2/(tau2 + s2) % is between studies, s2 that of a typical one (Higgins and Thompson 2002); "
    "Q = sum w0 (y - mu0)^2 with w0 = 1/v. What a new study would find is mu + sqrt(tau2 + se^2) "
    "t with k - 2 degrees of freedom (Higgins, Thompson and Spiegelhalter 2009), k - 1 by the "
    "test of Knapp and Hartung"
)
_TARGETS = (
    "One relative change t of all changed indicators: x (1 + t) where a larger value helps and x "
    "(1 - t) where a smaller one does. Goalposts, weights and method of each draw stay those "
    "without the change. Of a linear index h(t) = P(t) - b S(t), for C below b, falls with t and "
    "is piecewise linear, so that every draw has its own smallest t with h(t) < 0, or none, found "
    "exactly; of other aggregations it is found by bisection. The change that is required is the "
    "quantile of the draws' own changes at the probability wanted, and the curve their "
    "distribution function: one pass answers both. Its 95 % interval is between order statistics "
    "whose ranks are binomial quantiles."
)
_INFORMATION = (
    "For a decision between options d, of which the one that is right most often is taken, the "
    "expected value of perfect information on a factor X is E[max_d P(d is right | X)] - max_d "
    "P(d is right): by how much the chance of a wrong decision would fall if X were known "
    "(Strong, Oakley and Brennan 2014, of partial perfect information). It is found by nested "
    "rows, {outer} values of each factor with {inner} rows for each. A maximum of estimates is "
    "too large on average; so decisions are made on one half of the rows and judged on the other, "
    "which is too low rather than too high, and the difference to judging them on their own rows "
    "is told as the bias. Known by half is a factor of which a report is known that is true with a "
    "chance of sqrt(1/2), else of an independent draw: of the variance of whatever the factor "
    "makes by itself, it leaves half."
)


def question_methods(result: Result) -> Iterator[tuple[str, str]]:
    """Paragraphs on what the groups of a result need: what about, and the text.

    Parameters
    ----------
    result
        Groups of a result.
    """
    if result.holds("scenarios"):
        scenarios = result.groups["scenarios"]
        above = "" if scenarios.attrs.get("anchor") == "recomputed" else say(_ABOVE)
        anchored = how_anchored(scenarios)
        yield say("Scenarios"), sentences(say(_CHANGES), *anchored, above, _drawn(scenarios))
    for name, found in result.named("evidence").items():
        yield say("Evidence: {name}", name=name), _evidence(found)
    if result.holds("target"):
        yield say("Targets"), sentences(say(_TARGETS), _drawn(result.groups["target"]))
    if result.holds("sensitivity", "information_value"):
        attrs = result.groups["sensitivity"].attrs
        counts = {
            key: f"{int(attrs[f'information_{key}']):,}"
            if f"information_{key}" in attrs
            else say("some")
            for key in ("outer", "inner")
        }
        yield say("Value of information"), say(_INFORMATION, **counts)


def _drawn(data: xr.Dataset) -> str:
    """How many draws, and of which seed."""
    if "samples" not in data.attrs:
        return ""
    samples = f"{int(data.attrs['samples']):,}"
    return say("{samples} draws, seed {seed}.", samples=samples, seed=data.attrs.get("seed"))


def _evidence(found: xr.Dataset) -> str:
    measure, estimator, test = (
        str(found.attrs.get(name)) for name in ("measure", "estimator", "test")
    )
    return say(
        "Effects of {count} studies: {measure}. The true effects vary between studies by tau2: "
        "{estimator}. {pooled}; the mean effect is judged {test}.",
        count=found.sizes["study"],
        measure=translated(_EFFECTS.get(measure, measure)),
        estimator=translated(_ESTIMATORS.get(estimator, estimator)),
        pooled=say(_POOLED),
        test=translated(_TESTS.get(test, test)),
    )

"""What can be chosen in a meta-analysis."""

__all__ = ["EFFECT", "ESTIMATORS", "MEASURES", "TESTS", "VARIANCES"]

MEASURES = ("mean_difference", "standardized_mean_difference", "log_ratio_of_means", "effect")
"""What is pooled; ``"effect"``: effects that the table states, with their standard errors."""
EFFECT = MEASURES[-1]
VARIANCES = ("pooled", "unpooled")
"""How the variance of a mean difference is found; the other measures have one way each."""
ESTIMATORS = ("reml", "dl", "pm")
"""Of tau^2: restricted maximum likelihood; DerSimonian, Laird (1986); Paule, Mandel (1982)."""
TESTS = ("normal", "knapp_hartung")
"""Distribution of the mean effect: normal, or t with the error of Knapp and Hartung (2003)."""

"""The exceptions and the warning the package raises on purpose.

Everything else that escapes is a defect of the package, not of the user's input.
"""

from collections.abc import Iterable


class ReccError(Exception):
    """Base of every error raised on purpose."""


class InputError(ReccError):
    """A study, one of its files or an argument is wrong.

    Parameters
    ----------
    problems
        One sentence per problem: where, what, and what was expected instead. All problems that
        could be found are reported together.
    """

    def __init__(self, problems: str | Iterable[str]) -> None:
        self.problems = (problems,) if isinstance(problems, str) else tuple(problems)
        super().__init__("\n".join(self.problems))

    def __reduce__(self) -> tuple[type["InputError"], tuple[tuple[str, ...]]]:
        # The default pickles the joined text, and a worker's error would lose its structure.
        return type(self), (self.problems,)


class RunError(ReccError):
    """A valid study could not be computed or its result not be written."""


class StudyWarning(UserWarning):
    """Something in a study that does not stop it but that its reader must know."""

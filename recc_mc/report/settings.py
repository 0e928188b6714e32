"""The settings that a result's study text stands for."""

from pydantic import ValidationError

from recc_mc.errors import InputError
from recc_mc.report.contents import Result
from recc_mc.study.files import parse_toml
from recc_mc.study.settings import Settings

__all__ = ["study_settings"]


def study_settings(result: Result) -> Settings | None:
    """Settings of the study, None if this version cannot read its text.

    Parameters
    ----------
    result
        Groups of a result.
    """
    try:
        return Settings.model_validate(parse_toml(str(result.attrs.get("study", "")), "study"))
    except (InputError, ValidationError):
        # The report says so where the settings would stand.
        return None

"""The settings that a result's study text stands for."""

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from pydantic import ValidationError

from recc_mc.errors import InputError
from recc_mc.study.files import parse_toml
from recc_mc.study.settings import Settings

if TYPE_CHECKING:
    from recc_mc.report.contents import Result

__all__ = ["settings_of", "study_settings"]


def study_settings(result: "Result") -> Settings | None:
    """Settings of the study, None if this version cannot read its text.

    Parameters
    ----------
    result
        Groups of a result.
    """
    return settings_of(result.attrs)


def settings_of(attrs: Mapping[str, Any]) -> Settings | None:
    """The same of the attributes of a result, or of one of its groups.

    Parameters
    ----------
    attrs
        The attributes.
    """
    try:
        return Settings.model_validate(parse_toml(str(attrs.get("study", "")), "study"))
    except (InputError, ValidationError):
        # The report says so where the settings would stand.
        return None

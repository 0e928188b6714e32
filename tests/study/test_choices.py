"""Every table and text that knows the choices of the method knows those of one table."""

import re

from recc_mc.study.choices import CHOICES, MethodTable, MethodUncertainty
from recc_mc.study.template import write_template


def test_the_tables_of_the_study_have_the_choices_and_their_defaults():
    assert list(MethodUncertainty.model_fields) == [choice.name for choice in CHOICES]
    method = MethodTable()
    for choice in CHOICES:
        assert choice.held(method) == choice.default
        assert choice.drawn(MethodUncertainty()) is None
        if choice.alternatives:
            assert choice.default in choice.names
            assert len(set(choice.names)) == len(choice.names) > 1


def test_the_template_shows_every_choice_once_in_each_table(tmp_path):
    text = write_template(tmp_path)[0].read_text(encoding="utf-8")
    assert "@" not in text
    fixed, drawn = text.partition("[uncertainty.method]")[::2]
    for choice in CHOICES:
        assert len(re.findall(rf"^(?:# )?{choice.name} = ", drawn, re.MULTILINE)) == 1
        if choice.key is not None:
            assert len(re.findall(rf"^{choice.key} = ", fixed, re.MULTILINE)) == 1

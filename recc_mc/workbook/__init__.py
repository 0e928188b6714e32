"""Workbooks: a whole study as one, and a study from those that people have."""

from recc_mc.workbook.importing import Imported, import_study
from recc_mc.workbook.study_book import write_study_book, write_template_book

__all__ = ["Imported", "import_study", "write_study_book", "write_template_book"]

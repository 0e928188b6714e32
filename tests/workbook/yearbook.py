"""A yearbook and experts' tables as people have them, which an import once got wrong.

Headings in two merged rows over a row of units, whose own word stands in the column of places; a
sheet per year; signs for missing values; an expert in each file, one of them with decimals and
blanks, one with fractions as texts.
"""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np
import openpyxl
from openpyxl.utils import get_column_letter

__all__ = ["COUNTIES", "CRITERIA", "write_experts", "write_yearbook"]

COUNTIES = ("安远县", "信丰县", "龙南市", "定南县")
# Indicators by criterion, with units, mean and standard deviation.
CRITERIA = {
    "水资源": (("年降水量", "毫米", 1500, 300), ("水资源总量", "亿立方米", 20, 5)),
    "土地资源": (("人均耕地面积", "亩", 0.8, 0.2), ("林地面积", "万公顷", 12, 3)),
    "生态保护": (("森林覆盖率", "%", 70, 8), ("环保投资占比", "%", 1.5, 0.4)),
    "人口压力": (("人口密度", "人/平方公里", 220, 60), ("城镇化率", "%", 45, 8)),
    "环境污染": (("废水排放量", "万吨", 800, 200), ("氨氮浓度", "mg/L", 0.6, 0.2)),
}
NODES = {
    "承载支撑力": ("水资源", "土地资源", "生态保护"),
    "承载压力": ("人口压力", "环境污染"),
    **{name: tuple(item[0] for item in items) for name, items in CRITERIA.items()},
}
# Judgments above the diagonal of each node, by expert; a negative one is a reciprocal, 0 a blank.
JUDGMENTS = {
    "专家甲": ((2, 3, 2), (-2,), (3,), (2,), (-3,), (2,), (3,)),
    "专家乙": ((3, 0, 2), (-3,), (2,), (1,), (0,), (3,), (2,)),
    "专家丙": ((1, 2, 3), (-2,), (4,), (3,), (-2,), (-2,), (4,)),
}


def write_yearbook(path: Path) -> Path:
    """Three years of counties, a sheet each."""
    rng = np.random.default_rng(11)
    book = openpyxl.Workbook()
    book.active.append(["各县统计资料汇编"])
    for number, year in enumerate((2018, 2019, 2020), 1):
        sheet = book.create_sheet(f"{year}年")
        sheet.append([f"表3-{number} {year}年各县主要指标"])
        top, names, units = ["序号", "县区"], ["", ""], ["", "单位"]
        merged = ["A1:L1", "A2:A3", "B2:B3"]
        for criterion, items in CRITERIA.items():
            merged.append(f"{_letter(len(top))}2:{_letter(len(top) + len(items) - 1)}2")
            top += [criterion, *[""] * (len(items) - 1)]
            names += [item[0] for item in items]
            units += [item[1] for item in items]
        for row in (top, names, units):
            sheet.append([cell or None for cell in row])
        for k, county in enumerate(COUNTIES, 1):
            values = [
                round(float(rng.normal(*item[2:])), 2)
                for items in CRITERIA.values()
                for item in items
            ]
            sheet.append([k, county, *values])
        sheet.append(["注: 数据来源于各县统计年鉴"])
        for area in merged:
            sheet.merge_cells(area)
    book["2019年"]["D6"], book["2020年"]["H7"] = "—", "…"
    book.save(path)
    return path


def _letter(column: int) -> str:
    return get_column_letter(column + 1)


def write_experts(folder: Path) -> Iterator[Path]:
    """Judgments of each expert, a sheet for each node."""
    for expert, judgments in JUDGMENTS.items():
        book = openpyxl.Workbook()
        book.remove(book.active)
        for (node, items), given in zip(NODES.items(), judgments, strict=True):
            sheet = book.create_sheet(node)
            sheet.append([f"{node}判断矩阵({expert})"])
            sheet.append([None, *items])
            left = iter(given)
            table: list[list[Any]] = [[1] * len(items) for _ in items]
            for i in range(len(items)):
                for j in range(i + 1, len(items)):
                    judgment = next(left)
                    table[i][j] = _written(judgment, fractions=expert == "专家丙")
                    table[j][i] = _written(-judgment, fractions=expert == "专家丙")
            for item, row in zip(items, table, strict=True):
                sheet.append([item, *row])
        book.save(folder / f"{expert}.xlsx")
        yield folder / f"{expert}.xlsx"


def _written(judgment: int, *, fractions: bool) -> Any:
    if judgment >= -1:
        return abs(judgment) or None
    return f"1/{-judgment}" if fractions else round(-1 / judgment, 2)

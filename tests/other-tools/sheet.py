"""Edits a workbook that `offtake sheet --out` wrote, with a library that is not ours, as a person would.

Arguments: the workbook, and where to save the edited one.
"""

import datetime
import sys

import openpyxl

book = openpyxl.load_workbook(sys.argv[1])
assert "about" in book.sheetnames and "tranche" in book.sheetnames, book.sheetnames


def cell(sheet, ids, key):
    """Returns the cell of a thing and a key, found by the names in the first row."""
    head = {head.value: at for at, head in enumerate(sheet[1], start=1)}
    for row in sheet.iter_rows(min_row=2):
        if all(row[at].value == part for at, part in enumerate(ids)):
            return sheet.cell(row=row[0].row, column=head[key])
    raise KeyError(ids)


tranches, spots, contracts = book["tranche"], book["spot"], book["contract"]

# A date is a date and a number a number, not text that looks like one.
promised = cell(tranches, ["iren-childress", "horizon-3"], "promised")
assert promised.value == datetime.datetime(2026, 10, 31), promised.value
assert promised.comment is not None and "judgement" in promised.comment.text
racks = cell(tranches, ["iren-childress", "horizon-3"], "racks")
assert racks.value == 264, racks.value

promised.value = datetime.date(2026, 12, 31)
cell(spots, ["b200"], "price").value = "5.00 USD/GPUh"
# Emptied: the value goes.
cell(contracts, ["nebius"], "late.first_ends_all").value = None
# A key that the sheet did not have yet.
column = tranches.max_column + 1
tranches.cell(row=1, column=column).value = "spares"
cell(tranches, ["nscale", "sines"], "spares").value = 2
# A row of one's own, and a remark beside it that is nobody's business.
row = tranches.max_row + 1
for key, value in {"contract": "lambda", "id": "third", "gpus": 720, "promised": "Q1 2027"}.items():
    head = {head.value: at for at, head in enumerate(tranches[1], start=1)}
    tranches.cell(row=row, column=head[key]).value = value
tranches.cell(row=row, column=column + 2).value = "as Lambda said on the phone"

book.save(sys.argv[2])

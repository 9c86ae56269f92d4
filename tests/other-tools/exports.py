"""Reads the tables that `offtake export` wrote, with a library that is not ours.

Arguments: a folder of CSV, one of Parquet, and one of FOCUS, of the same ledger.
"""

import decimal
import json
import pathlib
import sys

import pyarrow
import pyarrow.csv
import pyarrow.parquet

csv, parquet, focus = (pathlib.Path(folder) for folder in sys.argv[1:4])
names = ["events", "commitments", "holds", "positions"]


def exact(table, name):
    """Returns the sum of a column of decimals; CSV has them as words."""
    return sum(decimal.Decimal(value) for value in table[name].to_pylist() if value not in (None, ""))


def as_text(path):
    """Reads a CSV without a guess at what its columns hold."""
    names = path.read_text().splitlines()[0].split(",")
    types = {name: pyarrow.string() for name in names}
    return pyarrow.csv.read_csv(path, convert_options=pyarrow.csv.ConvertOptions(column_types=types))


for name in names:
    one = as_text(csv / f"{name}.csv")
    other = pyarrow.parquet.read_table(parquet / f"{name}.parquet")
    assert one.column_names == other.column_names, name
    assert one.num_rows == other.num_rows, name

commitments = pyarrow.parquet.read_table(parquet / "commitments.parquet")
assert commitments.num_rows > 0
assert commitments.schema.field("value").type == pyarrow.decimal128(38, 6)
assert commitments.schema.field("from").type == pyarrow.timestamp("ms", tz="UTC")
value = exact(commitments, "value")
assert value == exact(as_text(csv / "commitments.csv"), "value") > 0, value
for row in commitments.to_pylist():
    minutes = (row["until"] - row["from"]).total_seconds() / 60
    assert row["gpu_minutes"] == row["gpus"] * minutes, row

rows = pyarrow.parquet.read_table(focus / "focus.parquet")
assert rows.num_rows == commitments.num_rows
assert exact(rows, "ContractCommitmentCost") == value
mark = json.loads((focus / "export.json").read_text())
assert mark["focus_version"] == "1.3"
events = pyarrow.parquet.read_table(parquet / "events.parquet")["event"].to_pylist()
assert events == list(range(1, mark["events"] + 1)), events
print(value)

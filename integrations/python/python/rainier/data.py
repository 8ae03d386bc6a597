"""Brings numbers and tables of any library to Arrow.

In: lists, NumPy arrays, pyarrow arrays, series and frames of pandas and Polars. Out: pyarrow arrays and
tables that share their memory where the source's layout allows it.
"""

from __future__ import annotations

from typing import Any

import pyarrow as pa

from ._native import ModelError, Real


def column(name: str, values: Any = None) -> Real:
    """A column of data: one value a row, now or, without values, when the model gets its data.

    In an expression it stands for the value of the row at hand, so that ``Normal(a + b * x, 1).fit(y)`` is a
    regression of the column ``y`` on the column ``x``. Doubles are not copied: they must stay as they are while the
    model is used.
    """
    return Real.column(name, None if values is None else to_array(values, name))


def to_column(data: Any) -> Real:
    """Data as a column; columns stay as they are."""
    if isinstance(data, Real):
        return data
    return Real.column("data", to_array(data, "data"))


def to_array(values: Any, name: str = "data") -> pa.Array:
    """Numbers as one Arrow array, without a copy where they lie in one piece of memory."""
    try:
        if isinstance(values, pa.ChunkedArray):
            return values.chunk(0) if values.num_chunks == 1 else values.combine_chunks()
        if isinstance(values, pa.Array):
            return values
        if isinstance(values, (int, float)):
            return pa.array([values])
        if hasattr(values, "__arrow_c_stream__"):  # a series of Polars, or of a new pandas
            return to_array(pa.chunked_array(values), name)
        if hasattr(values, "__arrow_c_array__"):
            return pa.array(values)
        if hasattr(values, "to_numpy"):  # a pandas series; its NaN must be told apart from missing values
            values = values.to_numpy()
        return pa.array(values, from_pandas=False)
    except (pa.ArrowException, TypeError) as error:
        raise ModelError(f"column {name!r} must hold numbers: {error}") from error


def to_table(table: Any) -> pa.Table:
    """A table of pandas, Polars, pyarrow, or anything that speaks Arrow's C interface, or a dict of columns."""
    if isinstance(table, pa.Table):
        return table
    if isinstance(table, pa.RecordBatch):
        return pa.Table.from_batches([table])
    if isinstance(table, dict):
        return pa.table({name: to_array(values, name) for name, values in table.items()})
    kind = type(table)
    if kind.__module__.partition(".")[0] == "pandas":
        return pa.Table.from_pandas(table, preserve_index=False)
    if hasattr(table, "__arrow_c_stream__") or hasattr(table, "__arrow_c_array__"):
        return pa.table(table)
    raise ModelError(f"a table must be of Arrow, pandas or Polars, or a dict of columns, got {kind.__name__}")


def one_batch(table: pa.Table) -> pa.RecordBatch:
    """All rows in one piece of memory."""
    batches = table.combine_chunks().to_batches()
    if batches:
        return batches[0]
    return pa.RecordBatch.from_pylist([], schema=table.schema)

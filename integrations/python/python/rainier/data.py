"""Brings numbers and tables of any library to Arrow.

In: lists, NumPy arrays, pyarrow arrays, series and frames of pandas and Polars. Out: pyarrow arrays and
tables that share their memory where the source's layout allows it. What cannot be read is a ``ModelError``
that names the column.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

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
    return Real.column("data", to_array(data, "data"), is_fitted=True)


def to_array(values: Any, name: str = "data") -> pa.Array:
    """Numbers as one Arrow array, without a copy where they lie in one piece of memory."""
    try:
        if isinstance(values, pa.ChunkedArray):
            return values.chunk(0) if values.num_chunks == 1 else values.combine_chunks()
        if isinstance(values, pa.Array):
            return values
        if isinstance(values, (int, float, np.number)):
            return pa.array([values])
        if hasattr(values, "__arrow_c_stream__"):  # a series of Polars, or of a new pandas
            return to_array(pa.chunked_array(values), name)
        if hasattr(values, "__arrow_c_array__"):
            return pa.array(values)
        if hasattr(values, "to_numpy"):  # a pandas series; its NaN must be told apart from missing values
            values = values.to_numpy()
        array = pa.array(values, from_pandas=False)
    except _UNREADABLE as error:
        raise ModelError(f"column {name!r} must hold numbers: {error}") from error
    # An empty list does not say of what.
    return array.cast(pa.float64()) if pa.types.is_null(array.type) and not len(array) else array


# What pyarrow and NumPy raise where values are of mixed types, or beyond 64 bits.
_UNREADABLE = (pa.ArrowException, TypeError, ValueError, OverflowError)


def to_table(table: Any) -> pa.Table:
    """A table of pandas, Polars, pyarrow, or anything that speaks Arrow's C interface, or a dict of columns."""
    if isinstance(table, pa.Table):
        return table
    if isinstance(table, pa.RecordBatch):
        return pa.Table.from_batches([table])
    if isinstance(table, dict):
        arrays = {name: to_array(values, name) for name, values in table.items()}
        lengths = ", ".join(f"{len(array)} in {name!r}" for name, array in arrays.items())
        if len({len(array) for array in arrays.values()}) > 1:
            raise ModelError(f"columns must have equally many rows, got {lengths}")
        return pa.table(arrays)
    kind = type(table)
    if kind.__module__.partition(".")[0] == "pandas":
        return _of_pandas(table)
    if hasattr(table, "__arrow_c_stream__") or hasattr(table, "__arrow_c_array__"):
        return pa.table(table)
    raise ModelError(f"a table must be of Arrow, pandas or Polars, or a dict of columns, got {kind.__name__}")


def _of_pandas(frame: Any) -> pa.Table:
    try:
        return pa.Table.from_pandas(frame, preserve_index=False)
    except _UNREADABLE as error:
        for place, name in enumerate(frame.columns):
            try:
                pa.array(frame.iloc[:, place], from_pandas=True)
            except _UNREADABLE as told:
                raise ModelError(f"column {name!r} must hold values of one type: {told}") from error
        raise ModelError(f"a frame must become a table of Arrow: {error}") from error


def must_have(table: pa.Table, names: Sequence[str]) -> None:
    """Refuses a table in which a column is missing or there twice."""
    for name in names:
        found = table.column_names.count(name)
        if not found:
            raise ModelError(f"there must be a column {name!r}, there are {', '.join(map(repr, table.column_names))}")
        if found > 1:
            raise ModelError(f"there must be one column {name!r}, there are {found}")


def keys_decoded(table: pa.Table, names: Sequence[str]) -> pa.Table:
    """The table with the columns of keys as they are written: those of categories, in pandas, Polars or Arrow, by name."""
    for name in names:
        kind = table.schema.field(name).type
        if pa.types.is_dictionary(kind):
            # pyarrow cannot take of views, which Polars has.
            plain = pa.large_string() if pa.types.is_string_view(kind.value_type) else kind.value_type
            parts = [part.dictionary.cast(plain).take(part.indices) for part in table[name].chunks]
            table = table.set_column(table.column_names.index(name), name, pa.chunked_array(parts, type=plain))
        elif not table.num_rows and not _is_key(kind):  # an empty list or frame does not say of what
            table = table.set_column(table.column_names.index(name), name, pa.chunked_array([], type=pa.string()))
    return table


def _is_key(kind: pa.DataType) -> bool:
    is_text = pa.types.is_string(kind) or pa.types.is_large_string(kind) or pa.types.is_string_view(kind)
    return is_text or pa.types.is_integer(kind) or pa.types.is_timestamp(kind) or pa.types.is_date(kind)


def one_batch(table: pa.Table) -> pa.RecordBatch:
    """All rows in one piece of memory."""
    batches = with_wide_offsets(table).combine_chunks().to_batches()
    if not batches:
        return pa.RecordBatch.from_pylist([], schema=table.schema)
    if batches[0].num_rows != table.num_rows:
        raise ModelError(
            f"a table must fit into one piece of memory, of {table.num_rows} rows {batches[0].num_rows} do: "
            "texts and lists as large_string and large_list may be longer"
        )
    return batches[0]


def with_wide_offsets(table: pa.Table) -> pa.Table:
    """The table with texts and lists of offsets of 64 bits where one piece would need them: pyarrow leaves columns with
    more than 2 GiB of text, or more than 2³¹ entries of lists, in several pieces."""
    for place, field in enumerate(table.schema):
        wide = _wide(field.type)
        if wide is not None and wide[1](table[place]) >= LIMIT:
            table = table.set_column(place, field.with_type(wide[0]), table[place].cast(wide[0]))
    return table


# Offsets of 32 bits count no further.
LIMIT = (1 << 31) - 1


def _wide(kind: pa.DataType) -> tuple[pa.DataType, Callable[[pa.ChunkedArray], int]] | None:
    """The type with wide offsets, and what counts the places it has to number."""
    if pa.types.is_string(kind):
        # With its offsets: more than enough.
        return pa.large_string(), lambda column: column.nbytes
    if pa.types.is_list(kind):
        return pa.large_list(kind.value_field), lambda column: pc.sum(pc.list_value_length(column)).as_py() or 0
    return None

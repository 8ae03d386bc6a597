"""Many series through one model: from a table with one row a series to a table of fits.

In: a model with columns that wait for data, a table, the name of its key. Out: a table with one row a series.
A fit depends on seed, key and data alone: not on the other rows, threads, batches or machines.
"""

from __future__ import annotations

import functools
import json
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from . import _native
from ._native import ModelError
from .data import keys_decoded, must_have, one_batch, to_table, with_wide_offsets
from .model import CompiledModel, Model, RandomVariable
from .progress import bar
from .settings import whole, whole_or_none


class PortableModel:
    """A compiled model as bytes: it can be pickled, kept in a file and fitted on any machine."""

    def __init__(self, template: bytes) -> None:
        self.template = template
        self._native = _native.PortableTemplate.from_bytes(template)

    def __reduce__(self) -> tuple[Any, ...]:
        return PortableModel, (self.template,)

    @property
    def columns(self) -> list[str]:
        """The columns that wait for data."""
        return self._native.columns

    @property
    def labels(self) -> list[str]:
        """What is reported of each series."""
        return self._native.labels

    @property
    def result_names(self) -> list[str]:
        """The columns of a fit after its keys: numbers, then ``gradient_evaluations``, ``warnings``, ``error``."""
        return self._native.result_names()

    @staticmethod
    def of(model: AnyModel) -> PortableModel:
        """Any model as one that travels."""
        if isinstance(model, PortableModel):
            return model
        if isinstance(model, (Model, RandomVariable)):
            model = model.compile()
        if isinstance(model, CompiledModel):
            return model.portable()
        raise TypeError(f"a model must be a Model, RandomVariable, CompiledModel or PortableModel, got {type(model)}")


AnyModel = PortableModel | CompiledModel | Model | RandomVariable[Any]


def fit_many(
    model: AnyModel,
    table: Any,
    *,
    key: str | Sequence[str],
    columns: Mapping[str, str] | None = None,
    draws: int = 500,
    tune: int = 500,
    chains: int = 4,
    steps: int | None = None,
    target_accept: float | None = None,
    seed: int = 1,
    threads: int | None = None,
    errors: str = "raise",
    progress: bool | Callable[[int, int], Any] | None = None,
) -> pa.Table:
    """Fits the model to each series of a table, 48 chains at a time, by HMC.

    The table has one row a series with a list of numbers in each column of the model; or one row a number, in which
    case rows of one key make a series in the order in which they come. ``key`` names the column of keys, or several.
    ``columns`` says what the model's columns are called in the table, where that differs.

    Out comes one row a series: mean, sd, quantiles, effective sizes and R-hat of each number the model reports, what it
    cost, and warnings. With ``errors="column"`` what is wrong with a series stands in the column ``error``; else it is
    raised, with the series' key. Ctrl-C is heard at once; a series that is being fitted goes on in the background.

    Keys are texts, whole numbers, times or dates. A series draws from the stream of its key as it is written, a time as
    that of UTC, so that 1 and "1" are one key.
    """
    model = PortableModel.of(model)
    keys = [key] if isinstance(key, str) else list(key)
    names = {name: name for name in model.columns} | dict(columns or {})
    if unknown := set(names) - set(model.columns):
        raise ModelError(f"the model has no column {sorted(unknown)}, it has {model.columns}")
    if errors not in ("raise", "column"):
        raise ModelError(f'errors must be "raise" or "column", got {errors!r}')
    settings = {
        "draws": whole("draws", draws),
        "tune": whole("tune", tune),
        "chains": whole("chains", chains),
        "steps": whole_or_none("steps", steps, 32),
        "seed": whole("seed", seed),
        "threads": whole_or_none("threads", threads),
    }
    series = as_lists(to_table(table), keys, list(names.values()), keep_nulls=errors == "column")
    with bar("fitting", series.num_rows, progress) as listener:
        fits = model._native.fit_many(
            one_batch(series),
            keys=keys,
            data=list(names.items()),
            has_rows=has_rows(series),
            target_accept=target_accept,
            keep_errors=errors == "column",
            progress=listener,
            **settings,
        )
    return pa.Table.from_batches([fits])


# What a table of lists says that was grouped here: its rows are none of the table that came.
_GROUPED = {b"rainier.rows": b"grouped"}


def has_rows(series: pa.Table) -> bool:
    """Whether rows of what ``as_lists`` made are rows of the table that came, and worth telling."""
    return not (_GROUPED.items() <= (series.schema.metadata or {}).items())


def as_lists(table: pa.Table, keys: Sequence[str], columns: Sequence[str], *, keep_nulls: bool = False) -> pa.Table:
    """One row a series: rows of one key joined to lists in the order in which they come, unless they are lists.

    What is null is refused here, with its row, or is kept for whoever reads the lists.
    """
    columns = list(dict.fromkeys(columns))
    must_have(table, [*keys, *columns])
    if not keys:
        raise ModelError("there must be a key, got no column")
    if both := [name for name in columns if name in keys]:
        raise ModelError(f"a column must be a key or hold numbers of a series, {both[0]!r} is named as both")
    table = keys_decoded(table.select([*keys, *columns]), keys)
    if all(_is_list(table.schema.field(name).type) for name in columns):
        for name in columns:
            _check_type(name, table.schema.field(name).type.value_type)
        return table
    for name in columns:
        kind = table.schema.field(name).type
        if not table.num_rows and not (pa.types.is_integer(kind) or pa.types.is_floating(kind)):
            # An empty list or frame does not say of what.
            empty = pa.chunked_array([], type=pa.float64())
            table = table.set_column(table.column_names.index(name), name, empty)
        _check_type(name, table.schema.field(name).type)
    for name in keys:
        if table[name].null_count:
            row = table[name].is_null().index(True).as_py()
            raise ModelError(f'column "{name}", row {row}: must be a key, got null')
    for name in () if keep_nulls else columns:
        if table[name].null_count:
            row = table[name].is_null().index(True).as_py()
            series = _key_of(table, keys, row)
            raise ModelError(f"series {series}, column {name!r}, row {row}: must be a number, got null")
    if table.num_rows >= _MOST_ROWS:
        raise ModelError(
            f"a table with a number a row must have fewer than 2^31 rows, got {table.num_rows}: "
            "give one row a series with a large_list of its numbers"
        )
    # Names of their own, since a column may be called as the result of another is. One thread keeps the order of rows.
    inner = [f"key{place}" for place in range(len(keys))], [f"column{place}" for place in range(len(columns))]
    grouped = with_wide_offsets(table).rename_columns([*inner[0], *inner[1]]).group_by(inner[0], use_threads=False)
    lists = grouped.aggregate([(name, "list") for name in inner[1]])
    lists = lists.select([*inner[0], *(f"{name}_list" for name in inner[1])]).rename_columns([*keys, *columns])
    return lists.replace_schema_metadata(_GROUPED)


# Lists of a grouped table have offsets of 32 bits.
_MOST_ROWS = (1 << 31) - 1


def _key_of(table: pa.Table, keys: Sequence[str], row: int) -> str:
    """The key of a row, as errors of the library write it."""
    return json.dumps("\t".join(str(table[name][row].as_py()) for name in keys), ensure_ascii=False)


def series_of_stream(
    batches: Iterable[pa.RecordBatch], keys: Sequence[str], columns: Sequence[str]
) -> Iterator[pa.Table]:
    """Series of batches in long form that are sorted by key, a table for each batch; the last series of a batch waits
    for the next one, so that no more than a batch and a series are held.

    A key that comes again within a batch or the next one after its series has ended is refused. One that comes again
    later is not seen: to know it, all keys would have to be held.
    """
    waiting: pa.Table | None = None
    ended: pa.Table | None = None
    for batch in batches:
        rows = pa.Table.from_batches([batch])
        rows = rows if waiting is None else pa.concat_tables([waiting, rows])
        if rows.num_rows == 0:
            continue
        for name in keys:
            if rows[name].null_count:
                raise ModelError(f'column "{name}": must be a key, got null')
        starts = _starts(rows, keys)
        begun = rows.select(keys).take(starts)
        _must_be_new(begun if ended is None else pa.concat_tables([ended, begun]), keys)
        whole_rows, ended = starts[-1], begun.slice(0, len(starts) - 1)
        waiting = rows.slice(whole_rows)
        if whole_rows:
            yield as_lists(rows.slice(0, whole_rows), keys, columns, keep_nulls=True)
    if waiting is not None and waiting.num_rows:
        yield as_lists(waiting, keys, columns, keep_nulls=True)


def _starts(rows: pa.Table, keys: Sequence[str]) -> np.ndarray:
    """The rows at which another key begins."""
    is_other = [pc.not_equal(rows[name].slice(1), rows[name].slice(0, rows.num_rows - 1)) for name in keys]
    changes = functools.reduce(pc.or_, is_other).to_numpy()
    return np.concatenate([[0], 1 + np.flatnonzero(changes)])


def _must_be_new(begun: pa.Table, keys: Sequence[str]) -> None:
    """Refuses series of which one begins twice."""
    counts = begun.group_by(list(keys), use_threads=False).aggregate([(keys[0], "count")])
    again = pc.index(pc.greater(counts[f"{keys[0]}_count"], 1), True).as_py()
    if again >= 0:
        raise ModelError(
            f"rows of a stream must be sorted by key, got series {_key_of(counts, keys, again)} again after it had ended"
        )


def _is_list(kind: pa.DataType) -> bool:
    return pa.types.is_list(kind) or pa.types.is_large_list(kind) or pa.types.is_fixed_size_list(kind)


def _check_type(name: str, kind: pa.DataType) -> None:
    is_float = pa.types.is_floating(kind) and not pa.types.is_float16(kind)
    if not (pa.types.is_integer(kind) or is_float or pa.types.is_boolean(kind)):
        raise ModelError(f"column {name!r} must hold numbers, or lists of numbers, got {kind}")

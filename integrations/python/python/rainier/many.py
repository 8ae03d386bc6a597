"""Many series through one model: from a table with one row a series to a table of fits.

In: a model with columns that wait for data, a table, the name of its key. Out: a table with one row a series.
A fit depends on seed, key and data alone: not on the other rows, threads, batches or machines.
"""

from __future__ import annotations

import functools
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from typing import Any

import pyarrow as pa
import pyarrow.compute as pc

from . import _native
from ._native import ModelError
from .data import one_batch, to_table
from .model import CompiledModel, Model, RandomVariable
from .progress import bar


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
    seed: int = 0,
    threads: int | None = None,
    errors: str = "raise",
    progress: bool | Callable[[int, int], Any] | None = None,
) -> pa.Table:
    """Fits the model to each series of a table, 32 chains at a time, by HMC.

    The table has one row a series with a list of numbers in each column of the model; or one row a number, in which
    case rows of one key make a series in the order in which they come. ``key`` names the column of keys, or several.
    ``columns`` says what the model's columns are called in the table, where that differs.

    Out comes one row a series: mean, sd, quantiles, effective sizes and R-hat of each number the model reports, what it
    cost, and warnings. With ``errors="column"`` what is wrong with a series stands in the column ``error``; else it is
    raised, with the series' key.
    """
    model = PortableModel.of(model)
    keys = [key] if isinstance(key, str) else list(key)
    names = {name: name for name in model.columns} | dict(columns or {})
    if unknown := set(names) - set(model.columns):
        raise ModelError(f"the model has no column {sorted(unknown)}, it has {model.columns}")
    if errors not in ("raise", "column"):
        raise ModelError(f'errors must be "raise" or "column", got {errors!r}')
    table = to_table(table)
    series = as_lists(table, keys, list(names.values()))
    with bar("fitting", series.num_rows, progress) as listener:
        fits = model._native.fit_many(
            one_batch(series),
            keys=keys,
            data=list(names.items()),
            draws=draws,
            tune=tune,
            chains=chains,
            steps=steps,
            target_accept=target_accept,
            seed=seed,
            threads=threads,
            keep_errors=errors == "column",
            progress=listener,
        )
    return pa.Table.from_batches([fits])


def as_lists(table: pa.Table, keys: Sequence[str], columns: Sequence[str]) -> pa.Table:
    """One row a series: rows of one key joined to lists in the order in which they come, unless they are lists."""
    for name in [*keys, *columns]:
        if name not in table.column_names:
            raise ModelError(f"there must be a column {name!r}, there are {', '.join(map(repr, table.column_names))}")
    if all(_is_list(table.schema.field(name).type) for name in columns):
        for name in columns:
            _check_type(name, table.schema.field(name).type.value_type)
        return table.select([*keys, *columns])
    for name in columns:
        _check_type(name, table.schema.field(name).type)
        if table[name].null_count:
            row = table[name].is_null().index(True).as_py()
            raise ModelError(f"column {name!r}, row {row}: must be a number, got null")
    # One thread keeps the order of rows.
    grouped = table.select([*keys, *columns]).group_by(list(keys), use_threads=False)
    lists = grouped.aggregate([(name, "list") for name in columns])
    return lists.rename_columns([name.removesuffix("_list") if name not in keys else name for name in lists.column_names])


def series_of_stream(
    batches: Iterable[pa.RecordBatch], keys: Sequence[str], columns: Sequence[str]
) -> Iterator[pa.Table]:
    """Series of batches in long form that are sorted by key, a table for each batch; the last series of a batch waits
    for the next one, so that no more than a batch and a series are held."""
    waiting: pa.Table | None = None
    for batch in batches:
        rows = pa.Table.from_batches([batch])
        rows = rows if waiting is None else pa.concat_tables([waiting, rows])
        if rows.num_rows == 0:
            continue
        is_last = [pc.equal(rows[name], rows[name][-1]) for name in keys]
        whole = pc.index(functools.reduce(pc.and_, is_last), True).as_py()
        waiting = rows.slice(whole)
        if whole:
            yield as_lists(rows.slice(0, whole), keys, columns)
    if waiting is not None and waiting.num_rows:
        yield as_lists(waiting, keys, columns)


def _is_list(kind: pa.DataType) -> bool:
    return pa.types.is_list(kind) or pa.types.is_large_list(kind) or pa.types.is_fixed_size_list(kind)


def _check_type(name: str, kind: pa.DataType) -> None:
    if not (pa.types.is_integer(kind) or pa.types.is_floating(kind) or pa.types.is_boolean(kind)):
        raise ModelError(f"column {name!r} must hold numbers, or lists of numbers, got {kind}")

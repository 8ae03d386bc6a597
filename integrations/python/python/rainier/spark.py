"""Many series on Apache Spark: fits and detection as operations on DataFrames.

In: DataFrames of PySpark 4. Out: DataFrames. Nothing is collected to the driver but single numbers. A row depends on
seed, key and data alone: not on partitions, executors or retries, and is the one that ``rainier.fit_many`` or
``rainier.dns.detect`` gives on one machine.
"""

from __future__ import annotations

import os
import zipfile
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import asdict
from pathlib import Path
from typing import Any

import pyarrow as pa
from pyspark.sql import DataFrame, SparkSession, Window
from pyspark.sql import functions as F
from pyspark.sql import types as T

from . import _native
from ._native import ModelError
from .dns import MODELS, DeckSettings
from .many import AnyModel, PortableModel
from .settings import whole, whole_or_none

# Where `ship` puts the package on a worker.
FOLDER = "rainier_package"

_INTEGERS = (T.ByteType, T.ShortType, T.IntegerType, T.LongType)
_NUMBERS = (*_INTEGERS, T.FloatType, T.DoubleType)


def ship(spark: SparkSession, folder: str | os.PathLike[str] = ".") -> str:
    """Sends this package to the workers of a running session, which need the same processor, C library and Python's
    ``pyarrow``. Writes the archive into ``folder`` and gives its path, which ``spark.archives`` takes as well."""
    package = Path(__file__).parent
    archive = Path(folder) / f"{FOLDER}-{_native.__version__}.zip"
    partial = archive.with_suffix(".part")
    with zipfile.ZipFile(partial, "w", zipfile.ZIP_DEFLATED) as packed:
        for path in sorted(package.rglob("*")):
            if path.is_file() and "__pycache__" not in path.parts:
                packed.write(path, Path(package.name) / path.relative_to(package))
    partial.replace(archive)
    spark.addArtifacts(f"{archive}#{FOLDER}", archive=True)
    return str(archive)


def fit_series(
    df: DataFrame,
    key: str | Sequence[str],
    value: str | Mapping[str, str],
    model: AnyModel | str,
    *,
    draws: int = 500,
    tune: int = 500,
    chains: int = 4,
    steps: int | None = None,
    target_accept: float | None = None,
    seed: int = 1,
    errors: str = "raise",
    partitions: int | None = None,
    is_sorted_stream: bool = False,
) -> DataFrame:
    """Fits a model to each series of a DataFrame: the rows of ``rainier.fit_many``, spread over the cluster.

    ``value`` is the column of numbers, lists of them, one list a row; or says for each column of the model which it is.
    ``model`` is any model, compiled here and sent as bytes, or ``"zip"`` or ``"hurdle"``, whose prior is learned from
    all series: the one number that comes to the driver.

    Fits take far longer than their data suggest, so rows are spread over ``partitions``: four for each core unless
    given; 0 leaves them as they are. With ``is_sorted_stream`` rows are single numbers, parted by key and sorted by whoever
    calls, and no more than a batch and a series of them are held. A key that comes again in the same batch or the next
    ends the job; one that comes again later, as rows that are not sorted may, is fitted as a series of its own.

    With ``errors="column"`` what is wrong with a series stands in the column ``error``, else it ends the job. Errors name
    keys, not rows: where a row is after it was spread says nothing.
    """
    keys = [key] if isinstance(key, str) else list(key)
    portable = _portable(df, value, model)
    if isinstance(value, str) and len(portable.columns) != 1:
        raise ModelError(
            f"the model must have one column that waits for data, or value must say which column each is, "
            f"the model has {portable.columns}"
        )
    names = {portable.columns[0]: value} if isinstance(value, str) else dict(value)
    if set(names) != set(portable.columns):
        raise ModelError(f"the model's columns are {portable.columns}, given are {sorted(names)}")
    _check_columns(df, keys, list(names.values()))
    if not is_sorted_stream:
        _check_lists(df, list(names.values()))
    settings = {
        "draws": whole("draws", draws),
        "tune": whole("tune", tune),
        "chains": whole("chains", chains),
        "steps": whole_or_none("steps", steps, 32),
        "target_accept": target_accept,
        "seed": whole("seed", seed),
        "keep_errors": errors == "column",
    }
    if errors not in ("raise", "column"):
        raise ModelError(f'errors must be "raise" or "column", got {errors!r}')
    fields = [T.StructField(name, df.schema[name].dataType) for name in keys]
    fields += [T.StructField(name, _RESULTS.get(name, T.DoubleType())) for name in portable.result_names]
    fit = _fit_batches(portable.template, keys, list(names.items()), settings, is_sorted_stream)
    rows = df.select(*keys, *names.values())
    if not is_sorted_stream:
        rows = _spread(rows, keys, partitions)
    return rows.mapInArrow(fit, T.StructType(fields))


_RESULTS = {"gradient_evaluations": T.LongType(), "warnings": T.StringType(), "error": T.StringType()}


def series(
    df: DataFrame, *, domain: str = "domain", timestamp: str = "timestamp", count: str = "count", bin: str = "1h"
) -> DataFrame:
    """One row a domain: when its first bin starts, and its counts from there to the newest bin of all, with zeros."""
    seconds = _native.seconds(bin)
    rows = _lists(_counted(df, domain, timestamp, count, seconds))
    schema = "domain string, start timestamp, counts array<bigint>"
    return rows.mapInArrow(_fill_batches(seconds), schema)


def detect(
    df: DataFrame,
    *,
    domain: str = "domain",
    timestamp: str = "timestamp",
    count: str = "count",
    bin: str = "1h",
    window: str = "1d",
    period: str = "7d",
    partitions: int | None = None,
    **deck: Any,
) -> DataFrame:
    """Outlier windows, ranked across domains: the rows of ``rainier.dns.detect(…, mode="deck")``.

    Other settings are ``references``, ``min_count``, ``trend_weight``, ``band``, ``simulations``, ``draws``, ``tune`` and
    ``seed``. The prior, the end of all series, q and rank are found by operations on DataFrames; the last two go through
    one partition, which holds outlier windows alone.
    """
    settings = DeckSettings.of(bin, window, period, threads=1, **deck)
    counted = _counted(df, domain, timestamp, count, settings.bin)
    judged = _spread(_lists(counted), ["domain"], partitions).mapInArrow(_judge_batches(asdict(settings)), _JUDGED)
    # Judged once: what follows reads it twice.
    judged = judged.persist()
    tested = judged.agg(F.sum("tested").cast("double").alias("all_tested"))
    by_p = judged.where("p is not null").withColumn("place", F.row_number().over(Window.orderBy("p")))
    by_p = by_p.crossJoin(F.broadcast(tested)).withColumn("raw", F.col("all_tested") * F.col("p") / F.col("place"))
    later = Window.orderBy(F.desc("place")).rowsBetween(Window.unboundedPreceding, Window.currentRow)
    with_q = by_p.withColumn("q", F.least(F.lit(1.0), F.min("raw").over(later)))
    episodes = with_q.where("is_peak")
    best = F.min(F.struct("p", "start", "excess")).over(Window.partitionBy("domain"))
    episodes = episodes.withColumn("best_excess", F.abs(best["excess"]))
    order = Window.orderBy("domain_p", F.desc("best_excess"), "domain")
    episodes = episodes.withColumn("rank", F.dense_rank().over(order).cast("bigint"))
    return episodes.select("rank", "domain_p", "q", *_WINDOW).orderBy("rank", "p", "start")


_WINDOW = (
    "domain", "start", "end", "windows", "statistic", "direction", "observed", "expected", "low", "high", "excess", "p",
)  # fmt: skip
_JUDGED = (
    "tested bigint, domain_p double, is_peak boolean, domain string, start timestamp, end timestamp, windows bigint, "
    "statistic string, direction string, observed bigint, expected double, low bigint, high bigint, excess double, p double"
)


def update_history(history: DataFrame | None, fits: DataFrame, key: str | Sequence[str], as_of: Any) -> DataFrame:
    """The historical table of parameters after a run: an outer join in which a series that was fitted has its new row,
    and one that was not keeps its old one. ``as_of`` says when; the column of that name tells the age of each row.

    Read it by ``spark.read.parquet`` and write it to a new folder each time: Spark cannot replace what it reads.
    """
    keys = [key] if isinstance(key, str) else list(key)
    fresh = fits.withColumn("as_of", F.lit(as_of))
    if history is None:
        return fresh
    values = [name for name in fresh.columns if name not in keys]
    missing = [name for name in values if name not in history.columns]
    if missing:
        raise ModelError(f"the historical table must have the columns of the fits, it lacks {', '.join(missing)}")
    old, new = history.alias("old"), fresh.alias("new")
    same = [F.col(f"old.`{name}`").eqNullSafe(F.col(f"new.`{name}`")) for name in keys]
    joined = old.join(new, on=same, how="full_outer")
    is_new = F.col("new.as_of").isNotNull()
    columns = [
        F.when(is_new, F.col(f"new.`{name}`")).otherwise(F.col(f"old.`{name}`")).alias(name) for name in [*keys, *values]
    ]
    return joined.select(*columns)


def _portable(df: DataFrame, value: str | Mapping[str, str], model: AnyModel | str) -> PortableModel:
    if not isinstance(model, str):
        return PortableModel.of(model)
    if model not in MODELS:
        raise ModelError(f"model must be one of {', '.join(map(repr, MODELS))}, or a model, got {model!r}")
    if not isinstance(value, str) and set(value) != {"counts"}:
        raise ModelError(f"the model's columns are ['counts'], given are {sorted(value)}")
    counts = value if isinstance(value, str) else value["counts"]
    _check_columns(df, [], [counts])
    one = F.explode(counts) if isinstance(df.schema[counts].dataType, T.ArrayType) else F.col(counts)
    busy = df.select(one.alias("count")).where("count > 0").select(F.col("count").cast("double"))
    total, bins = busy.agg(F.sum("count"), F.count("count")).first()
    return PortableModel.of(MODELS[model](total / bins if bins else 1.0))


def _check_columns(df: DataFrame, keys: Sequence[str], values: Sequence[str]) -> None:
    for name in [*keys, *values]:
        if name not in df.columns:
            raise ModelError(f"there must be a column {name!r}, there are {', '.join(map(repr, df.columns))}")
    for name in values:
        kind = df.schema[name].dataType
        element = kind.elementType if isinstance(kind, T.ArrayType) else kind
        if not isinstance(element, _NUMBERS):
            raise ModelError(f"column {name!r} must hold numbers or lists of numbers, got {kind.simpleString()}")


def _check_lists(df: DataFrame, values: Sequence[str]) -> None:
    for name in values:
        kind = df.schema[name].dataType
        if not isinstance(kind, T.ArrayType):
            raise ModelError(
                f"column {name!r} must hold lists of numbers, one list a series, got {kind.simpleString()}: join the rows "
                f"of a key by groupBy and collect_list, or part and sort them by key and say is_sorted_stream=True"
            )


def _spread(rows: DataFrame, keys: Sequence[str], partitions: int | None) -> DataFrame:
    """Rows over so many partitions, which Spark does not join again however small they are."""
    if partitions is None:
        partitions = 4 * rows.sparkSession.sparkContext.defaultParallelism
    return rows.repartition(partitions, *keys) if partitions else rows


def _counted(df: DataFrame, domain: str, timestamp: str, count: str, seconds: int) -> DataFrame:
    """Domain, number of the bin, count. What is no count or no time ends the job with its column and row."""
    _check_columns(df, [domain, timestamp], [count])
    kind = df.schema[timestamp].dataType
    if isinstance(kind, (T.TimestampType, T.DateType)):
        micros = F.unix_micros(F.col(timestamp).cast("timestamp"))
        is_time = F.lit(True)
    elif isinstance(kind, (*_INTEGERS, T.FloatType, T.DoubleType)):
        # As on one machine. Spark would take NaN for 0, and has it above all numbers.
        is_time = F.abs(F.col(timestamp).cast("double")) < 9e12
        # A condition first: what is no time has no product either.
        if isinstance(kind, _INTEGERS):
            micros = F.when(is_time, F.col(timestamp).cast("bigint") * 1_000_000)
        else:
            micros = F.when(is_time, F.floor(F.col(timestamp).cast("double") * 1e6))
    else:
        raise ModelError(
            f"column {timestamp!r} must hold timestamps, dates or seconds since 1970, got {kind.simpleString()}"
        )
    place = F.concat(
        F.lit("domain "), F.coalesce(F.col(domain).cast("string"), F.lit("null")),
        F.lit(", time "), F.coalesce(F.col(timestamp).cast("string"), F.lit("null")),
    )  # fmt: skip
    number = F.col(count).cast("double")
    is_count = number.isNotNull() & ~F.isnan(number) & (number >= 0) & (number == F.floor(number))
    got = F.coalesce(F.col(count).cast("string"), F.lit("null"))
    refused = F.raise_error(F.concat(F.lit(f"column '{count}', "), place, F.lit(": must be a count, got "), got))
    no_row = F.raise_error(F.concat(F.lit(f"columns '{domain}' and '{timestamp}', "), place, F.lit(": must not be null")))
    no_time = F.raise_error(
        F.concat(F.lit(f"column '{timestamp}', "), place, F.lit(": must be a time; numbers are seconds since 1970"))
    )
    is_row = F.col(domain).isNotNull() & F.col(timestamp).isNotNull()
    width = seconds * 1_000_000
    # The quotient of whole numbers, rounded down.
    bins = F.expr("(micros - pmod(micros, {0}L)) div {0}L".format(width))
    rows = df.select(
        F.when(is_row, F.col(domain).cast("string")).otherwise(no_row.cast("string")).alias("domain"),
        F.when(is_time | ~is_row, micros).otherwise(no_time.cast("bigint")).alias("micros"),
        F.when(is_count, F.col(count).cast("bigint")).otherwise(refused.cast("bigint")).alias("count"),
    )
    return rows.select("domain", bins.alias("bin"), "count").groupBy("domain", "bin").agg(F.sum("count").alias("count"))


def _lists(counted: DataFrame) -> DataFrame:
    """One row a domain with its bins in order, beside what all domains share: where they end, and the mean of busy bins."""
    busy = F.when(F.col("count") > 0, F.col("count").cast("double"))
    shared = counted.agg(
        (F.max("bin") + 1).alias("observed_until"),
        F.coalesce(F.sum(busy) / F.count(busy), F.lit(1.0)).alias("mean_size"),
    )
    lists = counted.groupBy("domain").agg(F.sort_array(F.collect_list(F.struct("bin", "count"))).alias("cells"))
    lists = lists.select("domain", F.col("cells.bin").alias("bins"), F.col("cells.count").alias("counts"))
    return lists.crossJoin(F.broadcast(shared))


# Functions that run on workers. They are sent as they are, so they import what they need themselves, after they have
# looked where `ship` puts the package.


def _finder() -> Callable[[], None]:
    """What makes the package importable on a worker; like all that is sent, it is nested and so travels by value."""
    folder = FOLDER

    def find() -> None:
        import sys

        if folder not in sys.path:
            sys.path.insert(0, folder)

    return find


def _fit_batches(
    template: bytes,
    keys: list[str],
    data: list[tuple[str, str]],
    settings: dict[str, Any],
    is_sorted_stream: bool,
) -> Callable[[Iterable[pa.RecordBatch]], Iterator[pa.RecordBatch]]:
    find = _finder()

    def fit(batches: Iterable[pa.RecordBatch]) -> Iterator[pa.RecordBatch]:
        find()
        from rainier._native import PortableTemplate
        from rainier.data import one_batch
        from rainier.many import series_of_stream

        model = PortableTemplate.from_bytes(template)
        if is_sorted_stream:
            tables = series_of_stream(batches, keys, [column for _, column in data])
            batches = (one_batch(table) for table in tables)
        for batch in batches:
            yield model.fit_many(batch, keys=keys, data=data, has_rows=False, threads=1, progress=None, **settings)

    return fit


def _fill_batches(seconds: int) -> Callable[[Iterable[pa.RecordBatch]], Iterator[pa.RecordBatch]]:
    find = _finder()

    def fill(batches: Iterable[pa.RecordBatch]) -> Iterator[pa.RecordBatch]:
        find()
        from rainier import _native
        from rainier.dns import _with_times
        import pyarrow as pa

        for batch in batches:
            if batch.num_rows:
                until = batch.column("observed_until")[0].as_py()
                filled = _native.filled(batch, bin=seconds, observed_until=until)
                yield from _with_times(pa.Table.from_batches([filled]), ["start"]).to_batches()

    return fill


def _judge_batches(settings: dict[str, Any]) -> Callable[[Iterable[pa.RecordBatch]], Iterator[pa.RecordBatch]]:
    find = _finder()

    def judge(batches: Iterable[pa.RecordBatch]) -> Iterator[pa.RecordBatch]:
        find()
        from rainier import _native
        from rainier.dns import DeckSettings, _with_times
        import pyarrow as pa

        for batch in batches:
            if batch.num_rows:
                until = batch.column("observed_until")[0].as_py()
                mean_size = batch.column("mean_size")[0].as_py()
                of_batch = DeckSettings(**settings | {"mean_size": mean_size})
                judged = _native.judge(batch, of_batch, until)
                yield from _with_times(pa.Table.from_batches([judged]), ["start", "end"]).to_batches()

    return judge

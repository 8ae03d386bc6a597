"""Claims about many series on Spark: the bits of one machine, whatever the partitions."""

import csv
import gzip
from pathlib import Path

import numpy as np
import pandas as pd
import pyarrow as pa
import pytest
from pyspark.errors import PySparkException

import rainier as rn
from rainier import dns
from rainier import spark as rs

COUNTS = Path(__file__).parents[3] / "examples" / "data" / "counts.csv.gz"
QUICK = {"draws": 100, "tune": 100, "chains": 2, "seed": 1}


def many(count):
    rng = np.random.default_rng(1)
    rates = 1 + np.arange(count) % 7
    counts = [np.where(rng.random(48) < 0.4, rng.poisson(rate, 48), 0).tolist() for rate in rates]
    return pa.table({"domain": [f"site{number:06}.example" for number in range(count)], "counts": counts})


def bits(df, *keys):
    """All rows in the order of their keys."""
    return df.toArrow().sort_by([(key, "ascending") for key in keys])


def same(ours, theirs):
    assert ours.column_names == theirs.column_names
    for name in ours.column_names:
        assert ours[name].to_pylist() == theirs[name].to_pylist(), name


def test_two_thousand_series_have_the_bits_of_one_machine(spark):
    table = many(2000)
    df = spark.createDataFrame(table)
    fits = rs.fit_series(df, "domain", "counts", "zip", **QUICK)
    same(bits(fits, "domain"), dns.fit(table, **QUICK, progress=False))


@pytest.mark.parametrize("partitions", [0, 1, 7])
def test_partitions_change_nothing(spark, partitions):
    table = many(60)
    model = dns.hurdle_model(3.0)
    fits = rs.fit_series(
        spark.createDataFrame(table), "domain", {"counts": "counts"}, model, partitions=partitions, **QUICK
    )
    same(bits(fits, "domain"), rn.fit_many(model, table, key="domain", **QUICK))


def test_any_model_travels(spark):
    model = rn.Model()
    slope, noise = model.param("slope", rn.Normal(0, 10)), model.param("noise", rn.HalfNormal(1))
    model.fit(rn.Normal(slope * rn.column("x"), noise), rn.column("y"))
    model.report("double", 2 * slope)
    table = pa.table({"key": [1, 2], "x": [[1.0, 2.0, 3.0]] * 2, "y": [[2.0, 4.1, 6.0], [1.0, 2.0, 3.2]]})
    df = spark.createDataFrame(table)
    fits = rs.fit_series(df, "key", {"x": "x", "y": "y"}, model, **QUICK)
    same(bits(fits, "key"), rn.fit_many(model, table, key="key", **QUICK))


def test_a_sorted_stream_of_single_numbers_gives_the_same(spark):
    table = many(50)
    long = spark.createDataFrame(table).selectExpr("domain", "posexplode(counts) as (place, counts)")
    stream = long.repartition(3, "domain").sortWithinPartitions("domain", "place").drop("place")
    spark.conf.set("spark.sql.execution.arrow.maxRecordsPerBatch", "100")
    model = dns.zip_model()
    fits = rs.fit_series(stream, "domain", "counts", model, is_sorted_stream=True, **QUICK)
    rows = bits(fits, "domain")
    spark.conf.unset("spark.sql.execution.arrow.maxRecordsPerBatch")
    same(rows, rn.fit_many(model, table, key="domain", **QUICK))


def example_counts():
    with gzip.open(COUNTS, "rt") as lines:
        rows = list(csv.DictReader(lines))
    times = pd.to_datetime([row["timestamp"] for row in rows], utc=True)
    counts = [int(row["count"]) for row in rows]
    return pd.DataFrame({"domain": [row["domain"] for row in rows], "timestamp": times, "count": counts})


def test_outlier_windows_are_those_of_one_machine(spark):
    counts = example_counts()
    found = rs.detect(spark.createDataFrame(pa.Table.from_pandas(counts)), seed=5)
    ours = found.toArrow()
    same(ours, dns.detect(counts, mode="deck", seed=5))
    assert ours.num_rows > 0


def test_series_are_filled_as_on_one_machine(spark):
    counts = example_counts()
    df = spark.createDataFrame(pa.Table.from_pandas(counts))
    same(bits(rs.series(df), "domain"), dns.series(counts))


def test_a_historical_table_keeps_who_was_not_fitted(spark, tmp_path):
    table = many(4)
    first = rs.fit_series(spark.createDataFrame(table.slice(0, 3)), "domain", "counts", "zip", **QUICK)
    rs.update_history(None, first, "domain", "2026-01-01").write.parquet(str(tmp_path / "1"))
    second = rs.fit_series(spark.createDataFrame(table.slice(2, 2)), "domain", "counts", "zip", **QUICK)
    history = spark.read.parquet(str(tmp_path / "1"))
    rs.update_history(history, second, "domain", "2026-01-02").write.parquet(str(tmp_path / "2"))
    rows = bits(spark.read.parquet(str(tmp_path / "2")), "domain").to_pylist()
    assert [row["as_of"][-1] for row in rows] == ["1", "1", "2", "2"]
    assert [row["domain"] for row in rows] == table["domain"].to_pylist()
    assert rows[2]["rate_mean"] == bits(second, "domain").to_pylist()[0]["rate_mean"]


@pytest.mark.parametrize(
    ("counts", "message"),
    [
        ([[1, 2], [3, -1]], r'series "b", column counts: .*row 1 must be in the support, got -1'),
        ([[1, 2], [3, None]], r'series "b", column "counts", entry 1: must be a number, got null'),
        ([[1.0, 2.0], [3.0, float("nan")]], r'series "b", column "counts", entry 1: must be a number, got NaN'),
        ([[1, 2], None], r'series "b", column "counts": must be a list of numbers, got null'),
    ],
)
def test_bad_values_end_the_job_with_one_error(spark, counts, message):
    df = spark.createDataFrame(pa.table({"domain": ["a", "b"], "counts": counts}))
    with pytest.raises(PySparkException, match=message):
        rs.fit_series(df, "domain", "counts", dns.zip_model(), **QUICK).collect()
    # The workers live: the next job runs.
    kept = rs.fit_series(df.where("domain = 'a'"), "domain", "counts", dns.zip_model(), **QUICK)
    assert kept.count() == 1


@pytest.mark.parametrize(
    ("columns", "message"),
    [
        ({"domain": ["a"], "counts": [["x"]]}, "column 'counts' must hold numbers or lists of numbers, got array<string>"),
        ({"domain": ["a"], "queries": [[1]]}, "there must be a column 'counts', there are 'domain', 'queries'"),
        ({"name": ["a"], "counts": [[1]]}, "there must be a column 'domain', there are 'name', 'counts'"),
        ({"domain": ["a"], "counts": [1]}, "column 'counts' must hold lists of numbers, one list a series, got bigint: .*groupBy"),
    ],
)
def test_bad_columns_are_told_before_a_job_starts(spark, columns, message):
    with pytest.raises(rn.ModelError, match=message):
        rs.fit_series(spark.createDataFrame(pa.table(columns)), "domain", "counts", "zip")


@pytest.mark.parametrize(
    ("counts", "told"),
    [
        ([3, -1], "got -1"),
        ([3, None], 'series "b", column "counts", entry 1: must be a number, got null'),
        (None, 'series "b", column "counts": must be a list of numbers, got null'),
    ],
)
def test_what_is_wrong_with_a_series_may_stand_in_its_row(spark, counts, told):
    df = spark.createDataFrame(pa.table({"domain": ["a", "b"], "counts": [[1, 2], counts]}))
    rows = bits(rs.fit_series(df, "domain", "counts", dns.zip_model(), errors="column", **QUICK), "domain").to_pylist()
    assert rows[0]["error"] is None and told in rows[1]["error"] and rows[1]["rate_mean"] is None


def test_models_and_columns_that_do_not_fit_are_told_before_a_job_starts(spark):
    df = spark.createDataFrame(pa.table({"domain": ["a"], "counts": [[1]]}))
    with pytest.raises(rn.ModelError, match=r"columns are \['counts'\], given are \['x'\]"):
        rs.fit_series(df, "domain", {"x": "counts"}, "zip")
    with pytest.raises(rn.ModelError, match=r"must have one column that waits for data, .*has \[\]"):
        rs.fit_series(df, "domain", "counts", rn.Normal(0, 1).param("x"))
    with pytest.raises(rn.ModelError, match="seed must be a whole number from 0"):
        rs.fit_series(df, "domain", "counts", "zip", seed=-1)


def test_the_default_seed_is_that_of_one_machine(spark):
    table = many(3)
    quick = {"draws": 40, "tune": 40, "chains": 2}
    fits = rs.fit_series(spark.createDataFrame(table), "domain", "counts", "zip", **quick)
    same(bits(fits, "domain"), dns.fit(table, progress=False, **quick))


@pytest.mark.parametrize("kind", ["smallint", "timestamp", "date"])
def test_keys_of_other_kinds_have_the_bits_of_one_machine(spark, kind):
    written = {"smallint": "place", "timestamp": "timestamp_seconds(place)", "date": "date_add('2024-01-01', int(place))"}
    rows = spark.createDataFrame(pa.table({"place": [1, 2, 3], "counts": [[0, 2], [3, 4], [5, 0]]}))
    df = rows.selectExpr(f"cast({written[kind]} as {kind}) as key", "counts")
    fits = rs.fit_series(df, "key", "counts", dns.zip_model(2.0), **QUICK)
    same(bits(fits, "key"), rn.fit_many(dns.zip_model(2.0), df.toArrow(), key="key", progress=False, **QUICK))


def test_rows_of_a_stream_that_are_not_sorted_end_the_job(spark):
    df = spark.createDataFrame(pa.table({"domain": ["a", "b", "a", "b"], "counts": [0, 2, 3, 4]})).coalesce(1)
    with pytest.raises(PySparkException, match='sorted by key, got series "a" again'):
        rs.fit_series(df, "domain", "counts", dns.zip_model(2.0), is_sorted_stream=True, **QUICK).collect()


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ({"count": [1.0, -2.0]}, "column 'count', domain a, time 3600: must be a count, got -2.0"),
        ({"count": [1.0, None]}, "column 'count', domain a, time 3600: must be a count, got null"),
        ({"count": [1.0, float("nan")]}, "column 'count', domain a, time 3600: must be a count, got NaN"),
        ({"domain": ["a", None]}, "columns 'domain' and 'timestamp', domain null, time 3600: must not be null"),
        ({"timestamp": [0.0, float("nan")]}, "column 'timestamp', domain a, time NaN: must be a time"),
        ({"timestamp": [0.0, float("inf")]}, "column 'timestamp', domain a, time Infinity: must be a time"),
        ({"timestamp": [0, 1_700_000_000 * 10**9]}, "column 'timestamp', domain a, time 17.*: must be a time"),
        ({"timestamp": [0, None]}, "columns 'domain' and 'timestamp', domain a, time null: must not be null"),
    ],
)
def test_bad_counts_end_detection_with_one_error(spark, change, message):
    table = {"domain": ["a", "a"], "timestamp": [0, 3600], "count": [1.0, 2.0]} | change
    with pytest.raises(PySparkException, match=message):
        rs.detect(spark.createDataFrame(pa.table(table))).collect()


def test_the_package_is_shipped_as_an_archive(spark, tmp_path):
    archive = rs.ship(spark, tmp_path)
    assert Path(archive).stat().st_size > 1_000_000
    fits = rs.fit_series(spark.createDataFrame(many(4)), "domain", "counts", dns.zip_model(), **QUICK)
    assert fits.count() == 4

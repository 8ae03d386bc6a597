"""Claims about what comes in: tables of any kind, sizes and settings that cannot be."""

import datetime
import subprocess
import sys

import numpy as np
import pandas as pd
import polars as pl
import pyarrow as pa
import pytest

import rainier as rn
from rainier import data, dns, many
from rainier.settings import whole

QUICK = {"draws": 40, "tune": 40, "chains": 2, "seed": 1, "progress": False}


def counts_model():
    model = rn.Model()
    rate = model.param("rate", rn.Gamma(2, 1))
    model.fit(rn.Poisson(rate), rn.column("counts"))
    return model


def regression():
    model = rn.Model()
    slope = model.param("slope", rn.Normal(0, 1))
    model.fit(rn.Normal(slope * rn.column("x"), 1), rn.column("y"))
    return model


def in_chunks(count=6):
    keys, counts = [f"series{place}" for place in range(count)], [[place, 1, 2] for place in range(count)]
    chunks = [pa.table({"key": keys[i : i + 2], "counts": counts[i : i + 2]}) for i in range(0, count, 2)]
    return pa.concat_tables(chunks)


def test_a_table_with_offsets_beyond_32_bits_gives_the_same_rows(monkeypatch):
    table = in_chunks()
    expected = rn.fit_many(counts_model(), table, key="key", **QUICK)
    monkeypatch.setattr(data, "LIMIT", 8)
    batch = data.one_batch(table)
    assert [field.type for field in batch.schema] == [pa.large_string(), pa.large_list(pa.int64())]
    assert batch.num_rows == 6
    fits = rn.fit_many(counts_model(), table, key="key", **QUICK)
    assert fits.num_rows == 6 and fits["rate_mean"].equals(expected["rate_mean"])
    assert fits["key"].to_pylist() == table["key"].to_pylist()


def test_rows_that_do_not_fit_into_one_piece_are_not_dropped(monkeypatch):
    class InPieces:
        """What pyarrow leaves of 3 GiB of text."""

        num_rows = 3

        def combine_chunks(self):
            return self

        def to_batches(self):
            return [pa.record_batch({"key": ["a", "b"]}), pa.record_batch({"key": ["c"]})]

    monkeypatch.setattr(data, "with_wide_offsets", lambda table: table)
    with pytest.raises(rn.ModelError, match="of 3 rows 2 do"):
        data.one_batch(InPieces())


@pytest.mark.slow
def test_no_row_of_three_gibibytes_of_keys_is_lost():
    length, rows = 1 << 20, 1 << 10
    offsets = pa.array(np.arange(rows + 1, dtype=np.int64).astype(np.int32) * (length - 1), pa.int32())
    text = pa.array(np.full(rows * length, ord("x"), np.int8))
    names = pa.StringArray.from_buffers(rows, offsets.buffers()[1], text.buffers()[1])
    counts = pa.array([[1, 2]] * rows)
    table = pa.table({"key": pa.chunked_array([names] * 3), "counts": pa.chunked_array([counts] * 3)})
    settings = QUICK | {"draws": 4, "tune": 4, "chains": 1}
    assert rn.fit_many(counts_model(), table, key="key", **settings).num_rows == 3 * rows
    assert dns.croston(table.rename_columns(["domain", "counts"])).num_rows == 3 * rows


@pytest.mark.slow
def test_no_row_of_more_than_two_to_the_31_entries_is_lost():
    rows, length = 1000, 1_000_000
    values = pa.array(np.zeros(rows * length, np.int8))
    lists = pa.ListArray.from_arrays(np.arange(rows + 1, dtype=np.int32) * length, values)
    batch = data.one_batch(pa.table({"counts": pa.chunked_array([lists] * 3)}))
    assert batch.num_rows == 3 * rows and len(batch["counts"].values) == 3 * rows * length


KEYS = [
    (pa.array(["b", "a"]).dictionary_encode(), ["b", "a"]),
    (pd.Series(["b", "a"], dtype="category"), ["b", "a"]),
    (pl.Series(["b", "a"], dtype=pl.Categorical), ["b", "a"]),
    (pl.Series(["b", "a"], dtype=pl.Enum(["a", "b"])), ["b", "a"]),
    *[(np.array([2, 1], kind), [2, 1]) for kind in ("i1", "i2", "i4", "i8", "u1", "u2", "u4", "u8")],
    (pa.array([2, 1], pa.date32()), [datetime.date(1970, 1, 3), datetime.date(1970, 1, 2)]),
    (pa.array([2, 1], pa.timestamp("s")), [datetime.datetime(1970, 1, 1, 0, 0, 2), datetime.datetime(1970, 1, 1, 0, 0, 1)]),
]


@pytest.mark.parametrize(("keys", "written"), KEYS, ids=lambda keys: str(getattr(keys, "dtype", "")) or type(keys).__name__)
def test_keys_of_any_kind_are_kept_and_draw_as_they_are_written(keys, written):
    counts = [[1, 2], [3, 4]]
    for frame in (pa.table({"key": data.to_array(keys), "counts": counts}), pl.DataFrame, pd.DataFrame):
        table = frame
        if not isinstance(frame, pa.Table):
            try:
                table = frame({"key": keys, "counts": counts})
            except (TypeError, ValueError, NotImplementedError):
                continue  # a frame of one library from a series of the other
            if isinstance(table, pd.DataFrame) and isinstance(keys, (pa.Array, pl.Series)):
                continue
        fits = rn.fit_many(counts_model(), table, key="key", **QUICK)
        assert fits["key"].to_pylist() == written
        texts = [str(key) for key in written]
        of_texts = rn.fit_many(counts_model(), {"key": texts, "counts": counts}, key="key", **QUICK)
        assert fits["rate_mean"].equals(of_texts["rate_mean"])


def test_a_time_is_one_key_in_any_unit_and_zone():
    times = pa.array([1_700_000_000, 1_700_003_600], pa.timestamp("s"))
    counts = pa.array([[1, 2], [3, 4]])
    kinds = [pa.timestamp(unit, zone) for unit in ("s", "ms", "us", "ns") for zone in (None, "UTC", "Europe/Berlin")]
    means = []
    for kind in kinds:
        fits = rn.fit_many(counts_model(), {"key": times.cast(kind), "counts": counts}, key="key", **QUICK)
        assert fits.schema.field("key").type == kind
        means.append(fits["rate_mean"].to_pylist())
    assert all(mean == means[0] for mean in means)


def test_domains_of_any_kind_are_detected():
    hours = 24 * 40
    table = {"domain": ["7"] * hours, "timestamp": [hour * 3600 for hour in range(hours)], "count": [1, 2, 3] * 320}
    table["count"][-20:] = [90] * 20
    expected = dns.detect(table, mode="deck")
    assert expected.num_rows
    for domains in (
        pa.array(table["domain"]).dictionary_encode(),
        pd.Series(table["domain"], dtype="category"),
        np.full(hours, 7, "i2"),
    ):
        found = dns.detect(table | {"domain": data.to_array(domains)}, mode="deck")
        assert found.equals(expected)
    assert dns.detect(pd.DataFrame(table).astype({"domain": "category"}), mode="deck").equals(expected)
    polars = pl.DataFrame(table).with_columns(pl.col("domain").cast(pl.Categorical))
    assert dns.detect(polars, mode="deck").equals(expected)


def test_no_rows_have_no_outliers_and_the_same_columns():
    columns = {"domain": ["a"], "timestamp": [0], "count": [1]}
    typed = pa.table({name: pa.array([], pa.array(values).type) for name, values in columns.items()})
    for mode in ("deck", "calibrated"):
        schema = dns.detect(columns, mode=mode).schema
        for empty in (typed, typed.to_pandas(), pd.DataFrame({name: [] for name in columns}), {name: [] for name in columns}):
            found = dns.detect(empty, mode=mode)
            assert found.num_rows == 0 and found.schema.equals(schema), (mode, type(empty))


def test_no_rows_of_any_kind_are_no_fits():
    for empty in ({"key": [], "counts": []}, pd.DataFrame({"key": [], "counts": []}), pl.DataFrame({"key": [], "counts": []})):
        fits = rn.fit_many(counts_model(), empty, key="key", **QUICK)
        assert fits.num_rows == 0 and "rate_mean" in fits.column_names


def test_a_column_called_as_a_result_of_another_is_itself():
    table = {"counts_list": ["a", "a"], "counts": [1, 2]}
    fits = rn.fit_many(counts_model(), table, key="counts_list", **QUICK)
    assert fits["counts_list"].to_pylist() == ["a"]


@pytest.mark.parametrize(
    ("table", "message"),
    [
        (pd.DataFrame({"key": ["a", "b"], "counts": [1, "x"]}), r"column 'counts' must hold values of one type"),
        ({"key": ["a", "b"], "counts": [1]}, r"equally many rows, got 2 in 'key', 1 in 'counts'"),
        (pa.table([["a"], [[1]], [[2]]], names=["key", "counts", "counts"]), r"one column 'counts', there are 2"),
        ({"key": ["a"], "counts": [[2**70]]}, r"column 'counts' must hold numbers: .*too large"),
        ({"key": ["a"], "counts": np.array([1], "f2")}, r"column 'counts' must hold numbers, or lists of numbers, got halffloat"),
        ({"key": ["a"], "counts": [2**70]}, r"column 'counts' must hold numbers: .*too large"),
    ],
)
def test_what_is_no_table_is_a_model_error_that_names_the_column(table, message):
    with pytest.raises(rn.ModelError, match=message):
        rn.fit_many(counts_model(), table, key="key", **QUICK)


def test_one_column_has_one_use():
    with pytest.raises(rn.ModelError, match="'counts' is named as both"):
        rn.fit_many(counts_model(), {"counts": [1, 2]}, key="counts", **QUICK)
    with pytest.raises(rn.ModelError, match="there must be a key"):
        rn.fit_many(counts_model(), {"counts": [1, 2]}, key=[], **QUICK)


def test_frames_and_tables_are_data_of_a_sample():
    columns = {"x": [1.0, 2.0, 3.0], "y": [2.0, 4.1, 6.0], "other": ["a", "b", "c"]}
    given = {name: columns[name] for name in ("x", "y")}
    expected = regression().sample(given, **QUICK)["slope"]
    for table in (pd.DataFrame(columns), pl.DataFrame(columns), pa.table(columns)):
        assert (regression().sample(table, **QUICK)["slope"] == expected).all()
    with pytest.raises(rn.ModelError, match="there must be a column 'y'"):
        regression().sample(pd.DataFrame({"x": [1.0]}), **QUICK)


@pytest.mark.parametrize(("bad", "got"), [(float("nan"), "a number, got NaN"), (float("inf"), "finite, got inf")])
def test_a_covariate_that_is_not_finite_is_refused_with_its_row(bad, got):
    message = rf'column "x", row 1: must be {got}'
    with pytest.raises(rn.ModelError, match=message):
        regression().sample({"x": [1.0, bad], "y": [1.0, 2.0]}, **QUICK)
    with pytest.raises(rn.ModelError, match=message):
        rn.column("x", [1.0, bad])
    table = {"key": ["a", "b"], "x": [[1.0], [1.0, bad]], "y": [[1.0], [1.0, 2.0]]}
    with pytest.raises(rn.ModelError, match=rf'series "b" \(row 1\), column "x", entry 1: must be {got}'):
        rn.fit_many(regression(), table, key="key", **QUICK)


def test_times_far_away_are_refused_where_a_product_would_wrap():
    table = {"domain": ["a", "a"], "timestamp": [0, 1_700_000_000 * 10**9], "count": [1, 1]}
    with pytest.raises(rn.ModelError, match=r"column 'timestamp', row 1: must be a time, got 17.*numbers are seconds"):
        dns.series(table)


@pytest.mark.parametrize("value", [-1, 2**64, 1.5, "1", None])
def test_settings_are_whole_numbers_or_told(value):
    with pytest.raises(rn.ModelError, match="seed must be a whole number"):
        whole("seed", value)


def test_a_seed_below_zero_is_told_everywhere():
    series = {"key": ["a"], "counts": [[1, 2]]}
    log = {"domain": ["a"], "timestamp": [0], "count": [1]}
    for work in (
        lambda: counts_model().sample({"counts": [1, 2]}, seed=-1),
        lambda: rn.Normal(0, 1).param("x").prior_predictive(seed=-1),
        lambda: rn.fit_many(counts_model(), series, key="key", seed=-1),
        lambda: dns.detect(log, mode="deck", seed=-1),
        lambda: dns.detect(log, seed=-1),
    ):
        with pytest.raises(rn.ModelError, match="seed must be a whole number from 0"):
            work()


def test_one_seed_is_the_default_everywhere():
    table = {"domain": ["a"], "counts": [[0, 3, 0, 2, 5]]}
    quick = {"draws": 40, "tune": 40, "chains": 2, "progress": False}
    assert dns.fit(table, mean=2.0, **quick).equals(dns.fit(table, mean=2.0, seed=1, **quick))
    model = dns.zip_model(2.0)
    assert rn.fit_many(model, table, key="domain", **quick).equals(dns.fit(table, mean=2.0, **quick))
    one = rn.Normal(0, 1).param("x")
    assert (one.sample(**quick).values == one.sample(seed=1, **quick).values).all()
    assert (one.prior_predictive(9)["x"] == one.prior_predictive(9, seed=1)["x"]).all()


def test_settings_that_mode_deck_does_not_have_are_refused():
    log = {"domain": ["a"], "timestamp": [0], "count": [1]}
    with pytest.raises(rn.ModelError, match="mode 'deck' has no setting 'false_discovery_rate'"):
        dns.detect(log, mode="deck", false_discovery_rate=7)
    with pytest.raises(rn.ModelError, match="mode 'deck' has no setting 'magic', it has references"):
        dns.detect(log, mode="deck", magic=3)


TOO_LARGE = [
    'rn.Normal(0, 1).param("x").sample(draws=10**15, tune=1, chains=1)',
    'rn.Normal(0, 1).param("x").sample(draws=2**64 - 1, tune=1, chains=1)',
    'rn.Normal(0, 1).param("x").sample(draws=10, tune=1, chains=10**12)',
    'rn.Normal(0, 1).param("x").prior_predictive(10**13)',
    'rn.fit_many(rn.Normal(0, 1).param("x"), {"key": ["a"]}, key="key", draws=10**13, tune=1, chains=1)',
    "rn.Poisson(3).draw().sum(2**62)",
    'dns.detect({"domain": ["a"], "timestamp": [0], "count": [1]}, mode="deck", simulations=10**14)',
    'dns.detect({"domain": ["a"], "timestamp": [0], "count": [1]}, mode="deck", references=10**14)',
]


@pytest.mark.parametrize("work", TOO_LARGE)
def test_results_that_no_memory_holds_are_refused(work):
    # In a process of its own: what is not refused ends it.
    program = f"import rainier as rn\nfrom rainier import dns\ntry:\n    {work}\nexcept rn.ModelError as error:\n    print(error)"
    ended = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, timeout=60, check=False)
    assert ended.returncode == 0, ended.stderr[-500:]
    assert "must" in ended.stdout


def test_threads_without_work_are_not_started():
    fits = rn.fit_many(counts_model(), {"key": ["a"], "counts": [[1, 2]]}, key="key", threads=10**9, **QUICK)
    assert fits.num_rows == 1
    assert counts_model().sample({"counts": [1, 2]}, threads=10**9, **QUICK).shape == (2, 40)


def test_grouped_tables_say_that_their_rows_are_none_of_the_table():
    wide = many.as_lists(pa.table({"key": ["a"], "x": [[1]]}), ["key"], ["x"])
    long = many.as_lists(pa.table({"key": ["a"], "x": [1]}), ["key"], ["x"])
    assert many.has_rows(wide) and not many.has_rows(long)

"""Claims about many series through one model."""

import pickle
import subprocess
import sys

import numpy as np
import pandas as pd
import polars as pl
import pyarrow as pa
import pytest

import rainier as rn

QUICK = {"draws": 100, "tune": 100, "chains": 2, "seed": 1, "progress": False}


def model():
    model = rn.Model()
    rate = model.param("rate", rn.Gamma(2, 1))
    model.fit(rn.Poisson(rate), rn.column("counts"))
    return model


def series(count):
    rng = np.random.default_rng(1)
    keys = [f"domain{number}.example" for number in range(count)]
    return {"key": keys, "counts": [rng.poisson(1 + number % 5, 20).tolist() for number in range(count)]}


def test_each_row_is_the_posterior_on_paper():
    data = series(40)
    fits = rn.fit_many(model(), data, key="key", draws=500, tune=500, chains=4, progress=False)
    assert fits["key"].to_pylist() == data["key"]
    exact = np.array([(2 + sum(counts)) / (1 + len(counts)) for counts in data["counts"]])
    errors = (fits["rate_mean"].to_numpy() - exact) / fits["rate_mcse_mean"].to_numpy()
    assert np.abs(errors).max() < 5
    assert fits["error"].null_count == 40


def test_a_row_depends_on_seed_key_and_data_alone():
    data = pa.table(series(300))
    all_rows = rn.fit_many(model(), data, key="key", threads=2, **QUICK)
    assert all_rows.equals(rn.fit_many(model(), data, key="key", threads=1, **QUICK))
    some = rn.fit_many(model(), data.slice(250, 3), key="key", **QUICK)
    assert some.equals(all_rows.slice(250, 3))
    other_key = data.slice(250, 1).set_column(0, "key", pa.array(["another.example"]))
    assert rn.fit_many(model(), other_key, key="key", **QUICK)["rate_mean"] != some.slice(0, 1)["rate_mean"]


def test_every_kind_of_table_and_number_gives_the_same_bits():
    data = series(5)
    wide = rn.fit_many(model(), data, key="key", **QUICK)
    lists = pa.table(data)
    kinds = [pa.list_(pa.int8()), pa.list_(pa.uint64()), pa.list_(pa.float32()), pa.large_list(pa.float64())]
    tables = [lists.set_column(1, "counts", lists["counts"].cast(kind)) for kind in kinds]
    tables += [lists.to_pandas(), pl.DataFrame(data), pl.DataFrame(data).to_arrow()]
    flat = [(key, count) for key, counts in zip(data["key"], data["counts"], strict=True) for count in counts]
    long = pd.DataFrame(flat, columns=["key", "counts"])
    tables += [long, pl.from_pandas(long), pa.Table.from_pandas(long)]
    for table in tables:
        fits = rn.fit_many(model(), table, key="key", **QUICK)
        assert fits["rate_mean"].equals(wide["rate_mean"]), type(table)
        assert fits["key"].to_pylist() == data["key"]


def test_lists_of_doubles_are_read_where_they_lie():
    program = """
import resource
import numpy as np, pyarrow as pa
from rainier import dns

series, length = 200, 100_000
values = np.zeros(series * length)
values[::3] = 2
ends = np.arange(0, values.size + 1, length, dtype=np.int32)
table = pa.table({"domain": [str(i) for i in range(series)], "counts": pa.ListArray.from_arrays(ends, pa.array(values))})
before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
dns.fit(table, draws=4, tune=4, chains=1, seed=1, progress=False, threads=1)
print(values.nbytes // 1024, resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before)
"""
    out = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True).stdout
    data, more = map(int, out.split())
    # Series are laid out for evaluation 48 at a time.
    assert more < data / 2, f"{more} KiB more for {data} KiB of data"


def test_a_model_that_was_pickled_gives_the_same_bits():
    portable = model().compile().portable()
    arrived = pickle.loads(pickle.dumps(portable))
    assert arrived.columns == ["counts"] and arrived.labels == ["rate"]
    here, there = (rn.fit_many(one, series(3), key="key", **QUICK) for one in (portable, arrived))
    assert here.equals(there)
    with pytest.raises(rn.ModelError, match="model"):
        rn.PortableModel(b"no model")


def test_a_fit_of_many_is_not_far_from_a_sample_of_one():
    data = series(1)
    fit = rn.fit_many(model(), data, key="key", draws=2000, tune=500, chains=4).to_pylist()[0]
    sample = model().sample({"counts": data["counts"][0]}, seed=3).summary().to_pylist()[0]
    assert abs(fit["rate_mean"] - sample["mean"]) < 5 * np.hypot(fit["rate_mcse_mean"], sample["mcse_mean"])


def test_several_keys_and_columns_of_other_names():
    regression = rn.Model()
    slope = regression.param("slope", rn.Normal(0, 10))
    regression.fit(rn.Normal(slope * rn.column("x"), 1), rn.column("y"))
    table = {"name": ["a", "a"], "group": [1, 2], "x": [[1, 2, 3]] * 2, "response": [[2, 4, 6], [1, 2, 3]]}
    fits = rn.fit_many(regression, table, key=["name", "group"], columns={"y": "response"}, **QUICK)
    assert fits.column_names[:2] == ["name", "group"]
    assert fits["slope_mean"].to_numpy() == pytest.approx([2, 1], abs=0.3)


def bad(**changes):
    table = {"key": ["a", "b"], "counts": [[1, 2], [3, 4]]} | changes
    return {name: column for name, column in table.items() if column is not None}


@pytest.mark.parametrize(
    ("table", "message"),
    [
        (bad(counts=[[1, 2], [3, -1]]), r'series "b" \(row 1\), column counts: .*row 1 must be in the support, got -1'),
        (bad(counts=[[1, 2], [3, 0.5]]), r'series "b" \(row 1\), column counts: .*got 0.5'),
        (bad(counts=[[1, 2], [3, None]]), r'series "b" \(row 1\), column "counts", entry 1: must be a number, got null'),
        (bad(counts=[[1.0, 2], [float("nan"), 4]]), r'series "b" \(row 1\), column "counts", entry 0: must be a number, got NaN'),
        (bad(counts=[[1.0, 2], [float("inf"), 4]]), r'series "b" \(row 1\), column "counts", entry 0: must be finite, got inf'),
        (bad(counts=[[1, 2], None]), r'series "b" \(row 1\), column "counts": must be a list of numbers, got null'),
        (bad(counts=[["a"], ["b"]]), r"column 'counts' must hold numbers, or lists of numbers, got string"),
        (bad(counts=["a", "b"]), r"column 'counts' must hold numbers, or lists of numbers, got string"),
        (bad(counts=None), r"there must be a column 'counts', there are 'key'"),
        (bad(key=None), r"there must be a column 'key', there are 'counts'"),
        (bad(key=["a", None]), r'column "key", row 1: must be a key, got null'),
        (bad(key=[0.5, 1.5]), r'column "key" must hold keys, texts or whole numbers, times or dates, got Float64'),
        (bad(counts=[1, None]), r"""series "b", column 'counts', row 1: must be a number, got null"""),
        (bad(key=["a", None], counts=[1, 2]), r'column "key", row 1: must be a key, got null'),
        (3, r"a table must be of Arrow, pandas or Polars, or a dict of columns, got int"),
    ],
)
def test_bad_input_is_one_error_that_names_column_and_row(table, message):
    with pytest.raises(rn.ModelError, match=message):
        rn.fit_many(model(), table, key="key", **QUICK)


def test_what_is_wrong_with_a_series_may_stand_in_its_row():
    table = {"key": ["a", "b", "c"], "counts": [[1, 2], [3, -1], [4, 4]]}
    fits = rn.fit_many(model(), table, key="key", errors="column", **QUICK)
    assert fits["rate_mean"].is_null().to_pylist() == [False, True, False]
    assert "got -1" in fits["error"][1].as_py() and fits["error"][0].as_py() is None
    alone = rn.fit_many(model(), {"key": ["c"], "counts": [[4, 4]]}, key="key", **QUICK)
    assert fits.slice(2, 1).equals(alone)


@pytest.mark.parametrize(
    ("entries", "told"),
    [
        ([3, -1], "got -1"),
        ([3, None], "entry 1: must be a number, got null"),
        ([3.0, float("nan")], "entry 1: must be a number, got NaN"),
        ([3.0, float("inf")], "entry 1: must be finite, got inf"),
        (None, "must be a list of numbers, got null"),
    ],
)
def test_whatever_is_wrong_with_a_series_may_stand_in_its_row(entries, told):
    table = {"key": ["a", "b", "c"], "counts": [[1, 2], entries, [4, 4]]}
    fits = rn.fit_many(model(), table, key="key", errors="column", **QUICK)
    assert fits["rate_mean"].is_null().to_pylist() == [False, True, False]
    error = fits["error"][1].as_py()
    assert error.startswith('ModelError: series "b" (row 1), column') and error.endswith(told), error
    whole = rn.fit_many(model(), {"key": ["a", "c"], "counts": [[1, 2], [4, 4]]}, key="key", **QUICK)
    assert fits["rate_mean"].drop_null().equals(whole["rate_mean"])


@pytest.mark.parametrize("wrong", [-4.0, None, float("nan")])
def test_errors_of_single_numbers_name_key_and_entry_and_no_row_of_a_table_that_was_grouped(wrong):
    table = {"key": ["a", "b", "c", "b"], "counts": pa.array([1.0, 2.0, 3.0, wrong])}
    fits = rn.fit_many(model(), table, key="key", errors="column", **QUICK)
    assert fits["rate_mean"].is_null().to_pylist() == [False, True, False]
    told = fits["error"][1].as_py()
    assert told.startswith('ModelError: series "b", column') and " 1" in told
    # A null is seen before rows are grouped, and its row is the table's.
    place = r"column 'counts', row 3" if wrong is None else "column .*(entry|row) 1"
    with pytest.raises(rn.ModelError, match=f'^series "b", {place}'):
        rn.fit_many(model(), table, key="key", **QUICK)


def test_no_rows_are_no_rows():
    table = pa.table({"key": pa.array([], pa.string()), "counts": pa.array([], pa.list_(pa.int64()))})
    fits = rn.fit_many(model(), table, key="key", **QUICK)
    assert fits.num_rows == 0 and "rate_mean" in fits.column_names


def test_series_of_a_sorted_stream_cross_batches():
    from rainier.many import series_of_stream

    keys = np.repeat(["a", "b", "c", "d"], [5, 1, 7, 4])
    rows = pa.table({"key": keys, "x": np.arange(17)})
    for size in (1, 2, 3, 5, 17, 40):
        tables = list(series_of_stream(rows.to_batches(max_chunksize=size), ["key"], ["x"]))
        joined = pa.concat_tables(tables)
        assert joined["key"].to_pylist() == ["a", "b", "c", "d"]
        assert joined["x"].to_pylist() == [[*range(5)], [5], [*range(6, 13)], [*range(13, 17)]]


def stream(keys, size):
    from rainier.many import series_of_stream

    rows = pa.table({"key": pa.array(keys, pa.string()), "x": range(len(keys))})
    return list(series_of_stream(rows.to_batches(max_chunksize=size), ["key"], ["x"]))


@pytest.mark.parametrize("size", [1, 2, 3, 4])
def test_a_key_that_comes_again_after_its_series_ended_is_refused(size):
    with pytest.raises(rn.ModelError, match='sorted by key, got series "a" again after it had ended'):
        stream(["a", "b", "a", "b"], size)


@pytest.mark.parametrize("keys", [["a", "b", None], [None, "a"], ["a", None, "b"]])
@pytest.mark.parametrize("size", [1, 3])
def test_a_stream_without_a_key_is_refused(keys, size):
    with pytest.raises(rn.ModelError, match='column "key": must be a key, got null'):
        stream(keys, size)

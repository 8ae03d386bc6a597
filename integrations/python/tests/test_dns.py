"""Claims about DNS counts, and that the numbers are those of the command line."""

import csv
import gzip
import json
import os
import subprocess
from pathlib import Path

import numpy as np
import pandas as pd
import polars as pl
import pyarrow as pa
import pytest

import rainier as rn
from rainier import dns

ROOT = Path(__file__).parents[3]
COUNTS = ROOT / "examples" / "data" / "counts.csv.gz"


@pytest.fixture(scope="module")
def counts():
    with gzip.open(COUNTS, "rt") as lines:
        rows = list(csv.DictReader(lines))
    domains = [row["domain"] for row in rows]
    times = pd.to_datetime([row["timestamp"] for row in rows], utc=True)
    return pd.DataFrame({"domain": domains, "timestamp": times, "count": [int(row["count"]) for row in rows]})


def command(*arguments):
    """What the command line prints, as objects. `DNS_ANOMALY` says where the command is."""
    path = os.environ.get("DNS_ANOMALY")
    if path is None:
        pytest.skip("DNS_ANOMALY does not say where the command is")
    # Exit code 1 says that there are anomalies.
    run = subprocess.run([path, *arguments, "--json"], capture_output=True, text=True, check=False)
    assert run.returncode in (0, 1), run.stderr
    return [json.loads(line) for line in run.stdout.splitlines()]


def test_fits_are_those_of_the_command(counts):
    settings = {"draws": 200, "tune": 200, "chains": 2, "seed": 5}
    fits = dns.fit(dns.series(counts), **settings).to_pylist()
    told = command(
        "fit", str(COUNTS), "--draws", "200", "--warm-up", "200", "--chains", "2", "--seed", "5"
    )
    by_name = {(row["domain"], row["parameter"]): row for row in told}
    assert 2 * len(fits) == len(told)
    for fit in fits:
        # The command calls them by their place in its pair.
        for name, theirs in [("zero_prob", "0"), ("rate", "1")]:
            row = by_name.get((fit["domain"], name)) or by_name[fit["domain"], theirs]
            assert (fit[f"{name}_mean"], fit[f"{name}_q95"]) == (row["mean"], row["q95"])


@pytest.mark.parametrize(
    ("settings", "options"),
    [
        ({}, []),
        ({"min_count": 1}, ["--min-count", "1"]),
        ({"trend_weight": 0.75}, ["--reference", "trend", "--trend-weight", "0.75"]),
    ],
)
def test_deck_windows_are_those_of_the_command(counts, settings, options):
    found = dns.detect(counts, mode="deck", seed=5, **settings).to_pylist()
    told = command("detect", str(COUNTS), "--mode", "deck", "--seed", "5", *options)
    episodes = {(row["domain"], row["p"]) for row in told if "p" in row}
    assert found and {(row["domain"], row["p"]) for row in found} <= episodes


def test_planted_campaigns_are_on_top_in_both_modes(counts):
    truth = json.loads((ROOT / "examples" / "data" / "truth.json").read_text())
    planted = json.dumps(truth)
    for mode in ("calibrated", "deck"):
        first = dns.detect(counts, mode=mode).to_pylist()[0]
        assert first["rank"] == 1 and first["domain"] in planted


def test_every_kind_of_frame_gives_the_same_rows(counts):
    expected = dns.detect(counts)
    seconds = counts.assign(timestamp=counts["timestamp"].astype("int64") // 10**9)
    fractions = seconds.assign(timestamp=seconds["timestamp"].astype(float))
    shuffled = counts.sample(frac=1, random_state=1)
    for frame in (pl.from_pandas(counts), pa.Table.from_pandas(counts), seconds, fractions, shuffled):
        assert dns.detect(frame).equals(expected)


def test_series_are_filled_to_the_newest_bin():
    table = {"domain": ["b", "a", "a"], "timestamp": [7200, 0, 10799.5], "count": [1, 2, 3]}
    series = dns.series(table).to_pylist()
    assert [(row["domain"], row["counts"]) for row in series] == [("a", [2, 0, 3]), ("b", [1])]
    assert series[1]["start"].timestamp() == 7200
    before = dns.series({"domain": ["a", "a"], "timestamp": [-1, 1], "count": [1, 1]}).to_pylist()
    assert before[0]["start"].timestamp() == -3600 and before[0]["counts"] == [1, 1]


def test_the_hurdle_model_finds_its_share_and_rate():
    rng = np.random.default_rng(1)
    active, rate = 0.3, 4.0
    sizes = rng.poisson(rate, 100_000)
    sizes = sizes[sizes > 0][:2000]
    counts = np.where(rng.random(2000) < active, sizes, 0)
    row = dns.fit({"domain": ["a"], "counts": [counts.tolist()]}, model="hurdle").to_pylist()[0]
    assert abs(row["active_prob_mean"] - active) < 4 * row["active_prob_sd"]
    assert abs(row["rate_mean"] - rate) < 4 * row["rate_sd"]


def test_forecasts_are_the_talks():
    forecast = dns.croston({"domain": ["a", "b"], "counts": [[0, 0, 3, 0], [1, 1, 1, 1]]}, method="croston").to_pylist()
    assert forecast[1]["rate"] == pytest.approx(1) and forecast[0]["rate"] < 3
    with pytest.raises(rn.ModelError, match="method must be one of talk"):
        dns.croston({"domain": ["a"], "counts": [[1]]}, method="magic")


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ({"count": [1, -2]}, r'column "count", row 1: must be a count, got -2'),
        ({"count": [1, 0.5]}, r'column "count", row 1: must be a count, got 0.5'),
        ({"count": [1, float("nan")]}, r'column "count", row 1: must be a count, got NaN'),
        ({"count": [1, None]}, r'column "count", row 1: must be a number, got null'),
        ({"count": ["a", "b"]}, r'column "count" must hold numbers, got Utf8'),
        ({"timestamp": [0, None]}, r"column 'timestamp', row 1: must be a time, got null"),
        ({"timestamp": [0, float("nan")]}, r"column 'timestamp', row 1: must be a time, got nan"),
        ({"timestamp": ["a", "b"]}, r"column 'timestamp' must hold timestamps, dates or seconds"),
        ({"domain": ["a", None]}, r'column "domain", row 1: must be a key, got null'),
        ({"domain": None}, r"there must be a column 'domain'"),
    ],
)
def test_bad_input_is_one_error_that_names_column_and_row(change, message):
    table = {"domain": ["a", "a"], "timestamp": [0, 3600], "count": [1, 2]} | change
    table = {name: column for name, column in table.items() if column is not None}
    with pytest.raises(rn.ModelError, match=message):
        dns.detect(table, mode="deck")


def test_settings_of_another_mode_are_refused(counts):
    with pytest.raises(rn.ModelError, match="'references'"):
        dns.detect(counts, references=3)


def test_what_is_wrong_with_a_domain_is_told_with_its_name():
    log = {"domain": ["b", "a", "a"], "timestamp": [0, 0, 3600], "count": [1, 2, -3]}
    with pytest.raises(rn.ModelError, match='^series "a", column "counts", entry 1: must be a count, got -3'):
        dns.series(log)
    lists = {"domain": ["a", "b"], "counts": [[1], [1.0, float("nan")]]}
    with pytest.raises(rn.ModelError, match=r'^series "b" \(row 1\), column "counts", entry 1: must be a number, got NaN'):
        dns.croston(lists)
    with pytest.raises(rn.ModelError, match=r'^series "b" \(row 1\), column "counts": .*got -1'):
        dns.croston({"domain": ["a", "b"], "counts": [[1], [-1]]})
    for mode in ("deck", "calibrated"):
        with pytest.raises(rn.ModelError, match='column "count", row 2: must be a count, got -3'):
            dns.detect(log, mode=mode)


def test_fits_of_single_counts_keep_errors_by_domain():
    log = {"domain": ["a", "b", "a"], "counts": pa.array([1, 2, None])}
    fits = dns.fit(log, errors="column", draws=40, tune=40, chains=2, progress=False)
    assert fits["rate_mean"].is_null().to_pylist() == [True, False]
    assert fits["error"][0].as_py() == 'ModelError: series "a", column "counts", entry 1: must be a number, got null'

"""Opens what a trace wrote with the readers people use, and compares every number.

In: a folder written by `tests/written.rs`. Out: one line for each reader; fails at the first
difference. ArviZ 0.x reads CmdStan CSV and JSON, ArviZ 1.x the Zarr folder and, through cmdstanpy,
the CSV files; where cmdstanpy is missing, it says so.
"""
import glob
import json
import re
import sys
import warnings

import numpy as np

warnings.simplefilter("ignore")
import arviz as az

folder = sys.argv[1]
expected = json.load(open(f"{folder}/trace.json"))
walkers = json.load(open(f"{folder}/walkers.json"))
summary = json.load(open(f"{folder}/summary.json"))


def posterior(data):
    return data["posterior"] if not hasattr(data, "posterior") else data.posterior


def check(reader, data, expected, names):
    """Every draw, and the named statistics, are the numbers that were written."""
    for name, values in expected["posterior"].items():
        found = np.asarray(posterior(data)[name])
        assert np.array_equal(found, np.asarray(values)), (reader, name, found.shape)
    for ours, theirs in names.items():
        found = np.asarray(data["sample_stats"][theirs])
        assert np.array_equal(found, np.asarray(expected["sample_stats"][ours])), (reader, ours)
    print(f"{reader}: {len(expected['posterior'])} quantities, {len(names)} statistics agree")


def check_summary(data):
    """Diagnostics of the reader are ours."""
    rhat, bulk, tail = az.rhat(data), az.ess(data), az.ess(data, method="tail", prob=(0.05, 0.95))
    for name, ours in summary.items():
        for what, found in (("rhat", rhat), ("ess_bulk", bulk), ("ess_tail", tail)):
            found = float(posterior_of(found)[name])
            assert abs(found / ours[what] - 1) < 1e-9, (name, what, found, ours[what])
    print(f"diagnostics of {len(summary)} quantities agree")


def posterior_of(found):
    return found["posterior"] if "posterior" in getattr(found, "groups", ()) else found


def chains(model):
    """The files of a model in the order of its chains."""
    paths = glob.glob(f"{folder}/{model}-*.csv")
    return sorted(paths, key=lambda path: int(re.search(r"-(\d+)\.csv$", path).group(1)))


csv = chains("model")
own = {name: name for name in expected["sample_stats"]}
from_csv = {"lp": "lp", "acceptance_rate": "acceptance_rate", "energy": "energy",
            "step_size": "step_size", "tree_depth": "tree_depth", "n_steps": "n_steps",
            "diverging": "diverging"}
if hasattr(az, "from_cmdstan"):
    data = az.from_cmdstan(posterior=csv)
    check("from_cmdstan", data, expected, from_csv)
    check_summary(data)
    data = az.from_cmdstan(posterior=chains("ensemble"))
    check("from_cmdstan of walkers", data, walkers, {"lp": "lp"})
    check("from_json", az.from_json(f"{folder}/trace.json"), expected, own)
else:
    data = az.from_zarr(f"{folder}/trace.zarr")
    check("from_zarr", data, expected, own)
    check_summary(data)
    assert list(np.asarray(posterior(data)["draw"])) == list(range(posterior(data).sizes["draw"]))
    check("from_zarr of walkers", az.from_zarr(f"{folder}/walkers.zarr"), walkers,
          {name: name for name in walkers["sample_stats"]})
try:
    import pyarrow.parquet
    table = pyarrow.parquet.read_table(f"{folder}/trace.parquet").to_pydict()
except ImportError:
    print("skipped parquet: there is no pyarrow")
except FileNotFoundError:
    print("skipped parquet: it was written without the feature")
else:
    mu, r = (np.asarray(expected["posterior"][name]) for name in ("mu", "r"))
    chains_, draws_ = mu.shape
    assert list(table)[:6] == [".chain", ".iteration", ".draw", "mu", "r[1,1]", "r[2,1]"]
    assert table[".chain"] == [c + 1 for c in range(chains_) for _ in range(draws_)]
    assert table[".iteration"] == [d + 1 for _ in range(chains_) for d in range(draws_)]
    assert table[".draw"] == list(range(1, chains_ * draws_ + 1))
    assert np.array_equal(np.asarray(table["mu"]), mu.ravel())
    for i in range(2):
        for j in range(3):
            assert np.array_equal(np.asarray(table[f"r[{i + 1},{j + 1}]"]), r[:, :, i, j].ravel())
    print("parquet: every draw agrees")
try:
    import cmdstanpy
except ImportError:
    print("skipped cmdstanpy: it is not installed")
else:
    fit = cmdstanpy.from_csv(csv)
    adapted = json.load(open(f"{folder}/adapted.json"))
    assert np.array_equal(fit.step_size, adapted["step_size"]), fit.step_size
    assert np.array_equal(fit.inv_metric, np.asarray(adapted["metric"])), fit.inv_metric
    for name, values in expected["posterior"].items():
        found = fit.stan_variable(name).reshape(np.asarray(values).shape)
        assert np.array_equal(found, np.asarray(values)), ("cmdstanpy", name)
    print("cmdstanpy: draws and adaptation agree")
    cmdstanpy.from_csv(chains("dense"))
    if not hasattr(az, "from_cmdstan"):
        check("from_cmdstanpy", az.from_cmdstanpy(fit), expected, from_csv)

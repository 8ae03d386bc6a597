"""Claims about draws: arrays, tables, files, and other libraries' objects."""

import importlib.util

import numpy as np
import pytest

import rainier as rn
from rainier.trace import arrays_of


@pytest.fixture(scope="module")
def trace():
    model = rn.Model()
    effects = model.vector("effect", rn.Normal(0, 1), 3)
    model.fit(rn.Normal(effects[0], 1), [1.0, 2.0])
    model.report("sum", effects[0] + effects[1])
    model.predict("next", rn.Normal(effects[0], 1))
    return model.sample(draws=200, tune=300, chains=3, seed=1)


def test_arrays_go_by_chain_draw_and_number(trace):
    assert trace.shape == (3, 200) and trace.values.shape == (3, 200, 4)
    assert trace.labels == ["effect[0]", "effect[1]", "effect[2]", "sum"]
    assert np.array_equal(trace["effect"], trace.values[..., :3])
    assert np.array_equal(trace["effect[1]"], trace.values[..., 1])
    assert np.allclose(trace["sum"], trace["effect"][..., 0] + trace["effect"][..., 1])
    assert trace.predictions["next"].shape == (3, 200)
    with pytest.raises(KeyError):
        trace["nothing"]


def test_a_table_has_one_row_a_draw(trace):
    table = trace.to_arrow()
    assert table.num_rows == 600 and table.column_names == ["chain", "draw", *trace.labels]
    row = table.slice(2 * 200 + 7, 1).to_pylist()[0]
    assert (row["chain"], row["draw"]) == (2, 7) and row["sum"] == trace["sum"][2, 7]
    assert trace.to_pandas()["effect[2]"].mean() == pytest.approx(trace["effect"][..., 2].mean())


def test_a_summary_has_one_row_a_number(trace):
    summary = trace.summary()
    assert summary["name"].to_pylist() == trace.labels
    means = summary["mean"].to_numpy()
    assert np.allclose(means, trace.values.mean(axis=(0, 1)))
    assert str(trace).startswith("name") and "effect[0]" in repr(trace)


def test_statistics_say_how_draws_were_made(trace):
    statistics = trace.sample_stats
    assert statistics["n_steps"].min() >= 1 and statistics["diverging"].dtype == bool
    assert 0.6 < statistics["acceptance_rate"].mean() <= 1


def test_log_likelihoods_are_those_of_the_outcomes(trace):
    likelihood = trace.log_likelihood["Normal"]
    first = trace["effect"][..., 0]
    expected = -0.5 * np.log(2 * np.pi) - 0.5 * (1.0 - first) ** 2
    assert likelihood.shape == (3, 200, 2) and np.allclose(likelihood[..., 0], expected)


def test_names_with_two_places_become_two_axes():
    labels = [f"x[{i}][{j}]" for i in range(2) for j in range(3)] + ["y", "z[1]"]
    arrays = arrays_of(labels, np.arange(8.0))
    assert np.array_equal(arrays["x"], np.arange(6.0).reshape(2, 3))
    # There is no z[0], so that z is no array.
    assert arrays["y"] == 6 and arrays["z[1]"] == 7


def test_arviz_reads_the_draws(trace):
    if importlib.util.find_spec("arviz") is None:
        pytest.skip("arviz is not installed")
    import arviz

    read = trace.to_arviz(log_likelihood=True)
    posterior = read["posterior"]
    assert posterior["effect"].shape == (3, 200, 3)
    assert np.array_equal(np.asarray(posterior["sum"]), trace["sum"])
    assert np.array_equal(np.asarray(read["posterior_predictive"]["next"]), trace["next"])
    ours = trace.summary().to_pylist()[0]["ess_bulk"]
    theirs = float(np.asarray(arviz.ess(read)["effect"])[0])
    assert theirs == pytest.approx(ours, rel=1e-6)
    arviz.loo(read)


def test_a_zarr_folder_appears_and_is_never_replaced(trace, tmp_path):
    path = tmp_path / "trace.zarr"
    trace.to_zarr(path)
    assert (path / "posterior" / "effect" / "zarr.json").exists()
    with pytest.raises(OSError, match="not replaced"):
        trace.to_zarr(path)


def test_zarr_is_read_back_by_arviz(trace, tmp_path):
    arviz = pytest.importorskip("arviz")
    if not hasattr(arviz, "from_zarr") or importlib.util.find_spec("zarr") is None or arviz.__version__.startswith("0."):
        pytest.skip("needs ArviZ 1.x with zarr")
    trace.to_zarr(tmp_path / "trace.zarr")
    read = arviz.from_zarr(tmp_path / "trace.zarr")
    assert np.array_equal(np.asarray(read["posterior"]["effect"]), trace["effect"])


def test_cmdstan_files_are_one_a_chain(trace, tmp_path):
    paths = trace.to_cmdstan_csv(tmp_path, "effects")
    assert len(paths) == 3 and all("effect.1" in open(path).read() for path in paths)

"""Claims about models written in Python."""

import math

import numpy as np
import pandas as pd
import pyarrow as pa
import pytest

import rainier as rn

COUNTS = [3, 1, 4, 1, 5, 9, 2, 6]
QUICK = {"draws": 500, "tune": 500, "chains": 2, "seed": 1}


def gamma_poisson():
    model = rn.Model()
    rate = model.param("rate", rn.Gamma(2, 1))
    model.fit(rn.Poisson(rate), COUNTS)
    return model


def test_a_posterior_is_the_one_on_paper():
    trace = gamma_poisson().sample(draws=2000, tune=1000, chains=4, seed=1)
    shape, rate = 2 + sum(COUNTS), 1 + len(COUNTS)
    rows = trace.summary().to_pylist()
    assert abs(rows[0]["mean"] - shape / rate) < 5 * rows[0]["mcse_mean"]
    # The standard error of a standard deviation of n draws is about sd / sqrt(2 n).
    deviation = math.sqrt(shape) / rate
    assert abs(rows[0]["sd"] - deviation) < 5 * deviation / math.sqrt(2 * rows[0]["ess_bulk"])
    assert trace.warnings == []


def test_the_test_above_can_fail():
    row = gamma_poisson().sample(draws=2000, tune=1000, chains=4, seed=1).summary().to_pylist()[0]
    assert abs(row["mean"] - (3 + sum(COUNTS)) / (1 + len(COUNTS))) > 5 * row["mcse_mean"]


def test_lines_and_combinators_mean_the_same_bits():
    by_lines = gamma_poisson().sample(**QUICK)
    rate = rn.Gamma(2, 1).param("rate")
    by_values = rate.flat_map(lambda rate: rn.Poisson(rate).fit(COUNTS).map(lambda _: rate)).sample(**QUICK)
    assert np.array_equal(by_lines["rate"], by_values["rate"])


def test_draws_do_not_depend_on_threads():
    one, two = (gamma_poisson().sample(**QUICK, threads=threads).values for threads in (1, 2))
    assert np.array_equal(one, two)
    assert not np.array_equal(one, gamma_poisson().sample(**QUICK | {"seed": 2}).values)


def test_a_density_counts_once_however_often_it_is_used():
    rate = rn.Gamma(2, 1).param("rate")
    once, twice = rate.sample(**QUICK), rate.zip(rate).map(lambda pair: pair[0]).sample(**QUICK)
    assert np.array_equal(once["rate"], twice["rate"])


def test_constants_are_folded_with_pythons_operators():
    x = rn.Real(3)
    assert ((2 * x + 1 - x / 2) ** 2).constant == (2 * 3 + 1 - 3 / 2) ** 2
    assert (2**x).constant == 8 and (-x).constant == -3 and abs(-x).constant == 3 and (5 - x).constant == 2
    assert (x < 4).select(1, 0).constant == 1 and ((x < 4) & ~(x >= 3)).select(1, 0).constant == 0
    for name, expected in [("exp", math.exp), ("log", math.log), ("gammaln", math.lgamma), ("erf", math.erf)]:
        assert getattr(rn, name)(x).constant == pytest.approx(expected(3), rel=1e-14)
    assert rn.logsumexp([0, math.log(3)]).constant == pytest.approx(math.log(4))


def test_numpy_leaves_its_operators_to_expressions():
    assert (np.float64(2) * rn.Real(3)).constant == 6
    with pytest.raises(TypeError, match="unsupported operand"):
        np.ones(3) * rn.Real(3)


def test_a_condition_has_no_truth_before_there_is_a_draw():
    with pytest.raises(TypeError, match="select"):
        if rn.Real(1) < rn.Real(2):
            pass


def test_a_regression_is_written_with_columns():
    x = np.linspace(-1, 1, 50)
    y = 2 * x + 1 + np.random.default_rng(1).normal(0, 0.1, 50)
    model = rn.Model()
    intercept, slope = model.param("intercept", rn.Normal(0, 10)), model.param("slope", rn.Normal(0, 10))
    noise = model.param("noise", rn.HalfNormal(1))
    model.fit(rn.Normal(intercept + slope * rn.column("x"), noise), rn.column("y"))
    model.predict("at_two", rn.Normal(intercept + slope * 2, noise))
    compiled = model.compile()
    trace = compiled.sample({"x": x, "y": y}, **QUICK)
    fitted = np.polynomial.polynomial.polyfit(x, y, 1)
    assert trace["intercept"].mean() == pytest.approx(fitted[0], abs=0.02)
    assert trace["slope"].mean() == pytest.approx(fitted[1], abs=0.02)
    assert trace["at_two"].mean() == pytest.approx(fitted[0] + 2 * fitted[1], abs=0.1)
    # Another data set, the same compiled model.
    assert compiled.sample({"x": x, "y": -y}, **QUICK)["slope"].mean() == pytest.approx(-fitted[1], abs=0.02)


@pytest.mark.parametrize(
    "source",
    [np.asarray, pa.array, lambda x: pa.chunked_array([pa.array(x)]), pd.Series],
    ids=["numpy", "arrow", "chunked", "pandas"],
)
@pytest.mark.parametrize("is_late", [False, True], ids=["at once", "at binding"])
def test_doubles_are_read_where_they_lie(source, is_late):
    values = np.zeros(100)
    data = source(values)
    model = rn.Model()
    mean = model.param("mean", rn.Normal(0, 10))
    model.fit(rn.Normal(mean, 1), rn.column("x") if is_late else rn.column("x", data))
    # Nobody should: here it shows that there is no copy.
    values[:] = 3
    compiled = model.compile()
    trace = compiled.sample({"x": data}, **QUICK) if is_late else compiled.sample(**QUICK)
    assert trace["mean"].mean() == pytest.approx(3, abs=0.1)


def test_a_hierarchy_is_reported_as_one_array():
    model = rn.Model()
    mean, spread = model.param("mean", rn.Normal(0, 5)), model.param("spread", rn.HalfCauchy(5))
    effects = model.vector("effect", rn.Normal(mean, spread), 8)
    noises = [15, 10, 16, 11, 9, 11, 10, 18]
    for effect, noise, seen in zip(effects, noises, [28, 8, -3, 7, -1, 1, 18, 12], strict=True):
        model.fit(rn.Normal(effect, noise), seen)
    trace = model.sample(**QUICK, target_accept=0.9)
    assert trace["effect"].shape == (2, 500, 8)
    assert 2 < trace["mean"].mean() < 7


def test_predictions_are_drawn_anew_for_each_draw():
    model = gamma_poisson()
    rate = model.variable().value["rate"]
    model.predict("next", rn.Poisson(rate))
    model.predict("week", rn.Poisson(rate).draw().sum(7))
    trace = model.sample(**QUICK)
    spread = np.sqrt(trace["rate"].mean() + trace["rate"].var())
    assert abs(trace["next"].mean() - trace["rate"].mean()) < 5 * spread / math.sqrt(trace["next"].size)
    assert abs(trace["week"].mean() - 7 * trace["rate"].mean()) < 1


def test_a_prediction_changes_no_other_draw():
    model = gamma_poisson()
    alone = model.sample(**QUICK)["rate"]
    model.predict("next", rn.Poisson(model.variable().value["rate"]))
    assert np.array_equal(model.sample(**QUICK)["rate"], alone)


def test_priors_are_drawn_without_data():
    draws = gamma_poisson().prior_predictive(4000, seed=3)["rate"]
    assert abs(draws.mean() - 2) < 5 * math.sqrt(2 / 4000)


CONTINUOUS = {
    "AsymmetricLaplace": (0, 1, 2), "Beta": (2, 3), "BetaPrime": (2, 3), "Cauchy": (0, 1), "ChiSquared": (3,),
    "ExGaussian": (0, 1, 2),
    "Exponential": (2,), "Frechet": (3, 1), "Gamma": (2, 1), "Gumbel": (0, 1), "HalfCauchy": (1,), "HalfNormal": (1,),
    "HalfStudentT": (3, 1), "InverseGamma": (3, 1), "InverseGaussian": (1, 2), "Kumaraswamy": (2, 3), "Laplace": (0, 1),
    "Logistic": (0, 1), "LogitNormal": (0, 1), "LogNormal": (0, 1), "Normal": (0, 1), "Pareto": (1, 3),
    "Rayleigh": (1,), "SkewNormal": (0, 1, 2), "StudentT": (4, 0, 1), "Triangular": (0, 1, 3), "Uniform": (0, 2),
    "VonMises": (0, 2), "Weibull": (2, 1),
}  # fmt: skip
DISCRETE = {
    "Bernoulli": (0.3,), "BetaBinomial": (5, 2, 3), "Binomial": (5, 0.3), "Constant": (4,), "DiscreteUniform": (0, 5),
    "DiscreteWeibull": (0.5, 1), "Geometric": (0.3,), "Hypergeometric": (10, 4, 3), "LogSeries": (0.5,),
    "NegativeBinomial": (3, 2), "Poisson": (3,), "Skellam": (3, 2),
}  # fmt: skip


@pytest.mark.parametrize("name", CONTINUOUS)
def test_every_density_is_a_prior_whose_draws_have_its_median(name):
    prior = getattr(rn, name)(*CONTINUOUS[name])
    assert prior.name == name
    draws = prior.param("x").prior_predictive(4000, seed=1)["x"]
    # The share below the median is 1/2 with a standard error of 0.5 / sqrt(4000).
    assert abs((draws <= prior.quantile(0.5)).mean() - 0.5) < 5 * 0.5 / math.sqrt(4000)


@pytest.mark.parametrize("name", DISCRETE)
def test_every_distribution_of_counts_is_fitted_and_refused_as_a_prior(name):
    counts = getattr(rn, name)(*DISCRETE[name])
    middle = counts.quantile(0.5)
    assert counts.log_density(middle).constant > -math.inf
    with pytest.raises(rn.ModelError, match="a prior must have a density"):
        counts.param()


def test_the_tables_above_name_all_distributions():
    made = {name for name in rn.__all__ if name[0].isupper() and hasattr(rn.distributions, name)}
    apart = {"Categorical", "Distribution", "Mixture", "Real", "RandomVariable", "Generator"}
    assert made - apart == set(CONTINUOUS) | set(DISCRETE)


def test_what_is_made_of_distributions_has_the_formulas():
    ln_p = rn.Poisson(2).zero_inflated(0.5).log_density(0).constant
    assert math.exp(ln_p) == pytest.approx(0.5 + 0.5 * math.exp(-2))
    assert math.exp(rn.Poisson(2).hurdle(0.25).log_density(0).constant) == pytest.approx(0.75)
    assert rn.Normal(0, 1).truncated(low=0).quantile(0.5) == pytest.approx(rn.HalfNormal(1).quantile(0.5))
    assert math.exp(rn.Exponential(1).censored(high=2).log_density(2).constant) == pytest.approx(math.exp(-2))
    mixed = rn.Mixture([(0.25, rn.Normal(0, 1)), (0.75, rn.Normal(4, 1))])
    assert mixed.mean().constant == pytest.approx(3)
    amounts = rn.Gamma(2, 1).zero_inflated(0.25)
    assert math.exp(amounts.log_density(0).constant) == pytest.approx(0.25)
    with pytest.raises(rn.ModelError, match="counts alone"):
        rn.Mixture([(0.5, rn.Normal(0, 1)), (0.5, rn.Poisson(1))])


@pytest.mark.parametrize(
    ("make", "message"),
    [
        (lambda: rn.Normal(0, -1).param(), "Normal: standard_deviation must be positive and finite, got -1"),
        (lambda: rn.Poisson(1).fit([3, 0, -1]), "Poisson: the value in row 2 must be in the support, got -1"),
        (lambda: rn.Normal(0, 1).fit(np.array([1, np.nan])), "Normal: the value in row 1 must be a number, got NaN"),
        (lambda: rn.Normal(0, 1).fit([1, None]), "column \"data\", row 1: must be a number, got null"),
        (lambda: rn.Normal(0, 1).fit(["a"]), "column \"data\" must hold numbers, got Utf8"),
        (lambda: rn.Normal(0, 1).fit(rn.Real(1)), "must be fitted to data or to a column"),
        (lambda: rn.Normal(rn.Gamma(1, 1).param().value, 1).param(), "parameter"),
    ],
)
def test_mistakes_have_the_librarys_message(make, message):
    with pytest.raises(rn.ModelError) as raised:
        make().compile().sample()
    assert message in str(raised.value)


@pytest.mark.parametrize(
    ("settings", "message"),
    [
        ({"chains": 0}, "chains must be at least 1"),
        ({"target_accept": 1.5}, "strictly between 0 and 1, got 1.5"),
        ({"sampler": "gibbs"}, "sampler must be"),
        ({"data": {"nothing": [1]}}, "no column \"nothing\""),
    ],
)
def test_settings_out_of_range_are_told(settings, message):
    with pytest.raises(rn.ModelError, match=message):
        gamma_poisson().sample(**settings)


def test_a_number_of_a_model_must_be_one():
    with pytest.raises(TypeError, match="must be a number or a Real, got str"):
        rn.Normal("a", 1)

"""Distributions, by the names and parameters of the library.

In: numbers, or expressions of unknowns and columns. Out: a ``Distribution``, which becomes an unknown
(``param``), a likelihood (``fit``), a prediction (``draw``), or part of another distribution. Constructors
never fail: what a constant parameter breaks is told when the model is compiled.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from . import _native
from ._native import Generator, Real
from .data import to_column
from .model import RandomVariable

Number = float | Real


class Distribution:
    """A distribution of one number."""

    __slots__ = ("_native",)

    def __init__(self, native: _native.Distribution) -> None:
        self._native = native

    @property
    def name(self) -> str:
        return self._native.name

    def __repr__(self) -> str:
        return f"<{self.name}>"

    def param(self, name: str | None = None, *, centred: bool = False) -> RandomVariable[Real]:
        """A new unknown with this prior. ``centred`` is for effects of which data say much."""
        value, terms = self._native.param(centred)
        unknown = RandomVariable(value, terms)
        return unknown if name is None else unknown.named(name)

    def vector(self, count: int, name: str | None = None, *, centred: bool = False) -> RandomVariable[list[Real]]:
        """So many unknowns with this prior, called ``name[0]``, ``name[1]``, …"""
        unknowns = RandomVariable.sequence([self.param(centred=centred) for _ in range(count)])
        return unknowns if name is None else unknowns.named(name)

    def fit(self, data: Any) -> RandomVariable[None]:
        """Says that data are independent draws of this distribution: numbers, or a column."""
        return RandomVariable(None, self._native.fit(to_column(data)))

    def draw(self) -> Generator:
        """A number that is drawn anew for each draw of the posterior: a prediction."""
        return self._native.generator()

    def log_density(self, x: Number) -> Real:
        return self._native.log_density(x)

    def log_cumulative(self, x: Number) -> Real:
        """ln P(X ≤ x)."""
        return self._native.log_cumulative(x)

    def log_survival(self, x: Number) -> Real:
        """ln P(X > x)."""
        return self._native.log_survival(x)

    def quantile(self, probability: float) -> float:
        """The smallest x with P(X ≤ x) ≥ probability, for constant parameters."""
        return self._native.quantile(probability)

    def mean(self) -> Real | None:
        """The mean, where there is a formula for it."""
        return self._native.mean()

    def variance(self) -> Real | None:
        """The variance, where there is a formula for it."""
        return self._native.variance()

    def zero_inflated(self, zero_probability: Number) -> Distribution:
        """With this probability 0, whatever the distribution says."""
        return Distribution(self._native.zero_inflated(zero_probability))

    def hurdle(self, active_probability: Number) -> Distribution:
        """With this probability as the distribution is given that it is not 0, else 0."""
        return Distribution(self._native.hurdle(active_probability))

    def constant_inflated(self, constant: Number, probability: Number) -> Distribution:
        """With this probability the constant, whatever the distribution says."""
        return Distribution(self._native.constant_inflated(constant, probability))

    def zero_truncated(self) -> Distribution:
        """Given that it is not 0."""
        return Distribution(self._native.zero_truncated())

    def truncated(self, low: Number | None = None, high: Number | None = None) -> Distribution:
        """Given that it lies from low to high, both included."""
        return Distribution(self._native.truncated(low, high))

    def censored(self, low: Number | None = None, high: Number | None = None) -> Distribution:
        """Recorded as low where it is below, as high where it is above."""
        return Distribution(self._native.censored(low, high))

    def affine(self, location: Number, scale: Number) -> Distribution:
        """The distribution of location + scale · X."""
        return Distribution(self._native.affine(location, scale))

    def exp_transformed(self) -> Distribution:
        """The distribution of e^X."""
        return Distribution(self._native.exp_transformed())


def _of(name: str, *parameters: Number) -> Distribution:
    return Distribution(_native.distribution(name, list(parameters)))


def AsymmetricLaplace(location: Number, scale: Number, asymmetry: Number) -> Distribution:
    """Quantile regression: ``location`` is the quantile p = asymmetry² / (1 + asymmetry²)."""
    return _of("AsymmetricLaplace", location, scale, asymmetry)


def Bernoulli(probability: Number) -> Distribution:
    return _of("Bernoulli", probability)


def Beta(a: Number, b: Number) -> Distribution:
    return _of("Beta", a, b)


def BetaBinomial(trials: Number, a: Number, b: Number) -> Distribution:
    return _of("BetaBinomial", trials, a, b)


def BetaPrime(a: Number, b: Number) -> Distribution:
    return _of("BetaPrime", a, b)


def Binomial(trials: Number, probability: Number) -> Distribution:
    return _of("Binomial", trials, probability)


def Categorical(probabilities: Sequence[Number]) -> Distribution:
    """0, 1, 2, … with these probabilities."""
    return Distribution(_native.categorical(list(probabilities)))


def Cauchy(location: Number, scale: Number) -> Distribution:
    return _of("Cauchy", location, scale)


def ChiSquared(degrees_of_freedom: Number) -> Distribution:
    return _of("ChiSquared", degrees_of_freedom)


def Constant(value: Number) -> Distribution:
    return _of("Constant", value)


def DiscreteUniform(low: Number, high: Number) -> Distribution:
    return _of("DiscreteUniform", low, high)


def DiscreteWeibull(q: Number, shape: Number) -> Distribution:
    return _of("DiscreteWeibull", q, shape)


def ExGaussian(mean: Number, standard_deviation: Number, rate: Number) -> Distribution:
    return _of("ExGaussian", mean, standard_deviation, rate)


def Exponential(rate: Number) -> Distribution:
    return _of("Exponential", rate)


def Frechet(shape: Number, scale: Number) -> Distribution:
    return _of("Frechet", shape, scale)


def Gamma(shape: Number, scale: Number) -> Distribution:
    """Mean shape · scale."""
    return _of("Gamma", shape, scale)


def Geometric(probability: Number) -> Distribution:
    """Failures before the first success."""
    return _of("Geometric", probability)


def Gumbel(location: Number, scale: Number) -> Distribution:
    return _of("Gumbel", location, scale)


def HalfCauchy(scale: Number) -> Distribution:
    return _of("HalfCauchy", scale)


def HalfNormal(scale: Number) -> Distribution:
    return _of("HalfNormal", scale)


def HalfStudentT(degrees_of_freedom: Number, scale: Number) -> Distribution:
    return _of("HalfStudentT", degrees_of_freedom, scale)


def Hypergeometric(population: Number, successes: Number, draws: Number) -> Distribution:
    return _of("Hypergeometric", population, successes, draws)


def InverseGamma(shape: Number, scale: Number) -> Distribution:
    return _of("InverseGamma", shape, scale)


def InverseGaussian(mean: Number, shape: Number) -> Distribution:
    return _of("InverseGaussian", mean, shape)


def Kumaraswamy(a: Number, b: Number) -> Distribution:
    return _of("Kumaraswamy", a, b)


def Laplace(location: Number, scale: Number) -> Distribution:
    return _of("Laplace", location, scale)


def Logistic(location: Number, scale: Number) -> Distribution:
    return _of("Logistic", location, scale)


def LogitNormal(location: Number, scale: Number) -> Distribution:
    return _of("LogitNormal", location, scale)


def LogNormal(location: Number, scale: Number) -> Distribution:
    return _of("LogNormal", location, scale)


def LogSeries(p: Number) -> Distribution:
    return _of("LogSeries", p)


def Mixture(components: Sequence[tuple[Number, Distribution]]) -> Distribution:
    """One of several distributions, each with its probability; they must sum to one."""
    return Distribution(_native.mixture([(weight, part._native) for weight, part in components]))


def NegativeBinomial(mean: Number, dispersion: Number) -> Distribution:
    """Variance mean + mean² / dispersion."""
    return _of("NegativeBinomial", mean, dispersion)


def Normal(mean: Number, standard_deviation: Number) -> Distribution:
    return _of("Normal", mean, standard_deviation)


def Pareto(scale: Number, shape: Number) -> Distribution:
    return _of("Pareto", scale, shape)


def Poisson(rate: Number) -> Distribution:
    return _of("Poisson", rate)


def Rayleigh(scale: Number) -> Distribution:
    return _of("Rayleigh", scale)


def Skellam(first_rate: Number, second_rate: Number) -> Distribution:
    """The difference of two Poisson counts."""
    return _of("Skellam", first_rate, second_rate)


def SkewNormal(location: Number, scale: Number, shape: Number) -> Distribution:
    return _of("SkewNormal", location, scale, shape)


def StudentT(degrees_of_freedom: Number, location: Number, scale: Number) -> Distribution:
    return _of("StudentT", degrees_of_freedom, location, scale)


def Triangular(low: Number, mode: Number, high: Number) -> Distribution:
    return _of("Triangular", low, mode, high)


def Uniform(low: Number, high: Number) -> Distribution:
    return _of("Uniform", low, high)


def VonMises(mean_direction: Number, concentration: Number) -> Distribution:
    return _of("VonMises", mean_direction, concentration)


def Weibull(shape: Number, scale: Number) -> Distribution:
    return _of("Weibull", shape, scale)

"""Writes the table of log densities at large counts, shapes and rates that a test compares with.

In: the number of random points for each distribution (14 in the table kept here). Out, on standard
output: one row for each point, `name,parameters,x,answers,changes`, lists separated by spaces; the answers are
ln p and its derivatives by the parameters and, unless it is a count, x. All numbers are doubles
rounded once from 60 digits, and x and the parameters are exactly the doubles written. Points lie at
the mean, some standard deviations beside it, and far off; the seed is fixed. Where a distribution
computes its shapes from other parameters, hence with a rounding, the changes say what one unit in
the last place of x changes in each answer; elsewhere the list is empty.

    pip install mpmath==1.3.0
    python3 large_arguments.py 14 > large_arguments.csv
"""

import random
import sys

from mpmath import digamma, log, loggamma, mp, mpf

mp.dps = 60


def spread(low, high):
    """Uniform in the logarithm to base 10."""
    return 10 ** random.uniform(low, high)


def beside(mean, deviation):
    """At a mean, some standard deviations beside it, or by a factor beside it."""
    steps = random.choice([0, random.uniform(-6, 6), random.uniform(-40, 40)])
    if random.random() < 0.2:
        return float(mean * spread(-2, 0.3))
    return float(mean + steps * deviation)


def gamma(shape, rate, x):
    """ln p and its derivatives by shape, rate and x."""
    value = shape * log(rate) - loggamma(shape) + (shape - 1) * log(x) - rate * x
    by_shape = log(rate) - digamma(shape) + log(x)
    return [value, by_shape, shape / rate - x, (shape - 1) / x - rate]


def gamma_by_scale(shape, scale, x):
    value, by_shape, by_rate, by_x = gamma(shape, 1 / scale, x)
    return [value, by_shape, -by_rate / scale**2, by_x]


def gamma_by_moments(mean, deviation, x):
    shape, rate = (mean / deviation) ** 2, mean / deviation**2
    value, by_shape, by_rate, by_x = gamma(shape, rate, x)
    by_mean = by_shape * 2 * shape / mean + by_rate * rate / mean
    by_deviation = -(by_shape * 2 * shape + by_rate * 2 * rate) / deviation
    return [value, by_mean, by_deviation, by_x]


def beta(a, b, x):
    """ln p and its derivatives by a, b and x."""
    total = a + b
    value = loggamma(total) - loggamma(a) - loggamma(b) + (a - 1) * log(x) + (b - 1) * log(1 - x)
    by_a = digamma(total) - digamma(a) + log(x)
    by_b = digamma(total) - digamma(b) + log(1 - x)
    return [value, by_a, by_b, (a - 1) / x - (b - 1) / (1 - x)]


def beta_by_mean(mean, precision, x):
    value, by_a, by_b, by_x = beta(mean * precision, (1 - mean) * precision, x)
    return [value, precision * (by_a - by_b), mean * by_a + (1 - mean) * by_b, by_x]


def beta_prime(a, b, x):
    """ln p and its derivatives by a, b and x."""
    value = loggamma(a + b) - loggamma(a) - loggamma(b) + (a - 1) * log(x) - (a + b) * log(1 + x)
    by_a = digamma(a + b) - digamma(a) + log(x / (1 + x))
    by_b = digamma(a + b) - digamma(b) - log(1 + x)
    return [value, by_a, by_b, (a - 1) / x - (a + b) / (1 + x)]


def poisson(rate, k):
    return [k * log(rate) - rate - loggamma(k + 1), k / rate - 1]


def binomial(n, p, k):
    ways = loggamma(n + 1) - loggamma(k + 1) - loggamma(n - k + 1)
    by_n = digamma(n + 1) - digamma(n - k + 1) + log(1 - p)
    return [ways + k * log(p) + (n - k) * log(1 - p), by_n, k / p - (n - k) / (1 - p)]


def geometric(p, k):
    return [log(p) + k * log(1 - p), 1 / p - k / (1 - p)]


def negative_binomial(r, p, k):
    """p is the probability of the event waited for."""
    ways = loggamma(k + r) - loggamma(r) - loggamma(k + 1)
    by_r = digamma(k + r) - digamma(r) + log(p)
    return [ways + r * log(p) + k * log(1 - p), by_r, r / p - k / (1 - p)]


def negative_binomial_by_mean(mean, r, k):
    value, by_r, by_p = negative_binomial(r, r / (r + mean), k)
    by_mean = -by_p * r / (r + mean) ** 2
    return [value, by_mean, by_r + by_p * mean / (r + mean) ** 2]


def points():
    """Name, formula, parameters and x of random points, without end."""
    shape, rate, scale = spread(0, 9), spread(-6, 6), spread(-6, 6)
    yield "Gamma", gamma, (shape, rate), beside(shape / rate, shape**0.5 / rate)
    yield "Gamma by scale", gamma_by_scale, (shape, scale), beside(shape * scale, shape**0.5 * scale)
    mean = spread(-3, 6)
    deviation = mean / spread(0, 4.5)
    yield "Gamma by moments", gamma_by_moments, (mean, deviation), beside(mean, deviation)

    a, b = spread(0, 9), spread(0, 9)
    mean = a / (a + b)
    deviation = (mean * (1 - mean) / (a + b + 1)) ** 0.5
    yield "Beta", beta, (a, b), beside(mean, deviation)
    precision = spread(0, 9)
    deviation = (mean * (1 - mean) / (precision + 1)) ** 0.5
    yield "Beta by mean", beta_by_mean, (mean, precision), beside(mean, deviation)

    rate = random.choice([float(round(spread(0, 9))), spread(0, 9)])
    yield "Poisson", poisson, (rate,), round(beside(rate, rate**0.5))

    n, p = round(spread(0, 9)), random.choice([random.random(), spread(-9, 0)])
    k = min(n, round(beside(n * p, (n * p * (1 - p)) ** 0.5)))
    yield "Binomial", binomial, (float(n), p), k

    p = spread(-9, 0)
    yield "Geometric", geometric, (p,), round(random.choice([1, spread(-2, 1)]) / p)

    r, p = spread(-2, 9), random.choice([random.random(), spread(-6, 0)])
    mean = r * (1 - p) / p
    k = round(min(beside(mean, (mean / p) ** 0.5), 1e12))
    yield "NegativeBinomial", negative_binomial, (r, p), k
    mean = spread(0, 9)
    k = round(beside(mean, (mean + mean**2 / r) ** 0.5))
    yield "NegativeBinomial by mean", negative_binomial_by_mean, (mean, r), k


def odds():
    """The same of odds."""
    a, b = spread(0, 9), spread(1, 9)
    deviation = (a * (a + b) / b**3) ** 0.5
    yield "BetaPrime", beta_prime, (a, b), beside(a / b, deviation)


# Where the shapes, or the share that x is the odds of, are rounded.
ROUNDED = ["Gamma by moments", "Beta by mean", "BetaPrime"]


def main():
    for source in [points, odds]:
        random.seed(1)
        write(source)


def write(points):
    written = {}
    count = int(sys.argv[1])
    while not written or min(written.values()) < count:
        for name, formula, parameters, x in points():
            is_count = not name.startswith(("Gamma", "Beta"))
            inside = x >= 0 if is_count else x > 0 and (x < 1 or not name.startswith("Beta ") and name != "Beta")
            if not inside or written.get(name, 0) == count:
                continue
            written[name] = written.get(name, 0) + 1
            given = list(map(mpf, parameters))
            answers = formula(*given, mpf(x))
            moved = formula(*given, mpf(x) * (1 + mpf(2) ** -52)) if name in ROUNDED else []
            changes = [abs(there - here) for there, here in zip(moved, answers)]
            lists = [parameters, [x], answers, changes]
            cells = [" ".join(repr(float(value)) for value in values) for values in lists]
            print(",".join([name, *cells]))


main()

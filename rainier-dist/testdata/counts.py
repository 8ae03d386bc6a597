"""Writes the table of log probabilities of counts that a test compares with.

In: nothing. Out, on standard output: one row for each point, `name,parameters,x,value,slopes,tails`,
lists separated by spaces: ln p, its derivatives by those parameters that need not be whole, and ln
of both tails, P(X <= x) and P(X > x). Numbers are doubles rounded once from 60 digits; tails that
would take too long to add up are left out. Parameters and x are exactly the doubles written.

    pip install mpmath==1.3.0
    python3 counts.py > counts.csv
"""

from mpmath import exp, expm1, inf, log, log1p, loggamma, mp, mpf

mp.dps = 60


def ln_choose(n, k):
    return loggamma(n + 1) - loggamma(k + 1) - loggamma(n - k + 1)


def ln_beta(a, b):
    return loggamma(a) + loggamma(b) - loggamma(a + b)


def bernoulli_by_logit(eta, k):
    return -log1p(exp(-eta)) if k == 1 else -log1p(exp(eta))


def binomial_by_logit(n, eta, k):
    return ln_choose(n, k) - k * log1p(exp(-eta)) - (n - k) * log1p(exp(eta))


def poisson_by_logarithm(eta, k):
    return k * eta - exp(eta) - loggamma(k + 1)


def beta_binomial(n, a, b, k):
    return ln_choose(n, k) + ln_beta(k + a, n - k + b) - ln_beta(a, b)


def hypergeometric(population, successes, draws, k):
    return (
        ln_choose(successes, k)
        + ln_choose(population - successes, draws - k)
        - ln_choose(population, draws)
    )


def discrete_uniform(low, high, k):
    return -log(high - low + 1)


def discrete_weibull(q, shape, k):
    return log(q ** (k**shape) - q ** ((k + 1) ** shape))


def log_series(p, k):
    return k * log(p) - log(k) - log(-log1p(-p))


def skellam(first, second, k):
    product = first * second
    if k < 0:
        first, second, k = second, first, -k
    # The Bessel function by its series, which has all digits for large orders, too.
    return -first - second + k * log(first) - loggamma(k + 1) + ln_series(k + 1, product)


def skellam_tails(first, second, k):
    """ln of both tails: a Poisson count of the one rate for each number of events of the other."""
    digits = mp.dps
    mp.dps = 1500 if min(first, second) < 1 else 400
    middle = mp.sqrt(first * second)
    last = int(second + 60 * mp.sqrt(second) + 60 + abs(k) + 2 * middle)
    term = exp(-first)
    until = []
    for i in range(last + abs(int(k)) + 1):
        until.append(term + (until[-1] if until else 0))
        term *= first / (i + 1)
    below = above = mpf(0)
    share = exp(-second)
    for j in range(last):
        place = int(k) + j
        most = until[place] if place >= 0 else mpf(0)
        below += share * most
        above += share * (1 - most)
        share *= second / (j + 1)
    mp.dps = digits
    return [log(tail) if tail < 0.5 else log1p(-other) for tail, other in [(below, above), (above, below)]]


def ln_series(b, z):
    """ln 0F1(; b; z), by its terms."""
    total = term = mpf(1)
    j = 0
    while term > total * mpf(10) ** -65:
        j += 1
        term *= z / (j * (b + j - 1))
        total += term
    return log(total)


def ordered_logistic(eta, first, second, third, k):
    share = lambda cut: 1 / (1 + exp(eta - cut))
    ends = [mpf(0), share(first), share(second), share(third), mpf(1)]
    return log(ends[int(k) + 1] - ends[int(k)])


def zero_truncated(rate, k):
    return k * log(rate) - loggamma(k + 1) - log(expm1(rate))


# Name, formula, first and last count (none: unbounded; letters as `ends` says), places of whole
# parameters, and parameters with the counts looked at.
POINTS = [
    ("Bernoulli by logit", bernoulli_by_logit, 0, 1, [], [
        ((0.3,), [0, 1]), ((-800.0,), [0, 1]), ((40.0,), [0, 1]), ((800.0,), [0, 1]), ((1e-9,), [1]),
    ]),
    ("Binomial by logit", binomial_by_logit, 0, "n", [0], [
        ((10.0, 0.3), [0, 3, 10]), ((20.0, 40.0), [19, 20]), ((20.0, -600.0), [0, 1, 20]),
        ((30.0, 900.0), [29, 30, 2]), ((1000.0, 3.0), [950, 990, 1000]),
        ((1e9, -1.0), [268900000]), ((1e9, 15.0), [999999694, 999999000]),
    ]),
    ("Poisson by logarithm", poisson_by_logarithm, 0, None, [], [
        ((1.4,), [0, 3, 50]), ((-690.0,), [0, 1]), ((-2000.0,), [0, 2]), ((20.7,), [977330394, 976000000]),
        ((600.0,), [0]),
    ]),
    ("BetaBinomial", beta_binomial, 0, "n", [0], [
        ((10.0, 1.7, 2.4), [0, 3, 10]), ((10.0, 1e-6, 3.0), [0, 1, 9]), ((100.0, 1e9, 3e9), [0, 25, 60]),
        ((1000.0, 0.5, 0.25), [0, 3, 500, 1000]), ((1e9, 1.0, 1.0), [0, 5, 400000000]),
        ((1e9, 2e8, 3e9), [62500000, 62600000, 60000000]), ((1e6, 1e-3, 1e4), [0, 1, 300]),
        ((3.0, 1e-30, 1.0), [0, 1, 3]), ((50.0, 1e15, 1e12), [50, 49, 45]),
    ]),
    ("Hypergeometric", hypergeometric, "l", "h", [0, 1, 2], [
        ((50.0, 17.0, 12.0), [0, 3, 12]), ((1000.0, 900.0, 600.0), [500, 540, 599]),
        ((1e9, 3e8, 1e6), [300000, 301000, 280000]), ((1e15, 4e14, 1e9), [400000000, 400100000]),
        ((1e12, 5.0, 1e11), [0, 1, 5]), ((20.0, 20.0, 5.0), [5]), ((1e4, 5e3, 4e3), [2000, 2100, 1500]),
    ]),
    ("DiscreteUniform", discrete_uniform, "a", "b", [0, 1], [
        ((-3.0, 8.0), [-3, 2, 8]), ((5.0, 5.0), [5]), ((0.0, 1e12), [0, 10, 999999999999]),
    ]),
    ("DiscreteWeibull", discrete_weibull, 0, None, [], [
        ((0.7, 0.9), [0, 3, 40]), ((0.999999, 0.3), [0, 10, 10**9]), ((1e-9, 2.0), [0, 1, 3]),
        ((0.5, 0.01), [0, 1000, 10**12]), ((0.9, 3.0), [0, 2, 12]),
        ((1 - 2.0**-40, 1.0), [0, 10**12]),
    ]),
    ("LogSeries", log_series, 1, None, [], [
        ((0.7,), [1, 3, 60]), ((1e-9,), [1, 2, 5]), ((1 - 2.0**-30,), [1, 1000, 10**8]),
        ((0.999,), [1, 50, 9000]), ((0.1,), [1, 20]), ((1e-30,), [1]),
    ]),
    ("Skellam", skellam, None, None, [], [
        ((4.0, 2.5), [-2, 0, 1, 9, -40]), ((1e-8, 3.0), [-3, 0, 1, 2]), ((1e3, 1e3), [0, 10, -50, 200]),
        ((1e5, 10.0), [99990, 100500, 0]), ((30.0, 20.0), [10, -30]), ((1e-30, 1e-30), [0, 1, -1]),
        ((2e4, 1e4), [10000, 10500]), ((1e-200, 1e-200), [0, 1, -2]), ((1e-200, 3.0), [0, 1, -3]),
        ((3.0, 1e-300), [-1, 0, 4]), ((1e-120, 1e-135), [0, 3, -1]),
    ]),
    ("OrderedLogistic", ordered_logistic, 0, 3, [], [
        ((0.3, -1.0, 0.4, 2.5), [0, 1, 2, 3]), ((60.0, -1.0, 0.4, 2.5), [0, 1, 2, 3]),
        ((-60.0, -1.0, -0.9999999999, 2.5), [0, 1, 2, 3]),
    ]),
    ("ZeroTruncated", zero_truncated, 1, None, [], [
        ((1.3,), [1, 2, 30]), ((1e-12,), [1, 2, 3]), ((200.0,), [1, 120, 200, 300]),
    ]),
]

# Tails by their formulas, where sums would be long.
LONGEST = 20000


def tails(name, formula, parameters, low, high, k):
    """ln of both tails, or nothing."""
    if name == "Skellam":
        return skellam_tails(*parameters, k)
    if name == "DiscreteWeibull":
        q, shape = parameters
        above = (k + 1) ** shape * log(q)
        return [log(-expm1(above)), above]
    if name == "DiscreteUniform":
        number = high - low + 1
        above = log((high - k) / number) if k < high else -inf
        return [log((k - low + 1) / number), above]
    # Shares of logits beyond 700 are no doubles.
    if low is None or k - low > LONGEST or ("by log" in name and abs(parameters[-1]) > 700):
        return []
    below = sum(exp(formula(*parameters, mpf(i))) for i in range(int(low), int(k) + 1))
    if high is None:
        above = mpf(0)
        i = k + 1
        while True:
            term = exp(formula(*parameters, mpf(i)))
            above += term
            if term < above * mpf(10) ** -25:
                break
            i += 1
            if i - k > LONGEST:
                return []
    elif high - k > LONGEST:
        return []
    else:
        above = sum(exp(formula(*parameters, mpf(i))) for i in range(int(k) + 1, int(high) + 1))
    # Whichever is larger may have lost its distance from 1.
    return [log(below) if below < 0.5 else log1p(-above), log(above) if above > 0 else -inf]


def ends(low, high, parameters):
    if low == "l":
        population, successes, draws = parameters
        return max(0, draws + successes - population), min(draws, successes)
    if low == "a":
        return parameters
    return low, parameters[0] if high == "n" else high


def main():
    for name, formula, low, high, whole, cases in POINTS:
        for numbers, xs in cases:
            parameters = [mpf(number) for number in numbers]
            first, last = ends(low, high, parameters)
            for x in xs:
                k = mpf(x)
                value = formula(*parameters, k)
                slopes = []
                for index in range(len(parameters)):
                    if index not in whole:
                        of = lambda t: formula(*parameters[:index], t, *parameters[index + 1 :], k)
                        step = parameters[index] * mpf(10) ** -20
                        # A step of a tiny rate is far smaller than what it changes.
                        mp.dps = 110 if parameters[index] > 1e-50 else 450
                        slopes.append((of(parameters[index] + step) - of(parameters[index] - step)) / (2 * step))
                        mp.dps = 60
                both = tails(name, formula, parameters, first, last, k)
                lists = [numbers, [x], [value], slopes, both]
                cells = [" ".join(repr(float(v)) for v in values) for values in lists]
                print(",".join([name, *cells]))


main()

"""Writes the table of reference values that tests of the vector kernels read.

In: the number of random arguments for each function (220 in the table kept here). Out, on standard
output: one row for each value, `function,x,y,value,rest`; value is the nearest double, rest what
it leaves out, both from mpmath with 60 digits (more where digits cancel). Random arguments have a
fixed seed and crowd around roots, poles, changes of formula and the ends of the range.

    pip install mpmath==1.3.0
    python3 kernels.py 220 > kernels.csv
"""

import random
import struct
import sys

from mpmath import exp, expm1, inf, log, log1p, loggamma, mp, mpf, psi, tanh

LARGEST = sys.float_info.max
SMALLEST = 5e-324
NORMAL = sys.float_info.min
ROOT = 1.4616321449683622


def neighbours(x, steps=(1, 2, 3)):
    """A positive number and some doubles next to it."""
    bits = struct.unpack("<q", struct.pack("<d", x))[0]
    near = [bits + sign * step for step in steps for sign in (-1, 1)]
    return [x] + [struct.unpack("<d", struct.pack("<q", b))[0] for b in near if b >= 0]


def either_sign(numbers):
    return [sign * x for x in numbers for sign in (1, -1)]


def uniform(a, b):
    return lambda: random.uniform(a, b)


def spread(low, high):
    """Uniform in the logarithm to base 10."""
    return lambda: 10.0 ** random.uniform(low, high)


def around(centre):
    """Close to a number, at distances of all sizes."""
    return lambda: centre + random.choice((-1, 1)) * 10.0 ** random.uniform(-16, -0.5)


def minus(draw):
    return lambda: -draw()


def subnormal():
    return SMALLEST * random.randrange(1, 2**random.randrange(1, 53))


def logistic(x):
    return 1 / (1 + exp(-x))


def ln_one_minus_exp(x):
    return log(-expm1(x)) if x > -1 else log1p(-exp(x))


ENDS = [SMALLEST, NORMAL, 1e-300, 1e-18, 0.5, 1.0, 2.0, 1e9, 1e300, LARGEST]
POWERS_OF_2 = [2.0**-0.5, 2.0**0.5, 0.75, 1.5, 3.0, 4.0]
SMALL = either_sign([SMALLEST, NORMAL, 1e-300, 1e-18, 2.0**-54, 2.0**-53, 1e-9])

# Name, function, fixed arguments, ways to draw others.
ONE_ARGUMENT = [
    (
        "exp",
        exp,
        SMALL + [709.782712893384, -708.3964185322641, -745.1332191019411, -745.13, -744.0],
        [uniform(-745.13, 709.78), uniform(-2, 2), uniform(-745.1, -708), around(0.0), around(0.34657359)],
    ),
    (
        "ln",
        log,
        sum((neighbours(x) for x in ENDS + POWERS_OF_2 if x < LARGEST), [LARGEST]),
        [spread(-307, 308), uniform(0.5, 2), around(1.0), subnormal, around(0.70710678), around(1.41421356)],
    ),
    (
        "ln_1p",
        log1p,
        SMALL + [1e9, 1e15, 9007199254740993.0, 1e17, 1e300, LARGEST, -0.9999999999999999, -0.5, 1.0],
        [uniform(-1, 3), spread(-20, 300), minus(spread(-20, 0)), around(-0.29289321), around(0.41421356), around(1.0)],
    ),
    (
        "exp_m1",
        expm1,
        SMALL + [709.782712893384, -36.0, -37.5, -50.0, -745.0],
        [uniform(-3, 3), uniform(-40, 709.78), spread(-20, 0), minus(spread(-20, 0)), around(0.34657359), around(-0.34657359)],
    ),
    ("logistic", logistic, SMALL + [-745.0, -709.0, 36.7, 37.0, 745.0], [uniform(-745, 40), uniform(-5, 5), around(0.0)]),
    ("softplus", lambda x: log1p(exp(x)), SMALL + [-745.0, -709.0, 37.0, 1e9, 1e300], [uniform(-745, 40), uniform(-5, 5), around(0.0)]),
    (
        "ln_one_minus_exp",
        ln_one_minus_exp,
        [x for x in SMALL if x < 0] + [-0.6931471805599453, -37.0, -709.0, -745.0],
        [minus(spread(-20, 2.87)), uniform(-3, 0), around(-0.6931471805599453), around(-1.2279471773)],
    ),
    ("tanh", tanh, SMALL + [19.0, -19.0, 22.0, 1e300], [uniform(-3, 3), spread(-20, 1.3), minus(spread(-20, 1.3))]),
    (
        "ln_gamma",
        loggamma,
        sum((neighbours(x) for x in [0.5, 1.0, 1.5, 2.0, 2.5, 3.0, 4.0]), [SMALLEST, NORMAL, 1e-300, 1e-20, 1e9, 1e15, 1e300, 2.5e305]),
        [uniform(0, 3), around(1.0), around(2.0), around(2.5), around(0.5), around(1.5), uniform(2.5, 30), spread(-300, 305), spread(0.3, 6)],
    ),
    (
        "digamma",
        lambda x: psi(0, x),
        sum((neighbours(x) for x in [0.5, 1.0, ROOT, 2.0, 3.0]), [NORMAL, 1e-300, 1e-20, 1e9, 1e15, 1e300, LARGEST]),
        [uniform(0, 3), around(ROOT), around(1.0), around(2.0), around(0.5), uniform(2, 30), spread(-300, 305), spread(0.3, 6)],
    ),
]


def log_add_exp(x, y):
    return log(exp(x) + exp(y))


def log_diff_exp(x, y):
    return x + ln_one_minus_exp(y - x)


def logistic_difference(x, y):
    return logistic(x - y)


def ln_beta(x, y):
    with mp.workdps(150):
        return loggamma(x) + loggamma(y) - loggamma(x + y)


def ln_rising_factorial(x, step):
    with mp.workdps(150):
        return loggamma(x + step) - loggamma(x)


def digamma_difference(x, step):
    with mp.workdps(150):
        return psi(0, x + step) - psi(0, x)


def pair(spread_of_x, gap):
    def draw():
        x = random.uniform(-spread_of_x, spread_of_x)
        return (x, x - gap())
    return draw


def both(first, second):
    return lambda: (first(), second())


def count():
    return float(random.randrange(1, random.choice((5, 100, 10000))))


MODERATE = [
    both(uniform(0, 20), count),
    both(spread(-3, 4), spread(-3, 4)),
    both(uniform(0, 5), uniform(0, 5)),
    both(spread(-30, 30), spread(-30, 30)),
    both(around(2.5), spread(-2, 3)),
    both(around(4.0), spread(-9, 3)),
    both(around(1.0), around(1.0)),
    both(spread(-1, 6), spread(-12, 1)),
]
GAPS = [spread(-12, 2.8), uniform(0, 5)]
TWO_ARGUMENTS = [
    ("log_add_exp", log_add_exp, [pair(700, gap) for gap in GAPS]),
    ("log_diff_exp", log_diff_exp, [pair(700, gap) for gap in GAPS]),
    ("logistic_difference", logistic_difference, [pair(700, gap) for gap in GAPS + [minus(spread(-12, 2.8))]]),
    ("ln_beta", ln_beta, MODERATE),
    ("ln_rising_factorial", ln_rising_factorial, MODERATE),
    ("digamma_difference", digamma_difference, MODERATE),
]


def row(name, function, arguments):
    with mp.workdps(60):
        exact = function(*map(mpf, arguments))
        # Cancellation takes as many digits as the answer is small; more are computed than left.
        if exact == 0 or abs(exact) < mpf(10) ** -20:
            mp.dps = 420
            exact = function(*map(mpf, arguments))
        value = float(exact)
        if exact == 0 or value in (0.0, inf, -inf):
            return None
        rest = float(exact - mpf(value))
    x, y = (*arguments, "")[:2]
    return f"{name},{x!r},{y!r},{value!r},{rest!r}".replace("''", "")


def main():
    count = int(sys.argv[1])
    random.seed(20)
    print("# Reference values of functions, from mpmath 1.3.0; written by kernels.py, which see.")
    print("function,x,y,value,rest")
    for name, function, fixed, draws in ONE_ARGUMENT:
        arguments = fixed + [draws[i % len(draws)]() for i in range(count)]
        rows = (row(name, function, (x,)) for x in arguments)
        print("\n".join(filter(None, rows)))
    for name, function, draws in TWO_ARGUMENTS:
        arguments = [draws[i % len(draws)]() for i in range(count)]
        rows = (row(name, function, pair) for pair in arguments)
        print("\n".join(filter(None, rows)))


if __name__ == "__main__":
    main()

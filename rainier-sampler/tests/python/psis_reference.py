"""Computes reference answers of Pareto smoothed importance sampling with 50 digits.

In: nothing. Out: lines for `tests/predictive.rs`. Written from the papers alone (Vehtari, Simpson,
Gelman, Yao & Gabry 2024; Zhang & Stephens 2009). Needs mpmath.
"""
from mpmath import mp, mpf, log, exp, sqrt, log1p, expm1, floor, ceil

mp.dps = 50


def ratios(count, slope):
    """ln ratios: slope times exponential quantiles in scattered order, so their shape is slope."""
    return [-mpf(slope) * log1p(-(mpf((37 * s) % count) + mpf("0.5")) / count) for s in range(count)]


def fit(x):
    n = len(x)
    grid = 30 + int(floor(sqrt(mpf(n))))
    quartile = x[int(floor(mpf(n) / 4 + mpf("0.5"))) - 1]
    thetas = [1 / x[-1] + (1 - sqrt(mpf(grid) / (mpf(j) - mpf("0.5")))) / 3 / quartile
              for j in range(1, grid + 1)]
    shape = lambda theta: sum(log1p(-theta * value) for value in x) / n
    logs = [n * (log(-theta / shape(theta)) - shape(theta) - 1) for theta in thetas]
    top = max(logs)
    weights = [exp(value - top) for value in logs]
    theta = sum(t * w for t, w in zip(thetas, weights)) / sum(weights)
    k = shape(theta)
    return (k * n + 5) / (n + 10), -k / theta


def smooth(logs, efficiency):
    count = len(logs)
    top = max(logs)
    logs = [value - top for value in logs]
    tail = int(ceil(min(mpf(count) / 5, 3 * sqrt(mpf(count) / mpf(efficiency)))))
    order = sorted(range(count), key=lambda i: logs[i])
    cutoff = exp(logs[order[count - tail - 1]])
    k, sigma = fit([exp(logs[i]) - cutoff for i in order[count - tail:]])
    for place, i in enumerate(order[count - tail:]):
        p = (mpf(place) + mpf("0.5")) / tail
        logs[i] = min(mpf(0), log(cutoff + sigma * expm1(-k * log1p(-p)) / k))
    total = log(sum(exp(value) for value in logs))
    return k, [value - total for value in logs]


if __name__ == "__main__":
    for count, slope, efficiency in [(200, "0.25", "1"), (1000, "0.5", "0.5"), (1001, "0.875", "1"), (50, "1.5", "1")]:
        k, weights = smooth(ratios(count, slope), efficiency)
        print(f"({count}, {slope}, {efficiency}, {mp.nstr(k, 17)}, {mp.nstr(max(weights), 17)}, "
              f"{mp.nstr(weights[11], 17)}, {mp.nstr(sum(exp(w) ** 2 for w in weights), 17)}),")

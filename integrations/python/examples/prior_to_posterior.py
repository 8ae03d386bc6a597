"""From a prior to a picture: the queries of one domain, hour by hour.

    python prior_to_posterior.py [FOLDER]

What the prior expects, the fit, its summary, and what the posterior expects beside what came. Writes three pictures to
FOLDER, by default the current one. Needs matplotlib.
"""

import sys
from pathlib import Path

import matplotlib

matplotlib.use("Agg")
import matplotlib.pyplot as plt
import numpy as np

import rainier as rn

folder = Path(sys.argv[1] if len(sys.argv) > 1 else ".")

# A week of hours in which a domain is asked for now and then.
rng = np.random.default_rng(1)
counts = np.where(rng.random(168) < 0.35, rng.poisson(6, 168), 0)

# In most hours nobody asks; in the others there are so many queries.
model = rn.Model()
zero_prob = model.param("zero_prob", rn.Beta(1, 1))
rate = model.param("rate", rn.Gamma(2, 4))
queries = rn.Poisson(rate).zero_inflated(zero_prob)
model.fit(queries, counts)
model.predict("hour", [queries for _ in range(168)])

# Would these priors allow a million queries an hour?
prior = model.prior_predictive(1000, seed=1)
print("queries an hour that the prior expects: 99 % below", np.quantile(prior["hour"], 0.99))

trace = model.sample(draws=1000, tune=1000, chains=4, seed=1)
print(trace)
print("warnings:", trace.warnings or "none")
print(model.compile().explain())

picture, axes = plt.subplots(figsize=(6, 4))
axes.hist(prior["hour"].ravel(), bins=np.arange(60), density=True, alpha=0.5, label="prior")
axes.hist(trace["hour"].ravel(), bins=np.arange(60), density=True, alpha=0.5, label="posterior")
axes.set(xlabel="queries in an hour", ylabel="probability", yscale="log")
axes.legend()
picture.savefig(folder / "prior_and_posterior.png", dpi=120)

picture, axes = plt.subplots(figsize=(6, 4))
axes.plot(trace["rate"].ravel(), trace["zero_prob"].ravel(), ".", markersize=2)
axes.set(xlabel="rate", ylabel="zero_prob", title="draws of the posterior")
picture.savefig(folder / "posterior.png", dpi=120)

# How many hours of each count: the week that came, among weeks the posterior expects.
weeks = trace["hour"].reshape(-1, 168)
values = np.arange(int(counts.max()) + 3)
expected = np.stack([(weeks == value).sum(axis=1) for value in values])
low, high = np.quantile(expected, [0.05, 0.95], axis=1)
picture, axes = plt.subplots(figsize=(6, 4))
axes.fill_between(values, low, high, step="mid", alpha=0.3, label="90 % of weeks expected")
axes.step(values, [(counts == value).sum() for value in values], where="mid", label="the week that came")
axes.set(xlabel="queries in an hour", ylabel="hours", yscale="symlog")
axes.legend()
picture.savefig(folder / "posterior_predictive.png", dpi=120)

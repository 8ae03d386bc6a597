"""Claims about what there is not: a quantile of what cannot be, a second name of a number."""

import math

import pytest

import rainier as rn

QUICK = {"draws": 100, "tune": 100, "chains": 2, "seed": 1}


IMPOSSIBLE = [
    (rn.Poisson(3), 2),
    (rn.Poisson(3), -1),
    (rn.Poisson(3), math.nan),
    (rn.Poisson(-1), 0.5),
    (rn.Bernoulli(2), 0.5),
    (rn.Poisson(rn.Gamma(1, 1).param().value), 0.5),
    (rn.Normal(0, 1), 2),
    (rn.Normal(0, -1), 0.5),
]


@pytest.mark.parametrize(("distribution", "probability"), IMPOSSIBLE, ids=str)
def test_a_quantile_that_there_is_not_is_no_number(distribution, probability):
    assert math.isnan(distribution.quantile(probability))


def test_a_number_has_one_name_in_a_report():
    model = rn.Model()
    rate = model.param("rate", rn.Gamma(2, 1))
    with pytest.raises(rn.ModelError, match="each number once, 'total' is called 'rate' already"):
        model.report("total", rate)
    with pytest.raises(rn.ModelError, match=r"'s\[0\]' is called 'rate' already"):
        model.report("s", [rate, 2 * rate])
    with pytest.raises(rn.ModelError, match="'again' is called 'rate' already"):
        other = rn.Model()
        other.report("again", other.add(rn.Gamma(2, 1).param("rate")))
    # What was refused is not there, and an expression of its own is.
    model.report("total", 8 * rate)
    assert model.sample(**QUICK).labels == ["rate", "total"]
    assert (model.sample(**QUICK)["total"] == 8 * model.sample(**QUICK)["rate"]).all()

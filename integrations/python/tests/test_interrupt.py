"""Claims about Ctrl-C, progress, and other threads while Rust works."""

import os
import signal
import subprocess
import sys
import threading
import time

import numpy as np
import pyarrow as pa
import pytest

import rainier as rn
from rainier import dns

LONG = """
import rainier as rn

def begun():
    print("begun", flush=True)

{work}
"""
SAMPLE = "begun(); rn.Normal(0, 1).param('x').sample(draws=100_000_000, chains=2)"
MANY = """
model = rn.Model()
model.fit(rn.Poisson(model.param("rate", rn.Gamma(1, 1))), rn.column("counts"))
table = {"key": list(range(100_000)), "counts": [[1, 2, 3]] * 100_000}
begun()
rn.fit_many(model, table, key="key", draws=5000)
"""

ONE_LONG_SERIES = """
import numpy as np
model = rn.Model()
a, b = model.param("a", rn.Normal(0, 1)), model.param("b", rn.Normal(0, 1))
model.fit(rn.Normal(rn.exp(a * rn.column("x")) + b, 1), rn.column("y"))
x = np.random.default_rng(1).normal(size=300_000)
table = {"key": ["a"], "x": [x], "y": [x]}
begun()
rn.fit_many(model, table, key="key", draws=5000)
"""
PRIOR = """
model = rn.Model()
rate = model.param("rate", rn.Gamma(1, 1))
model.predict("counts", [rn.Poisson(rate) for _ in range(300)])
begun()
model.prior_predictive(2_000_000)
"""
DETECT = """
import numpy as np, pyarrow as pa
from rainier import dns
hours, domains = 24 * 60, 1500
table = pa.table({{
    "domain": np.repeat([f"d{{place}}" for place in range(domains)], hours).tolist(),
    "timestamp": np.tile(np.arange(hours) * 3600, domains),
    "count": np.random.default_rng(1).poisson(3, hours * domains),
}})
begun()
dns.detect(table, mode="{mode}", threads=1)
"""


@pytest.mark.skipif(os.name != "posix", reason="signals are sent as on POSIX")
@pytest.mark.parametrize(
    "work",
    [SAMPLE, MANY, ONE_LONG_SERIES, PRIOR, DETECT.format(mode="deck"), DETECT.format(mode="calibrated")],
    ids=["sample", "fit_many", "one_long_series", "prior_predictive", "deck", "calibrated"],
)
def test_ctrl_c_ends_a_run_soon_and_cleanly(work):
    process = subprocess.Popen(
        [sys.executable, "-c", LONG.format(work=work)], stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True
    )
    assert process.stdout.readline() == "begun\n"
    time.sleep(1)
    assert process.poll() is None, process.stderr.read()
    process.send_signal(signal.SIGINT)
    before = time.monotonic()
    _, errors = process.communicate(timeout=30)
    assert time.monotonic() - before < 5
    assert "KeyboardInterrupt" in errors and process.returncode == -signal.SIGINT


@pytest.mark.skipif(os.name != "posix", reason="signals are sent as on POSIX")
def test_forecasts_of_many_series_end_between_two_of_them():
    offsets = np.arange(300_001, dtype=np.int32) * 20
    lists = pa.ListArray.from_arrays(offsets, np.tile(np.arange(20), 300_000))
    table = pa.table({"domain": np.arange(300_000), "counts": lists})

    def forecast():
        before = time.monotonic()
        dns.croston(table)
        return time.monotonic() - before

    whole = min(forecast() for _ in range(3))

    def stop(*_):
        raise KeyboardInterrupt

    handler = signal.signal(signal.SIGALRM, stop)
    try:
        before = time.monotonic()
        signal.setitimer(signal.ITIMER_REAL, whole / 10)
        with pytest.raises(KeyboardInterrupt):
            forecast()
        # Python runs a handler when Rust lets it: at the end, were there no looks between.
        assert time.monotonic() - before < 0.6 * whole
    finally:
        signal.setitimer(signal.ITIMER_REAL, 0)
        signal.signal(signal.SIGALRM, handler)


AFTER = """
import threading, time, _thread
import numpy as np
import rainier as rn
model = rn.Model()
model.fit(rn.Normal(rn.exp(model.param("a", rn.Normal(0, 1)) * rn.column("x")), 1), rn.column("y"))
x = np.random.default_rng(1).normal(size=20_000)
table = {"key": ["a"], "x": [x], "y": [x]}
quick = {"draws": 5, "tune": 5, "chains": 1, "progress": False}
before = rn.fit_many(model, {"key": ["b"], "x": [[1.0]], "y": [[1.0]]}, key="key", **quick)
threading.Timer(0.3, _thread.interrupt_main).start()
try:
    rn.fit_many(model, table, key="key", draws=200, tune=200)
except KeyboardInterrupt:
    print("heard")
del table, x
# Long enough for what goes on to end, and to be given back.
ends = time.monotonic() + 4
while time.monotonic() < ends:
    again = rn.fit_many(model, {"key": ["b"], "x": [[1.0]], "y": [[1.0]]}, key="key", **quick)
    assert again["a_mean"].equals(before["a_mean"])
print("same bits")
"""


def test_work_that_was_left_behind_changes_nothing_that_comes_after():
    done = subprocess.run([sys.executable, "-c", AFTER], capture_output=True, text=True, timeout=120, check=False)
    assert done.returncode == 0, done.stderr
    assert done.stdout == "heard\nsame bits\n"


def run(progress, draws=1_500_000):
    # Longer than the tenth of a second between two looks, also where a draw takes 100 ns.
    return rn.Normal(0, 1).param("x").sample(draws=draws, tune=100, chains=2, progress=progress)


def test_progress_hears_of_more_and_more_and_changes_nothing():
    heard = []
    watched = run(lambda done, divergences: heard.append(done))
    assert heard and heard == sorted(heard) and heard[-1] <= 2 * 1_500_100
    assert (watched.values == run(False).values).all()


def test_what_progress_raises_ends_the_run():
    def stop(done, divergences):
        raise LookupError("enough")

    with pytest.raises(LookupError, match="enough"):
        run(stop, draws=100_000_000)


def test_other_threads_of_python_go_on_meanwhile():
    steps = []
    finished = threading.Event()

    def count():
        while not finished.is_set():
            steps.append(1)
            time.sleep(0.001)

    thread = threading.Thread(target=count)
    thread.start()
    before = len(steps)
    run(False)
    during = len(steps) - before
    finished.set()
    thread.join()
    assert during > 10

"""Claims about Ctrl-C, progress, and other threads while Rust works."""

import os
import signal
import subprocess
import sys
import threading
import time

import pytest

import rainier as rn

LONG = """
import rainier as rn
print("begun", flush=True)
{work}
"""
SAMPLE = "rn.Normal(0, 1).param('x').sample(draws=100_000_000, chains=2)"
MANY = """
model = rn.Model()
model.fit(rn.Poisson(model.param("rate", rn.Gamma(1, 1))), rn.column("counts"))
rn.fit_many(model, {"key": list(range(100_000)), "counts": [[1, 2, 3]] * 100_000}, key="key", draws=5000)
"""


@pytest.mark.skipif(os.name != "posix", reason="signals are sent as on POSIX")
@pytest.mark.parametrize("work", [SAMPLE, MANY], ids=["sample", "fit_many"])
def test_ctrl_c_ends_a_run_soon_and_cleanly(work):
    process = subprocess.Popen(
        [sys.executable, "-c", LONG.format(work=work)], stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True
    )
    assert process.stdout.readline() == "begun\n"
    time.sleep(1.5)
    assert process.poll() is None, process.stderr.read()
    process.send_signal(signal.SIGINT)
    before = time.monotonic()
    _, errors = process.communicate(timeout=30)
    assert time.monotonic() - before < 5
    assert "KeyboardInterrupt" in errors and process.returncode == -signal.SIGINT


def run(progress):
    return rn.Normal(0, 1).param("x").sample(draws=400_000, tune=100, chains=2, progress=progress)


def test_progress_hears_of_more_and_more_and_changes_nothing():
    heard = []
    watched = run(lambda done, divergences: heard.append(done))
    assert heard and heard == sorted(heard) and heard[-1] <= 2 * 400_100
    assert (watched.values == run(False).values).all()


def test_what_progress_raises_ends_the_run():
    def stop(done, divergences):
        raise LookupError("enough")

    with pytest.raises(LookupError, match="enough"):
        run(stop)


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

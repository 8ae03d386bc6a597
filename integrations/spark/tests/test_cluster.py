"""A cluster of processes on loopback whose worker is killed: nothing is lost, doubled or changed."""

import subprocess
import sys
from pathlib import Path

MEASURE = Path(__file__).parents[1] / "measure.py"


def test_a_worker_killed_in_either_stage_changes_no_bit(tmp_path):
    command = [sys.executable, MEASURE, "kills", tmp_path, "--series", "6000"]
    done = subprocess.run(command, capture_output=True, text=True, check=False, timeout=900)
    assert done.returncode == 0, done.stderr[-4000:]
    # The comparison is bit for bit and fails by itself; that it was made, and that workers died, is told.
    for stage in ("fit", "shuffle"):
        assert f"plain.parquet and killed_in_{stage} agree bit for bit" in done.stdout, done.stdout
    assert done.stderr.count("killed ") == 2, done.stderr[-4000:]

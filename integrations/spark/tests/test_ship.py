"""A cluster whose workers lack the package: ``ship`` brings it to them, and their rows have the bits of one machine."""

import os
import subprocess
import sys
import venv
from pathlib import Path

import numpy
import pyarrow

CLUSTER = Path(__file__).parents[1] / "cluster.sh"
PROGRAM = """
import sys
from pathlib import Path
import pyarrow as pa
from pyspark.errors import PySparkException
from pyspark.sql import SparkSession
from rainier import dns, spark as rs

table = pa.table({"domain": [f"site{place:02}" for place in range(20)], "counts": [[place % 5, 1, 2] for place in range(20)]})
builder = SparkSession.builder.master("spark://127.0.0.1:17077").config("spark.ui.enabled", "false")
builder = builder.config("spark.driver.host", "127.0.0.1").config("spark.executor.memory", "1g")
session = builder.getOrCreate()
session.sparkContext.setLogLevel("OFF")

def rows():
    settings = {"draws": 40, "tune": 40, "chains": 2}
    fits = rs.fit_series(session.createDataFrame(table), "domain", "counts", dns.zip_model(2.0), **settings)
    return fits.toArrow().sort_by("domain"), dns.fit(table, mean=2.0, progress=False, **settings)

try:
    rows()
    print("was there before")
except PySparkException as error:
    assert "No module named 'rainier'" in str(error), error
rs.ship(session, Path(sys.argv[1]))
ours, theirs = rows()
for name in ours.column_names:
    assert ours[name].to_pylist() == theirs[name].to_pylist(), name
print("same bits", ours.num_rows)
session.stop()
"""


def test_workers_without_the_package_have_it_after_it_was_shipped(tmp_path):
    # What workers are said to need, and no more: Arrow and NumPy of this environment.
    venv.create(tmp_path / "bare", with_pip=False)
    [packages] = (tmp_path / "bare" / "lib").glob("python*/site-packages")
    for module in (pyarrow, numpy):
        installed = Path(module.__file__).parent
        for path in installed.parent.glob(f"{installed.name}*"):
            (packages / path.name).symlink_to(path)
    bare = {"PYSPARK_PYTHON": str(tmp_path / "bare" / "bin" / "python"), "SPARK_LOCAL_IP": "127.0.0.1"}
    environment = os.environ | {"PYTHON": sys.executable} | bare
    # Where this environment finds the package by its path, workers must not.
    of_cluster = {name: value for name, value in environment.items() if name != "PYTHONPATH"}
    subprocess.run([CLUSTER, "start", tmp_path / "cluster", "1"], check=True, env=of_cluster)
    try:
        done = subprocess.run(
            [sys.executable, "-c", PROGRAM, tmp_path],
            capture_output=True, text=True, check=False, timeout=600, env=environment,
        )  # fmt: skip
    finally:
        subprocess.run([CLUSTER, "stop", tmp_path / "cluster"], check=True, env=of_cluster)
    assert done.returncode == 0, done.stderr[-4000:]
    assert "same bits 20" in done.stdout and "was there before" not in done.stdout

"""Figures of Spark beside one process, and what a killed worker changes: nothing.

    python measure.py all FOLDER --series 60000          # local[2], cluster of 1 and 2 workers, two kills
    python measure.py all FOLDER --work 5                # the same with five times the work in each fit
    python measure.py kills FOLDER --series 6000         # the kills alone: what the tests run
    python measure.py data|plain|spark|compare FOLDER …   # the parts

In: nothing; data are made. Out: one JSON line a run on standard output, and tables of fits in FOLDER, which must
agree bit for bit. Runs on the cluster of ``cluster.sh``; needs Java, PySpark and this package.
"""

from __future__ import annotations

import argparse
import json
import os
import signal
import subprocess
import sys
import threading
import time
from pathlib import Path

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq

# Iterations of a fit; ``--work`` makes them so many times more.
SETTINGS = {"draws": 500, "tune": 300, "chains": 1, "seed": 1}
PARTITIONS = 16
# One task each, so many that a worker can die between two of them.
FILES = 24
CLUSTER = "spark://127.0.0.1:17077"
# Where parts find how much work a fit is.
WORK = "RAINIER_MEASURE_WORK"


def make_data(folder: Path, series: int) -> None:
    """Series of a week of hourly counts."""
    (folder / "data").mkdir(parents=True, exist_ok=True)
    rng = np.random.default_rng(7)
    for part, numbers in enumerate(np.array_split(np.arange(series), FILES)):
        busy = rng.random((len(numbers), 1)) * 0.9 + 0.05
        rates = rng.gamma(2, 3, (len(numbers), 1)) + 0.2
        counts = np.where(rng.random((len(numbers), 168)) < busy, rng.poisson(rates, (len(numbers), 168)), 0)
        table = pa.table({"domain": [f"site{number:07}.example" for number in numbers], "counts": list(counts)})
        pq.write_table(table, folder / "data" / f"part{part}.parquet")


def plain(folder: Path, threads: int) -> None:
    """Reads, fits and writes in one process."""
    from rainier import dns

    started = time.perf_counter()
    table = pq.read_table(folder / "data")
    fits = dns.fit(table, threads=threads, progress=False, **SETTINGS)
    pq.write_table(fits, folder / "plain.parquet")
    tell(how=f"plain process, {threads} threads", job=time.perf_counter() - started, series=table.num_rows)


def on_spark(folder: Path, master: str, out: str, kill: int | None, stage: str, archive: Path | None) -> None:
    """The same as a Spark job; ``kill`` is the process of a worker that dies with its executor in the stage named."""
    from pyspark.sql import SparkSession

    started = time.perf_counter()
    builder = (
        SparkSession.builder.master(master)
        .appName(out)
        .config("spark.ui.enabled", "false")
        .config("spark.driver.host", "127.0.0.1")
        .config("spark.driver.bindAddress", "127.0.0.1")
        .config("spark.executor.memory", "1500m")
        # One task a file, so that the first stage has tasks left when a worker dies in it.
        .config("spark.sql.files.openCostInBytes", "128m")
        .config("spark.sql.execution.arrow.maxRecordsPerBatch", "2000")
    )
    if archive is not None:
        builder = builder.config("spark.archives", f"{archive}#rainier_package")
    spark = builder.getOrCreate()
    spark.sparkContext.setLogLevel("ERROR")
    session = time.perf_counter() - started

    from rainier import spark as rs

    started = time.perf_counter()
    fits = rs.fit_series(
        spark.read.parquet(str(folder / "data")), "domain", "counts", "zip", partitions=PARTITIONS, **SETTINGS
    )
    killer = None
    if kill is not None:
        killer = threading.Thread(target=kill_in, args=(spark, kill, stage), daemon=True)
        killer.start()
    fits.write.mode("overwrite").parquet(str(folder / out))
    job = time.perf_counter() - started
    series = spark.read.parquet(str(folder / out)).count()
    if killer is not None:
        killer.join(timeout=1)
        assert not killer.is_alive(), "the worker was never killed"
    tell(how=f"Spark {master}, {out}", job=job, session=session, series=series)
    spark.stop()


def kill_in(spark, worker: int, stage: str) -> None:
    """Waits until a quarter of a stage's tasks are done, then kills a worker and its executor without a warning."""
    tracker = spark.sparkContext.statusTracker()
    wanted, done = (PARTITIONS, 4) if stage == "fit" else (FILES, 6)
    while True:
        for number in tracker.getActiveStageIds():
            info = tracker.getStageInfo(number)
            if info and info.numTasks == wanted and info.numCompletedTasks >= done:
                executors = subprocess.run(["pgrep", "-P", str(worker)], capture_output=True, text=True, check=False)
                for process in [worker, *map(int, executors.stdout.split())]:
                    os.kill(process, signal.SIGKILL)
                told = f"killed {worker} in stage {number}: {info.numCompletedTasks} of {info.numTasks} tasks done"
                print(told, file=sys.stderr)
                return
        time.sleep(0.02)


def compare(one: Path, other: Path) -> None:
    """Fails unless both tables have the same rows, column by column, bit for bit."""
    tables = [pq.read_table(path).sort_by("domain") for path in (one, other)]
    assert tables[0].num_rows == tables[1].num_rows, [table.num_rows for table in tables]
    assert tables[0]["domain"].to_pylist() == sorted(set(tables[0]["domain"].to_pylist())), "a series is doubled"
    for name in tables[0].column_names:
        ours, theirs = (table[name].combine_chunks() for table in tables)
        if pa.types.is_floating(ours.type):
            ours, theirs = (np.asarray(column).view(np.int64) for column in (ours, theirs))
            assert np.array_equal(ours, theirs), name
        else:
            assert ours.to_pylist() == theirs.to_pylist(), name
    tell(how=f"{one.name} and {other.name} agree bit for bit", series=tables[0].num_rows)


def tell(**figures: object) -> None:
    rounded = {name: round(of, 2) if isinstance(of, float) else of for name, of in figures.items()}
    print(json.dumps(rounded), flush=True)


def run(*arguments: object) -> None:
    """A part, as a process of its own: as the machine has them."""
    subprocess.run([sys.executable, __file__, *map(str, arguments)], check=True)


def on_cluster(folder: Path, out: str, workers: int, stage: str | None = None, archive: str | None = None) -> None:
    """The job on a cluster of its own, held against the plain process; one worker is killed in the stage named."""
    cluster = Path(__file__).with_name("cluster.sh")
    subprocess.run([cluster, "start", folder / "cluster", str(workers)], check=True)
    try:
        kill = []
        if stage is not None:
            kill = ["--kill", (folder / "cluster" / "worker2.pid").read_text().strip(), "--stage", stage]
        shipped = ["--archive", archive] if archive else []
        run("spark", folder, "--master", CLUSTER, "--out", out, *kill, *shipped)
    finally:
        subprocess.run([cluster, "stop", folder / "cluster"], check=True)
    run("compare", folder / "plain.parquet", "--with", folder / out)


def kills(folder: Path, archive: str | None) -> None:
    """A worker dies in either stage."""
    on_cluster(folder, "killed_in_fit", 2, "fit", archive)
    on_cluster(folder, "killed_in_shuffle", 2, "shuffle", archive)


def all_runs(folder: Path, archive: str | None) -> None:
    """What the page shows."""
    run("plain", folder, "--threads", 1)
    run("spark", folder, "--master", "local[2]", "--out", "local")
    run("compare", folder / "plain.parquet", "--with", folder / "local")
    on_cluster(folder, "one_worker", 1, archive=archive)
    on_cluster(folder, "two_workers", 2, archive=archive)
    kills(folder, archive)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("what", choices=["all", "kills", "data", "plain", "spark", "compare"])
    parser.add_argument("folder", type=Path)
    parser.add_argument("--series", type=int, default=60_000)
    parser.add_argument("--work", type=int, default=int(os.environ.get(WORK, "1")))
    parser.add_argument("--threads", type=int, default=2)
    parser.add_argument("--master", default="local[2]")
    parser.add_argument("--out", default="local")
    parser.add_argument("--kill", type=int)
    parser.add_argument("--stage", choices=["fit", "shuffle"], default="fit")
    parser.add_argument("--archive", help="the package as `ship` writes it, for workers that lack it")
    parser.add_argument("--with", dest="other", type=Path)
    given = parser.parse_args()
    os.environ[WORK] = str(given.work)
    for iterations in ("draws", "tune"):
        SETTINGS[iterations] *= given.work
    # Driver, cluster and workers run the Python that runs this, unless told otherwise.
    for name in ("PYTHON", "PYSPARK_PYTHON"):
        os.environ.setdefault(name, sys.executable)
    match given.what:
        case "all" | "kills":
            run("data", given.folder, "--series", given.series)
            run("plain", given.folder, "--threads", 2)
            (all_runs if given.what == "all" else kills)(given.folder, given.archive)
        case "data":
            make_data(given.folder, given.series)
        case "plain":
            plain(given.folder, given.threads)
        case "spark":
            on_spark(given.folder, given.master, given.out, given.kill, given.stage, given.archive)
        case "compare":
            compare(given.folder, given.other)


if __name__ == "__main__":
    main()

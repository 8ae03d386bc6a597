#!/usr/bin/env bash
# Starts or stops a standalone cluster on loopback: one master, two workers of one core, each a process of its own.
#   cluster.sh start FOLDER WORKERS    logs, work and process numbers go to FOLDER
#   cluster.sh stop FOLDER
# PYSPARK_PYTHON is the Python of the workers, PYTHON one that has PySpark.
set -euo pipefail
action=$1 folder=$2
mkdir -p "$folder"
SPARK_HOME=$("${PYTHON:-python3}" -c 'import os, pyspark; print(os.path.dirname(pyspark.__file__))')
export SPARK_HOME SPARK_LOCAL_IP=127.0.0.1 SPARK_NO_DAEMONIZE=1
master=spark://127.0.0.1:17077

started() { # NAME WORDS: waits until the log has the words
  for _ in $(seq 120); do
    grep -q "$2" "$folder/$1.log" 2>/dev/null && return
    sleep 0.5
  done
  echo "$1 did not start; see $folder/$1.log" >&2
  exit 1
}

case $action in
start)
  "$SPARK_HOME/bin/spark-class" org.apache.spark.deploy.master.Master \
    --host 127.0.0.1 --port 17077 --webui-port 18080 >"$folder/master.log" 2>&1 &
  echo $! >"$folder/master.pid"
  started master "I have been elected leader"
  for worker in $(seq "${3:-2}"); do
    "$SPARK_HOME/bin/spark-class" org.apache.spark.deploy.worker.Worker \
      --host 127.0.0.1 --cores 1 --memory 2g --work-dir "$folder/work$worker" --webui-port "1808$worker" "$master" \
      >"$folder/worker$worker.log" 2>&1 &
    echo $! >"$folder/worker$worker.pid"
    started "worker$worker" "Successfully registered"
  done
  ;;
stop)
  for file in "$folder"/worker*.pid "$folder"/master.pid; do
    [ -f "$file" ] || continue
    kill "$(cat "$file")" 2>/dev/null || true
    rm -f "$file"
  done
  ;;
esac

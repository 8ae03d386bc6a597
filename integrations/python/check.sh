#!/usr/bin/env bash
# Builds the wheel and runs the Python and the Spark suite in a virtual environment below target/. What cannot be had is
# skipped by name. `--slow` runs the tests that take minutes, and measures Spark.
set -euo pipefail
cd "$(dirname "$0")/../.."
environment=target/python
python=${PYTHON:-python3}
slow=()
[ "${1:-}" = --slow ] && slow=(--slow)

export CARGO_TARGET_DIR="$PWD/target"
cargo fmt --manifest-path integrations/python/Cargo.toml --check

if ! "$python" -c 'import sys; sys.exit(sys.version_info < (3, 10))' 2>/dev/null; then
  echo "skipped: the Python package needs Python 3.10 or newer"
  exit 0
fi
if ! { "$python" -m venv "$environment" &&
  "$environment/bin/pip" install --quiet --requirement integrations/python/requirements.txt; }; then
  echo "skipped: the Python package's tools cannot be installed"
  exit 0
fi

# One target folder and one profile with the library, so that most is built already.
export PYO3_PYTHON="$PWD/$environment/bin/python"
cargo clippy --quiet --locked --manifest-path integrations/python/Cargo.toml -- -D warnings
"$environment/bin/maturin" build --quiet \
  --profile dev --locked --manifest-path integrations/python/Cargo.toml --out target/wheels --interpreter "$environment/bin/python"
"$environment/bin/pip" install --quiet --force-reinstall --no-deps target/wheels/rainier_ppl-*.whl

[ -x target/debug/dns-anomaly ] && export DNS_ANOMALY="$PWD/target/debug/dns-anomaly"
"$environment/bin/python" -m pytest --quiet integrations/python/tests "${slow[@]}"
(cd target && MPLBACKEND=Agg python/bin/python ../integrations/python/examples/prior_to_posterior.py .) >/dev/null

if ! java -version 2>/dev/null; then
  echo "skipped: Spark needs Java 17"
elif ! "$environment/bin/pip" install --quiet --requirement integrations/spark/requirements.txt; then
  echo "skipped: PySpark cannot be installed"
else
  # Of the cluster's processes, too.
  export PYTHON="$PWD/$environment/bin/python" PYSPARK_PYTHON="$PWD/$environment/bin/python"
  "$environment/bin/python" -m pytest --quiet integrations/spark/tests
  if [ ${#slow[@]} -gt 0 ]; then
    "$environment/bin/python" integrations/spark/measure.py all target/spark --series 20000
  fi
fi

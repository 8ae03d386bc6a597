"""Claims that ``docs/spark.md`` is right: its programs run in a session."""

import re
from pathlib import Path

PAGE = Path(__file__).parents[3] / "docs" / "spark.md"
RUNS = re.compile(r"^```python spark\n(.*?)^```$", re.MULTILINE | re.DOTALL)


def test_programs_of_the_page_run_one_after_the_other(spark):
    programs = RUNS.findall(PAGE.read_text())
    assert len(programs) >= 3
    names = {"spark": spark}
    for program in programs:
        exec(compile(program, str(PAGE), "exec"), names)

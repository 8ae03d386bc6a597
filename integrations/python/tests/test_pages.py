"""Claims that the pages of ``docs/`` are right: their programs in Python run."""

import re
from pathlib import Path

import pytest

PAGES = sorted((Path(__file__).parents[3] / "docs").glob("*.md"))
RUNS = re.compile(r"^```python run\n(.*?)^```$", re.MULTILINE | re.DOTALL)


def programs(text):
    """The blocks of a page that are marked to be run, in order."""
    return RUNS.findall(text)


@pytest.mark.parametrize("page", [page for page in PAGES if programs(page.read_text())], ids=lambda page: page.stem)
def test_programs_of_a_page_run(page):
    names = {}
    for program in programs(page.read_text()):
        exec(compile(program, str(page), "exec"), names)


def test_there_are_programs_and_only_those_marked_are_found():
    assert {page.stem for page in PAGES if programs(page.read_text())} == {"porting", "spark"}
    assert programs("```python\n1 / 0\n```\n\n```python run\nx = 1\n```\n") == ["x = 1\n"]

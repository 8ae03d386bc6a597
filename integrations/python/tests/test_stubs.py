"""The claim that ``_native.pyi`` says what is in ``_native``: every name, of the module and of its classes."""

import ast
from pathlib import Path

import rainier
from rainier import _native

STUBS = ast.parse((Path(rainier.__file__).parent / "_native.pyi").read_text())


def declared(body):
    """The public names of a module's or a class's body."""
    names = set()
    for part in body:
        if isinstance(part, (ast.ClassDef, ast.FunctionDef)):
            names.add(part.name)
        elif isinstance(part, ast.AnnAssign):
            names.add(part.target.id)
    return {name for name in names if not name.startswith("_")}


def there(owner):
    return {name for name in vars(owner) if not name.startswith("_")}


def test_the_module_has_the_names_that_are_declared():
    assert declared(STUBS.body) == there(_native)


def test_each_class_has_the_names_that_are_declared():
    classes = [part for part in STUBS.body if isinstance(part, ast.ClassDef)]
    assert classes
    for part in classes:
        assert declared(part.body) == there(getattr(_native, part.name)), part.name

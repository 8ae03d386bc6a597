"""Draws: arrays, tables, files, and the objects of ArviZ.

In: what a sampler left. Out: a ``Trace``. Arrays are ``[chain, draw, …]``, with one axis more for each index of
a name such as ``effect[0]``.
"""

from __future__ import annotations

import os
import re
from collections.abc import Sequence
from typing import Any

import numpy as np
import pyarrow as pa

from . import _native

_PLACE = re.compile(r"(?P<name>.*?)(?P<places>(\[\d+\])*)")


class Trace:
    """Draws of a model's value, with how each was made."""

    def __init__(self, draws: _native.Draws) -> None:
        self._draws = draws

    @property
    def shape(self) -> tuple[int, int]:
        """Chains, and draws of each."""
        return self._draws.chains, self._draws.draws

    @property
    def labels(self) -> list[str]:
        """What each reported number is called."""
        return self._draws.labels

    @property
    def values(self) -> np.ndarray:
        """All reported numbers, ``[chain, draw, number]`` in the order of the labels."""
        return _numpy(self._draws.values()).reshape(*self.shape, len(self.labels))

    @property
    def posterior(self) -> dict[str, np.ndarray]:
        """The reported numbers by name."""
        return arrays_of(self.labels, self.values)

    @property
    def predictions(self) -> dict[str, np.ndarray]:
        """What was drawn anew for each draw, by name."""
        labels = self._draws.generator_labels
        if not labels:
            return {}
        return arrays_of(labels, _numpy(self._draws.generated()).reshape(*self.shape, len(labels)))

    @property
    def sample_stats(self) -> dict[str, np.ndarray]:
        """How each draw was made, ``[chain, draw]``, by the names of ArviZ."""
        statistics = pa.table(self._draws.statistics())
        known = [name for name in statistics.column_names if statistics[name].null_count == 0]
        return {name: _numpy(statistics[name].combine_chunks()).reshape(self.shape) for name in known}

    @property
    def log_likelihood(self) -> dict[str, np.ndarray]:
        """ln p of each outcome at each draw, by the distribution it was fitted to."""
        numbers, places = self._draws.log_likelihood()
        numbers = _numpy(numbers).reshape(*self.shape, len(places))
        names = list(dict.fromkeys(name for name, _ in places))
        return {name: numbers[..., [other == name for other, _ in places]] for name in names}

    @property
    def warnings(self) -> list[str]:
        """What should be looked at before the draws are used; empty when nothing was found."""
        return self._draws.warnings()

    def __getitem__(self, name: str) -> np.ndarray:
        posterior = self.posterior
        if name in posterior:
            return posterior[name]
        if name in self.labels:
            return self.values[..., self.labels.index(name)]
        return self.predictions[name]

    def summary(self) -> pa.Table:
        """Mean, spread, quantiles and diagnostics of each reported number."""
        return pa.table(self._draws.summary())

    def __str__(self) -> str:
        return self._draws.summary_text()

    def __repr__(self) -> str:
        chains, draws = self.shape
        return f"<Trace of {chains} chains of {draws} draws: {', '.join(self.labels)}>"

    def to_arrow(self) -> pa.Table:
        """One row a draw: its chain and number, then the reported numbers."""
        chains, draws = self.shape
        columns = {
            "chain": np.repeat(np.arange(chains), draws),
            "draw": np.tile(np.arange(draws), chains),
        }
        flat = self.values.reshape(chains * draws, len(self.labels))
        return pa.table(columns | {label: flat[:, place] for place, label in enumerate(self.labels)})

    def to_pandas(self) -> Any:
        """``to_arrow`` as a frame of pandas."""
        return self.to_arrow().to_pandas()

    def to_arviz(self, *, log_likelihood: bool = False) -> Any:
        """The draws for ArviZ: an ``InferenceData`` of ArviZ 0.x, a ``DataTree`` of 1.x."""
        import arviz

        groups: dict[str, Any] = {"posterior": self.posterior, "sample_stats": self.sample_stats}
        if self.predictions:
            groups["posterior_predictive"] = self.predictions
        if log_likelihood:
            groups["log_likelihood"] = self.log_likelihood
        if arviz.__version__.startswith("0."):
            return arviz.from_dict(**groups)
        return arviz.from_dict(groups)

    def to_zarr(self, path: str | os.PathLike[str]) -> None:
        """Writes a Zarr v3 folder, which ``arviz.from_zarr`` of ArviZ 1.x reads. It appears whole or not at all."""
        self._draws.write_zarr(os.fspath(path))

    def to_cmdstan_csv(self, folder: str | os.PathLike[str], model: str) -> list[str]:
        """Writes one CmdStan CSV file a chain, ``model-1.csv`` and so on; gives their paths."""
        return [os.fspath(path) for path in self._draws.write_cmdstan_csv(os.fspath(folder), model)]


def arrays_of(labels: Sequence[str], numbers: np.ndarray) -> dict[str, np.ndarray]:
    """Numbers whose last axis goes along the labels, by name; ``name[i][j]`` become axes where all are there."""
    by_name: dict[str, list[tuple[tuple[int, ...], int]]] = {}
    for position, label in enumerate(labels):
        match = _PLACE.fullmatch(label)
        place = tuple(int(number) for number in re.findall(r"\d+", match["places"]))
        by_name.setdefault(match["name"] or label, []).append((place, position))
    arrays = {}
    for name, entries in by_name.items():
        places, positions = zip(*sorted(entries), strict=True)
        axes = tuple(top + 1 for top in places[-1])
        if list(places) == list(np.ndindex(axes)):
            arrays[name] = numbers[..., list(positions)].reshape((*numbers.shape[:-1], *axes))
        else:
            arrays |= {labels[position]: numbers[..., position] for position in positions}
    return arrays


def _numpy(array: pa.Array) -> np.ndarray:
    """Without a copy where NumPy has the same layout; truths have not."""
    return array.to_numpy(zero_copy_only=not pa.types.is_boolean(array.type))

"""Models: values, and the priors, likelihoods and conditions they rest on.

In: distributions and data. Out: a compiled model, which is sampled here, or travels as bytes to be fitted to
many series. A model is written line by line with ``Model``, or composed as a value with ``RandomVariable``;
both mean the same.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from typing import TYPE_CHECKING, Any, Generic, TypeVar

import numpy as np

from . import _native
from ._native import Generator, ModelError, Real
from .data import must_have, to_array, to_table
from .progress import bar
from .settings import whole, whole_or_none
from .trace import Trace, arrays_of

if TYPE_CHECKING:
    from .distributions import Distribution
    from .many import PortableModel

T = TypeVar("T")
U = TypeVar("U")


class RandomVariable(Generic[T]):
    """A value of a model, together with the set of densities it rests on.

    The value is anything made of ``Real`` and ``Generator`` by lists, tuples and dicts. A density counts once,
    however often its variable is used.
    """

    __slots__ = ("_name", "_terms", "value")

    def __init__(self, value: T, terms: _native.Terms | None = None, name: str = "") -> None:
        self.value = value
        self._name = name
        self._terms = _native.Terms() if terms is None else terms

    def map(self, function: Callable[[T], U]) -> RandomVariable[U]:
        """The function of the value."""
        return RandomVariable(function(self.value), self._terms)

    def flat_map(self, function: Callable[[T], RandomVariable[U]]) -> RandomVariable[U]:
        """Goes on with the variable that the function makes of the value. The result rests on both."""
        following = function(self.value)
        if not isinstance(following, RandomVariable):
            raise TypeError(f"flat_map needs a function to a RandomVariable, got {type(following).__name__}")
        return RandomVariable(following.value, _native.Terms.union([self._terms, following._terms]))

    def zip(self, other: RandomVariable[U]) -> RandomVariable[tuple[T, U]]:
        """Both values."""
        return self.flat_map(lambda mine: other.map(lambda theirs: (mine, theirs)))

    @staticmethod
    def sequence(variables: Iterable[RandomVariable[T]]) -> RandomVariable[list[T]]:
        """The variables of a list as one variable."""
        variables = list(variables)
        terms = _native.Terms.union([variable._terms for variable in variables])
        return RandomVariable([variable.value for variable in variables], terms)

    def condition(self, log_density: Callable[[T], Real | float]) -> RandomVariable[T]:
        """Adds a log density of the value to the model's."""
        return RandomVariable(self.value, self._terms.condition(log_density(self.value)), self._name)

    def named(self, name: str) -> RandomVariable[T]:
        """Calls the value so in reports; its parts ``name[0]``, ``name.part``. The first name stays."""
        reals, _ = _parts(self.value, name)
        return RandomVariable(self.value, self._terms.named(reals), name)

    def compile(self) -> CompiledModel:
        """Compiles the model with its gradient; columns without values wait for their data."""
        return CompiledModel(_native.Template(self._terms, *_parts(self.value, self._name)))

    def sample(self, data: Any = None, **settings: Any) -> Trace:
        """Compiles and samples; settings as those of ``CompiledModel.sample``."""
        return self.compile().sample(data, **settings)

    def prior_predictive(self, draws: int = 1000, seed: int = 1) -> dict[str, np.ndarray]:
        """Draws of the value from the priors alone, by place in the value."""
        reals, generators = _parts(self.value, self._name)
        template = _native.Template(self._terms, reals, generators)
        labels = [label for label, _ in reals + generators]
        draws, seed = whole("draws", draws), whole("seed", seed)
        numbers = np.asarray(template.prior_predictive(draws, seed), dtype=float).reshape(draws, len(labels))
        return arrays_of(labels, numbers)


class Model:
    """A model written line by line. Each line adds to it and gives back what later lines use.

        model = rn.Model()
        rate = model.param("rate", rn.Gamma(2, 1))
        model.fit(rn.Poisson(rate), [3, 1, 4])
        model.predict("next", rn.Poisson(rate))
        trace = model.sample(seed=1)
    """

    def __init__(self) -> None:
        self._rests_on: list[RandomVariable[Any]] = []
        self._value: dict[str, Any] = {}
        self._labels: dict[Real, str] = {}

    def add(self, variable: RandomVariable[T]) -> T:
        """Rests on a variable; gives its value."""
        self._rests_on.append(variable)
        if variable._name:
            for label, real in _parts(variable.value, variable._name)[0]:
                self._labels.setdefault(real, label)
        return variable.value

    def param(self, name: str, prior: Distribution, *, centred: bool = False) -> Real:
        """A new unknown, reported by its name."""
        return self.report(name, self.add(prior.param(name, centred=centred)))

    def vector(self, name: str, prior: Distribution, count: int, *, centred: bool = False) -> list[Real]:
        """So many unknowns of one prior, reported as one array."""
        return self.report(name, self.add(prior.vector(count, name, centred=centred)))

    def fit(self, distribution: Distribution, data: Any) -> None:
        """Says that data are independent draws of a distribution: numbers, or a column."""
        self.add(distribution.fit(data))

    def condition(self, log_density: Real | float) -> None:
        """Adds to the log density."""
        self.add(RandomVariable(None).condition(lambda _: log_density))

    def report(self, name: str, value: T) -> T:
        """Has the trace report an expression of unknowns, which has no name yet."""
        if name in self._value:
            raise ModelError(f"a model reports each name once, {name!r} is taken")
        for label, real in _parts(value, name)[0]:
            # A number is reported by its first name alone; the second would be missing from the trace.
            first = label if real.constant is not None else self._labels.setdefault(real, label)
            if first != label:
                raise ModelError(f"a model reports each number once, {label!r} is called {first!r} already")
        self._value[name] = value
        return value

    def predict(self, name: str, prediction: Distribution | Generator | list[Any]) -> None:
        """Has the trace draw anew for each of its draws: the posterior predictive."""
        self.report(name, _draws(prediction))

    def variable(self) -> RandomVariable[dict[str, Any]]:
        """The model as a value: what it reports, by name."""
        return RandomVariable.sequence(self._rests_on).map(lambda _: dict(self._value))

    def compile(self) -> CompiledModel:
        return self.variable().compile()

    def sample(self, data: Any = None, **settings: Any) -> Trace:
        """Compiles and samples; settings as those of ``CompiledModel.sample``."""
        return self.compile().sample(data, **settings)

    def prior_predictive(self, draws: int = 1000, seed: int = 1) -> dict[str, np.ndarray]:
        """Draws of what the model reports from the priors alone."""
        return self.variable().prior_predictive(draws, seed)


class CompiledModel:
    """A compiled model, which may have columns that wait for data. It never changes."""

    def __init__(self, template: _native.Template) -> None:
        self._template = template

    @property
    def dimension(self) -> int:
        """Number of unconstrained parameters."""
        return self._template.dimension

    def explain(self) -> str:
        """What became of sums over the data: which are numbers by now, and what is read row by row."""
        return self._template.explain()

    def sample(
        self,
        data: Any = None,
        *,
        draws: int = 1000,
        tune: int = 1000,
        chains: int = 4,
        target_accept: float | None = None,
        seed: int = 1,
        sampler: str = "nuts",
        metric: str = "diagonal",
        threads: int | None = None,
        progress: bool | Callable[[int, int], Any] | None = None,
    ) -> Trace:
        """Samples the posterior.

        ``data`` has the values of columns that wait for them, by name; or is a frame or table, whose other columns are
        left alone. ``tune`` iterations of each of ``chains``
        chains adapt and are dropped, ``draws`` are kept. ``target_accept`` is the acceptance that NUTS (0.8 unless
        given) or HMC aim at. One seed gives the same numbers at any number of threads. ``sampler`` is ``"nuts"``,
        ``"hmc"`` or ``"walkers"``; ``metric`` is ``"diagonal"``, ``"dense"`` or ``"unit"``.

        ``progress`` is shown on a terminal unless it is False; a function is called with the iterations done and the
        divergences so far. Ctrl-C ends the run with the iteration it is in.
        """
        if data is None or isinstance(data, Mapping):
            columns = [(name, to_array(values, name)) for name, values in (data or {}).items()]
        else:
            table = to_table(data)
            must_have(table, self._template.columns)
            columns = [(name, to_array(table[name], name)) for name in self._template.columns]
        draws, tune, chains = whole("draws", draws), whole("tune", tune), whole("chains", chains)
        posterior = self._template.bind(columns)
        with bar("sampling", chains * (tune + draws), progress) as listener:
            drawn = posterior.sample(
                draws=draws,
                tune=tune,
                chains=chains,
                target_accept=target_accept,
                seed=whole("seed", seed),
                threads=whole_or_none("threads", threads),
                sampler=sampler,
                metric=metric,
                progress=listener,
            )
        return Trace(drawn)

    def portable(self) -> PortableModel:
        """The model as bytes, for ``fit_many`` and for other machines."""
        from .many import PortableModel

        return PortableModel(self._template.to_bytes())


def _draws(prediction: Any) -> Any:
    if isinstance(prediction, (list, tuple)):
        return [_draws(part) for part in prediction]
    return prediction if isinstance(prediction, Generator) else prediction.draw()


def _parts(value: Any, path: str = "") -> tuple[list[tuple[str, Real]], list[tuple[str, Generator]]]:
    """The expressions and the generators of a value, each called by its place."""
    if isinstance(value, Real):
        return [(path or "value", value)], []
    if isinstance(value, Generator):
        return [], [(path or "value", value)]
    if isinstance(value, Mapping):
        inner = [(f"{path}.{name}" if path else str(name), part) for name, part in value.items()]
    elif isinstance(value, tuple):
        inner = [(f"{path}.{place}" if path else str(place), part) for place, part in enumerate(value)]
    elif isinstance(value, list):
        inner = [(f"{path}[{place}]", part) for place, part in enumerate(value)]
    elif value is None or isinstance(value, (bool, int, float, str)):
        return [], []
    else:
        raise ModelError(
            f"a model's value must be made of Real, Generator, numbers, lists, tuples and dicts, "
            f"got {type(value).__name__}{f' at {path}' if path else ''}"
        )
    parts = [_parts(part, place) for place, part in inner]
    return [real for reals, _ in parts for real in reals], [draw for _, draws in parts for draw in draws]


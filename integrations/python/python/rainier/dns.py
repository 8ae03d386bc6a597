"""DNS counts: models of intermittent series, point forecasts, and outlier windows.

In: tables of Arrow, pandas or Polars with one row a domain and time, or with one list of counts a domain. Out:
Arrow tables. The numbers are those of the command ``dns-anomaly`` on the same counts with the same seed.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, fields
from typing import Any

import pyarrow as pa
import pyarrow.compute as pc

from . import _native
from ._native import ModelError, Real
from .data import keys_decoded, must_have, one_batch, to_table
from .distributions import Beta, Distribution, Gamma, Normal, Poisson
from .many import as_lists, fit_many, has_rows
from .model import Model
from .settings import whole, whole_or_none


def zip_model(mean_size: float | None = None, counts: str = "counts") -> Model:
    """Counts that are silent with probability ``zero_prob``, otherwise Poisson with mean ``rate``.

    ``mean_size``, the mean count of busy bins of all series, is the prior's mean of the rate; without it the prior is the
    talk's Normal(5, 5). The counts are a column that waits for its data.
    """
    return _zeros_and_rate(mean_size, counts, "zero_prob", lambda rate, p: Poisson(rate).zero_inflated(p))


def hurdle_model(mean_size: float | None = None, counts: str = "counts") -> Model:
    """Counts that are busy with probability ``active_prob``, then Poisson with ``rate`` given that they are not 0."""
    return _zeros_and_rate(mean_size, counts, "active_prob", lambda rate, p: Poisson(rate).hurdle(p))


def _zeros_and_rate(
    mean_size: float | None, counts: str, probability: str, likelihood: Callable[[Real, Real], Distribution]
) -> Model:
    model = Model()
    share = model.param(probability, Beta(1, 1))
    rate = model.param("rate", Normal(5, 5) if mean_size is None else Gamma(1, mean_size))
    model.fit(likelihood(rate, share), Real.column(counts))
    return model


MODELS = {"zip": zip_model, "hurdle": hurdle_model}


def series(
    table: Any, *, domain: str = "domain", timestamp: str = "timestamp", count: str = "count", bin: str = "1h"
) -> pa.Table:
    """One row a domain: when its first bin starts, and its counts from there to the newest bin of the table, with zeros
    for the bins in which nobody asked."""
    rows = _long(table, domain, timestamp, count, bin)
    lists = as_lists(rows, ["domain"], ["bin", "count"]).rename_columns({"bin": "bins", "count": "counts"})
    filled = _native.filled(one_batch(lists), bin=_native.seconds(bin), observed_until=None)
    return _with_times(pa.Table.from_batches([filled]), ["start"])


def mean_size(counts: pa.ChunkedArray | pa.Array) -> float:
    """The mean count of busy bins, given lists of counts; 1 when there are none."""
    flat = pc.list_flatten(counts)
    total, bins = 0.0, 0
    for start in range(0, len(flat), _AT_ONCE):
        part = flat.slice(start, _AT_ONCE)
        busy = pc.filter(part, pc.greater(part, 0))
        total += pc.sum(busy).as_py() or 0.0
        bins += len(busy)
    return total / bins if bins else 1.0


# Counts that are filtered together: a copy of all of them would be as large as the data.
_AT_ONCE = 1 << 20


def fit(
    table: Any, *, model: str = "zip", domain: str = "domain", counts: str = "counts", mean: float | None = None,
    seed: int = 1, **settings: Any,
) -> pa.Table:
    """Fits a model of intermittent counts, ``"zip"`` or ``"hurdle"``, to each domain's list of counts.

    The prior's mean of the rate is ``mean``, or the mean count of all busy bins. Settings are those of ``fit_many``.
    """
    if model not in MODELS:
        raise ModelError(f"model must be one of {', '.join(map(repr, MODELS))}, got {model!r}")
    keep_nulls = settings.get("errors") == "column"
    lists = as_lists(to_table(table), [domain], [counts], keep_nulls=keep_nulls)
    made = MODELS[model](mean_size(lists[counts]) if mean is None else mean)
    return fit_many(made, lists, key=domain, columns={"counts": counts}, seed=seed, **settings)


def croston(
    table: Any, *, domain: str = "domain", counts: str = "counts", method: str = "talk", alpha: float = 0.1,
    alpha_probability: float | None = None,
) -> pa.Table:
    """A point forecast of each domain's list of counts: expected size, probability of a busy bin, and their product.

    ``method`` is ``"talk"``, ``"talk-unconditional"``, ``"croston"``, ``"sba"``, ``"sbj"`` or ``"tsb"``.
    """
    lists = as_lists(to_table(table), [domain], [counts])
    found = _native.croston(
        one_batch(lists), keys=[domain], has_rows=has_rows(lists), counts=counts, method=method, alpha=alpha,
        alpha_probability=alpha_probability,
    )  # fmt: skip
    return pa.Table.from_batches([found])


@dataclass
class DeckSettings:
    """How mode ``deck`` compares a window with its references; lengths in seconds."""

    bin: int
    window: int
    period: int
    references: int = 4
    min_count: int = 2
    trend_weight: float | None = None
    band: float = 0.99
    simulations: int = 10_000
    draws: int = 500
    tune: int = 300
    seed: int = 1
    threads: int | None = None
    mean_size: float | None = None

    @staticmethod
    def of(bin: str, window: str, period: str, **others: Any) -> DeckSettings:
        """Lengths as people write them: ``1h``, ``7d``."""
        known = [field.name for field in fields(DeckSettings) if field.name not in ("bin", "window", "period")]
        if unknown := [name for name in others if name not in known]:
            raise ModelError(f"mode 'deck' has no setting {', '.join(map(repr, unknown))}, it has {', '.join(known)}")
        for name in ("references", "min_count", "simulations", "draws", "tune", "seed", "threads"):
            if others.get(name) is not None:
                others[name] = whole(name, others[name])
        return DeckSettings(_native.seconds(bin), _native.seconds(window), _native.seconds(period), **others)


def detect(
    table: Any,
    *,
    domain: str = "domain",
    timestamp: str = "timestamp",
    count: str = "count",
    bin: str = "1h",
    window: str = "1d",
    mode: str = "calibrated",
    seed: int = 1,
    threads: int | None = None,
    false_discovery_rate: float | None = None,
    **deck: Any,
) -> pa.Table:
    """Outlier windows of a table with one row a domain and time, ranked across domains: one row an episode.

    Mode ``"calibrated"`` predicts each window from all of its series' past; ``false_discovery_rate`` is the share of false
    ones among its discoveries. Mode ``"deck"`` compares each window with the same one of earlier periods and takes
    ``period`` (``"7d"``), ``references``, ``min_count`` (bins with fewer queries are silent), ``trend_weight`` (compares
    with moving averages of earlier windows, of which the past has this weight), ``band``, ``simulations``, ``draws`` and
    ``tune``.

    Ctrl-C is heard at once; the work that had begun goes on in the background to its end, and what it finds is dropped.
    """
    seed = whole("seed", seed)
    threads = whole_or_none("threads", threads)
    if mode == "deck" and false_discovery_rate is not None:
        raise ModelError("mode 'deck' has no setting 'false_discovery_rate'")
    rows = one_batch(_long(table, domain, timestamp, count, bin))
    if mode == "deck":
        settings = DeckSettings.of(
            bin, window, deck.pop("period", "7d"), seed=seed, threads=threads, **deck
        )
        found = _native.detect_deck(rows, settings)
    elif mode == "calibrated":
        if deck:
            raise ModelError(f"mode 'calibrated' has no setting {', '.join(map(repr, deck))}")
        found = _native.detect_calibrated_windows(
            rows,
            bin=_native.seconds(bin),
            window=_native.seconds(window),
            false_discovery_rate=false_discovery_rate,
            seed=seed,
            threads=threads,
        )
    else:
        raise ModelError(f'mode must be "calibrated" or "deck", got {mode!r}')
    return _with_times(pa.Table.from_batches([found]), ["start", "end"])


def _long(table: Any, domain: str, timestamp: str, count: str, bin: str) -> pa.Table:
    """Domain, number of the bin, count."""
    table = to_table(table)
    must_have(table, [domain, timestamp, count])
    table = keys_decoded(table, [domain])
    if not table.num_rows:  # an empty list or frame does not say of what
        names = {"domain": pa.string(), "bin": pa.int64(), "count": pa.int64()}
        return pa.table({name: pa.array([], kind) for name, kind in names.items()})
    times = microseconds(table[timestamp], timestamp)
    # Bins before 1970 are numbered downwards, as the quotient of doubles could not tell.
    width = pa.scalar(_native.seconds(bin) * 1_000_000, pa.int64())
    quotient = pc.divide(times, width)
    is_above = pc.greater(pc.multiply(quotient, width), times)
    bins = pc.subtract(quotient, is_above.cast(pa.int64()))
    return pa.table({"domain": table[domain], "bin": bins, "count": table[count]})


def microseconds(times: pa.ChunkedArray, name: str) -> pa.ChunkedArray:
    """Times as whole microseconds since 1970: timestamps, dates, or numbers that are seconds."""
    if times.null_count:
        row = times.is_null().index(True).as_py()
        raise ModelError(f"column {name!r}, row {row}: must be a time, got null")
    kind = times.type
    if pa.types.is_timestamp(kind) or pa.types.is_date(kind):
        return times.cast(pa.timestamp("us", getattr(kind, "tz", None)), safe=False).cast(pa.int64())
    if pa.types.is_integer(kind) or pa.types.is_floating(kind):
        numbers = times.cast(pa.float64(), safe=False)
        is_time = pc.less(pc.abs(numbers), 9e12)
        if not pc.all(is_time).as_py():
            row = is_time.index(False).as_py()
            got = times[row].as_py()
            raise ModelError(f"column {name!r}, row {row}: must be a time, got {got}; numbers are seconds since 1970")
        if pa.types.is_integer(kind):
            return pc.multiply(times.cast(pa.int64()), 1_000_000)
        return pc.floor(pc.multiply(numbers, 1e6)).cast(pa.int64())
    raise ModelError(f"column {name!r} must hold timestamps, dates or seconds since 1970, got {kind}")


def _with_times(table: pa.Table, names: list[str]) -> pa.Table:
    """Microseconds since 1970 as timestamps."""
    for name in names:
        place = table.column_names.index(name)
        table = table.set_column(place, name, table[name].cast(pa.timestamp("us", "UTC")))
    return table

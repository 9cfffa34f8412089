"""Where partitions are computed: in this process, on all cores, or on a Dask cluster; the results are the same bytes.

A worker may die (memory, a signal, a fault in a library). What it had in hand is then given to a fresh worker, one call at a
time; a call that takes its worker with it even so is handed back as :class:`Died`, and everything else is done.
"""

from __future__ import annotations

import os
from collections import deque
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import FIRST_COMPLETED, Executor, Future, wait
from contextlib import AbstractContextManager, contextmanager
from dataclasses import dataclass
from functools import partial
from itertools import chain, islice
from typing import Any

EXECUTORS = ("auto", "local", "joblib", "dask")

WINDOW = 2
"""Calls under way for each worker: one in hand and one waiting keep it busy, and no more text is held than that."""

FEW = 4
"""Below so many calls, starting workers (a second or two of imports each) costs more than it saves."""

WORKER_MEMORY = "1GiB"
"""Of a Dask worker on this machine; it is three times what a partition was seen to need."""

SPILL = {"target": 0.6, "spill": 0.7, "pause": 0.85, "terminate": 0.95}
"""Shares of a worker's memory at which Dask writes results to the disk, takes no more work, and restarts the worker."""


@dataclass(frozen=True)
class Died:
    """In place of a result: the call killed its worker."""

    reason: str


def run(function: Callable[..., Any], calls: Iterable[tuple], *, executor: str = "auto") -> Iterator[tuple[tuple, Any]]:
    """Call ``function(*call)`` for every call, and yield (call, result) as they come, in any order.

    Parameters
    ----------
    function : a function that workers can import; of a call they get the arguments as they are.
    calls : tuples of arguments; an iterator is drawn from as workers become free.
    executor : ``local`` (this process), ``joblib`` (one worker a core), ``dask`` (workers on this machine) or the address of a
        scheduler, ``dask://host:port`` or ``tcp://host:port``, whose workers must see the same files; ``auto`` is ``joblib``
        where there are several cores and ``FEW`` calls or more, else ``local``.

    Yields
    ------
    The call and its result; :class:`Died` where the call killed its worker (never with ``local``, where it kills the run).

    Raises
    ------
    ValueError
        For any other executor.
    ImportError
        When Dask is asked for and the extra ``[cluster]`` is not installed.
    OSError
        When no scheduler answers at the address.
    """
    if executor == "auto":
        waiting = iter(calls)
        first = list(islice(waiting, FEW))
        executor = "joblib" if cores() > 1 and len(first) >= FEW else "local"
        calls = chain(first, waiting)
    if executor == "local":
        for call in calls:
            yield call, function(*call)
    elif executor == "joblib":
        yield from _pooled(_loky, function, calls)
    elif executor == "dask" or executor.startswith(("dask://", "tcp://")):
        yield from _pooled(lambda: _dask(executor), function, calls)
    else:
        raise ValueError(f"The executor must be one of {', '.join(EXECUTORS)} or dask://HOST:PORT. Got {executor!r}.")


def cores() -> int:
    """Cores that this process may use."""
    return len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1


@dataclass(frozen=True)
class Pool:
    """Workers: what to submit calls to now, how many there are, and what is raised in place of a result when one dies."""

    executor: Callable[[], Executor]
    workers: int
    deaths: tuple[type[BaseException], ...]


def _pooled(
    opened: Callable[[], AbstractContextManager[Pool]], function: Callable[..., Any], calls: Iterable[tuple]
) -> Iterator[tuple[tuple, Any]]:
    """All calls through a pool; after a death, first what was lost with the worker, one call at a time."""
    waiting, lost = iter(calls), deque[tuple]()
    flying: dict[Future, tuple] = {}
    with opened() as pool:
        while True:
            while not lost and len(flying) < WINDOW * pool.workers and (call := next(waiting, None)) is not None:
                flying[_submit(pool, function, call)] = call
            if flying:
                for future in wait(flying, return_when=FIRST_COMPLETED).done:
                    call = flying.pop(future)
                    try:
                        result = future.result()
                    except pool.deaths:
                        lost.append(call)
                        continue
                    yield call, result
            elif lost:
                call = lost.popleft()
                try:
                    result = _submit(pool, function, call).result()
                except pool.deaths as error:
                    result = Died(f"its worker died ({type(error).__name__})")
                yield call, result
            else:
                return


def _submit(pool: Pool, function: Callable[..., Any], call: tuple) -> Future:
    """The future of a call; where the pool is broken already, one that says so."""
    try:
        return pool.executor().submit(function, *call)
    except pool.deaths as error:
        future: Future = Future()
        future.set_exception(error)
        return future


@contextmanager
def _loky() -> Iterator[Pool]:
    """One process a core, each on one thread; they stay for the next stage and end with the program."""
    from concurrent.futures.process import BrokenProcessPool

    from joblib.externals.loky import get_reusable_executor

    single = dict.fromkeys(("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS"), "1")
    fresh = partial(get_reusable_executor, max_workers=cores(), env={**single, "TOKENIZERS_PARALLELISM": "false"})
    yield Pool(fresh, cores(), (BrokenProcessPool,))  # a broken one is replaced when it is asked for


@contextmanager
def _dask(address: str) -> Iterator[Pool]:
    """Workers of a Dask cluster: on this machine, with a limit of memory each, or wherever the scheduler has them."""
    try:
        import dask
        from distributed import Client, KilledWorker, LocalCluster
    except ImportError:
        raise ImportError(f"The executor {address!r} needs the extra [cluster]: pip install 'themeshift[cluster]'") from None
    import tempfile

    settings: dict[str, object] = {f"distributed.worker.memory.{name}": share for name, share in SPILL.items()}
    settings |= {"distributed.scheduler.allowed-failures": 0, "distributed.logging.distributed": "error"}
    with dask.config.set(settings), tempfile.TemporaryDirectory(ignore_cleanup_errors=True) as scratch:
        if address != "dask":
            with Client(address.replace("dask://", "tcp://"), set_as_default=False) as client:
                workers = max(1, len(client.scheduler_info(n_workers=-1)["workers"]))
                yield Pool(partial(_same, client.get_executor(pure=False)), workers, (KilledWorker,))
            return
        with (
            LocalCluster(
                n_workers=cores(),
                threads_per_worker=1,
                memory_limit=WORKER_MEMORY,
                dashboard_address=None,
                local_directory=scratch,
            ) as cluster,
            Client(cluster, set_as_default=False) as client,
        ):
            yield Pool(partial(_same, client.get_executor(pure=False)), cores(), (KilledWorker,))


def _same(executor: Executor) -> Executor:
    """Dask replaces dead workers by itself."""
    return executor

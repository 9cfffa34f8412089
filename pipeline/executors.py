"""Where the partitions are computed: in this process, on all cores, or on a Dask cluster; the results are the same bytes."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence

EXECUTORS = ("local", "joblib", "dask")


def run(function: Callable[..., str], calls: Sequence[tuple], *, executor: str = "local") -> Iterator[str]:
    """Call ``function(*arguments)`` for every tuple of ``calls``, and yield the results as they come.

    Parameters
    ----------
    executor : ``local``, ``joblib`` (one worker a core), ``dask`` (workers on this machine) or the address of a scheduler,
        ``dask://host:port`` or ``tcp://host:port``; its workers must see the same files.

    Raises
    ------
    ValueError
        For any other executor.
    ImportError
        When Dask is asked for and the extra ``[cluster]`` is not installed.
    """
    if executor == "local" or (executor == "joblib" and len(calls) < 2):
        yield from (function(*call) for call in calls)
    elif executor == "joblib":
        yield from _joblib(function, calls)
    elif executor == "dask" or executor.startswith(("dask://", "tcp://")):
        yield from _dask(function, calls, executor)
    else:
        raise ValueError(f"The executor must be one of {', '.join(EXECUTORS)} or dask://HOST:PORT. Got {executor!r}.")


def _joblib(function: Callable[..., str], calls: Sequence[tuple]) -> Iterator[str]:
    import joblib

    yield from joblib.Parallel(n_jobs=-1, return_as="generator_unordered")(joblib.delayed(function)(*call) for call in calls)


def _dask(function: Callable[..., str], calls: Sequence[tuple], address: str) -> Iterator[str]:
    try:
        from distributed import Client, LocalCluster, as_completed
    except ImportError:
        raise ImportError(f"The executor {address!r} needs the extra [cluster]: pip install 'themeshift[cluster]'") from None
    if address == "dask":
        with LocalCluster(threads_per_worker=1, dashboard_address=None) as cluster, Client(cluster) as client:
            yield from _completed(client, as_completed, function, calls)
    else:
        with Client(address.replace("dask://", "tcp://")) as client:
            yield from _completed(client, as_completed, function, calls)


def _completed(client: object, as_completed: Callable, function: Callable[..., str], calls: Sequence[tuple]) -> Iterator[str]:
    futures = [client.submit(function, *call, pure=False) for call in calls]  # type: ignore[attr-defined]
    for future in as_completed(futures):
        yield future.result()

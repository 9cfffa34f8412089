"""The stage as scikit-learn knows it: a vectoriser of texts and a model of themes on vectors."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray
from sklearn.base import BaseEstimator, ClassNamePrefixFeaturesOutMixin, TransformerMixin
from sklearn.utils.validation import check_is_fitted, validate_data

from pipeline.encode import Encoder, load
from pipeline.topics.context import Order
from pipeline.topics.discover import TEMPERATURE, discover
from pipeline.topics.sketch import Sketch
from pipeline.vectors import Vectors, normalise


class SentenceVectorizer(TransformerMixin, BaseEstimator):
    """Texts to vectors by an encoder of :mod:`pipeline.encode`.

    Parameters
    ----------
    encoder : name of an encoder, or an object with ``encode``.

    Attributes
    ----------
    n_features_out_ : length of a vector.
    """

    def __init__(self, encoder: str | Encoder = "static") -> None:
        self.encoder = encoder

    def fit(self, raw_documents: Sequence[str], y: Any = None) -> SentenceVectorizer:
        """Learn the length of the vectors; the encoder itself is fixed."""
        self.n_features_out_ = int(np.asarray(load(self.encoder).encode(["."])).shape[1])
        return self

    def transform(self, raw_documents: Sequence[str]) -> NDArray[np.float32]:
        """Vectors (n, d) of length one."""
        check_is_fitted(self)
        if isinstance(raw_documents, str):
            raise ValueError("The raw_documents must be a list of texts. Got one text.")
        return normalise(np.asarray(load(self.encoder).encode(list(raw_documents)), np.float32))

    def get_feature_names_out(self, input_features: Any = None) -> NDArray[np.object_]:
        """Names ``vector0``, ``vector1`` ... of the columns."""
        check_is_fitted(self)
        return np.array([f"vector{i}" for i in range(self.n_features_out_)], dtype=object)


class ThemeModel(ClassNamePrefixFeaturesOutMixin, TransformerMixin, BaseEstimator):
    """Themes of vectors, each row alone; saved and applied to other vectors. They may come at once or in batches.

    Parameters
    ----------
    n_themes : number of themes, or "auto".
    temperature : divides cosines before the exponential; the smaller, the more a row belongs to one theme.

    Attributes
    ----------
    centre_ : (d,) mean of the rows.
    components_ : (k, d) centroids, length one, the largest theme first.
    labels_ : (n,) theme of each row; after ``partial_fit`` of the rows of its last batch.
    n_samples_seen_ : rows that the themes were learned from.

    Notes
    -----
    Rows have no order here: :func:`pipeline.topics.code` uses it and is better on speeches.

    :meth:`fit` holds all rows. :meth:`partial_fit` holds a batch and a sample of what it has seen
    (:mod:`pipeline.topics.sketch`). Themes are discovered in the sample whenever twice as many rows were seen as the time before;
    in between, each batch moves them by a step of expectation maximisation. When they are discovered anew, their number (if
    "auto") and their order may change. Themes of :meth:`fit` are moved only.

    References
    ----------
    Cappe and Moulines (2009), On-line expectation-maximization algorithm for latent data models, JRSS B 71.
    """

    components_: Vectors
    n_samples_seen_: int
    _discovered_at: int
    _total: NDArray[np.float64]
    _sums: NDArray[np.float64]
    _sketch: Sketch | None

    def __init__(self, n_themes: int | str = "auto", temperature: float = TEMPERATURE) -> None:
        self.n_themes = n_themes
        self.temperature = temperature

    def fit(self, X: Any, y: Any = None) -> ThemeModel:  # noqa: N803
        """Discover themes in the rows of ``X`` (n, d)."""
        rows = validate_data(self, X, dtype=[np.float64, np.float32], ensure_min_samples=2)
        self._check_temperature()
        self.centre_ = rows.mean(axis=0)
        self._discover(rows)
        self.labels_ = np.asarray(np.argmax(self._weights(rows), axis=1), np.intp)
        self.n_samples_seen_ = self._discovered_at = len(rows)
        self._total, self._sums, self._sketch = rows.sum(axis=0, dtype=np.float64), self._told(rows), None
        return self

    def partial_fit(self, X: Any, y: Any = None) -> ThemeModel:  # noqa: N803
        """Learn from the rows of a batch ``X`` (n, d) too; memory does not grow with the number of batches.

        Raises
        ------
        ValueError
            When the first batch has fewer different rows than there are themes.
        """
        first = not hasattr(self, "components_")
        rows = validate_data(self, X, dtype=[np.float64, np.float32], reset=first, ensure_min_samples=2 if first else 1)
        self._check_temperature()
        if first:
            self.n_samples_seen_ = self._discovered_at = 0
            self._total, self._sums, self._sketch = np.zeros(rows.shape[1]), np.zeros((0, rows.shape[1])), Sketch()
        self.n_samples_seen_ += len(rows)
        self._total = self._total + rows.sum(axis=0, dtype=np.float64)
        self.centre_ = (self._total / self.n_samples_seen_).astype(rows.dtype)
        self._sketch = None if self._sketch is None else self._sketch.joined(rows)
        if self._sketch is not None and self.n_samples_seen_ >= 2 * self._discovered_at:
            self._discover(self._sketch.rows)
            self._sums = self._told(self._sketch.rows) * (self.n_samples_seen_ / len(self._sketch.rows))
            self._discovered_at = self.n_samples_seen_
        else:
            self._sums = self._sums + self._told(rows)
            self.components_ = normalise(self._sums.astype(np.float32))
        self.labels_ = np.asarray(np.argmax(self._weights(rows), axis=1), np.intp)
        return self

    def _check_temperature(self) -> None:
        if not self.temperature > 0:
            raise ValueError(f"The 'temperature' parameter of ThemeModel must be above 0. Got {self.temperature!r} instead.")

    def _discover(self, rows: NDArray[Any]) -> None:
        """Find themes in rows (n, d)."""
        each = np.arange(len(rows))
        clusters = discover(normalise(rows - self.centre_), Order(each, each, each, each), n_themes=self.n_themes)
        self.components_ = clusters.centroids
        self._n_features_out = len(self.components_)

    def _told(self, rows: NDArray[Any]) -> NDArray[np.float64]:
        """Sum (k, d) of the rows that belong to each theme, as far as they do."""
        return np.asarray(self._weights(rows).T @ normalise(rows - self.centre_), np.float64)

    def transform(self, X: Any) -> NDArray[np.float64]:  # noqa: N803
        """Weights (n, k) of the themes in each row; a row sums to one."""
        check_is_fitted(self)
        return self._weights(validate_data(self, X, dtype=[np.float64, np.float32], reset=False))

    def _weights(self, rows: NDArray[Any]) -> NDArray[np.float64]:
        energies = normalise(rows - self.centre_).astype(float) @ self.components_.T.astype(float) / self.temperature
        weights = np.exp(energies - energies.max(axis=1, keepdims=True))
        return np.asarray(weights / weights.sum(axis=1, keepdims=True), np.float64)

    def predict(self, X: Any) -> NDArray[np.intp]:  # noqa: N803
        """Theme (n,) of largest weight of each row."""
        return np.asarray(np.argmax(self.transform(X), axis=1), np.intp)

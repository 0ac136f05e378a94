"""Python functions over the rows of a Spark frame, and sentences for what goes wrong in them."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from itertools import islice
from typing import TYPE_CHECKING, Any

from ..problems import Unusable
from .session import first_line

if TYPE_CHECKING:
    import pyarrow
    from pyspark.sql import DataFrame, SparkSession

RowFunction = Callable[[Iterator[Mapping[str, Any]]], Iterator[Sequence[Any]]]
_TOGETHER = 500  # rows that are sent back in one go
_SAID = re.compile(r"Unusable: (.+)")


def mapped(frame: DataFrame, function: RowFunction, columns: Mapping[str, str]) -> DataFrame:
    """What `function` makes of the rows of each partition, in `columns` (name → long, double, boolean, string, binary).

    Arrow on both sides, as `mapInPandas`, without the frames of pandas between. The function has to be importable on
    every node, as `partial` of a function of a module is.
    """

    def run(batches: Iterator[pyarrow.RecordBatch]) -> Iterator[pyarrow.RecordBatch]:
        import pyarrow

        types = {
            "long": pyarrow.int64(),
            "double": pyarrow.float64(),
            "boolean": pyarrow.bool_(),
            "string": pyarrow.string(),
            "binary": pyarrow.binary(),
        }
        schema = pyarrow.schema([(name, types[kind]) for name, kind in columns.items()])
        made = function(row for batch in batches for row in batch.to_pylist())
        while rows := list(islice(made, _TOGETHER)):
            arrays = [
                pyarrow.array(cells, kind.type) for cells, kind in zip(zip(*rows, strict=True), schema, strict=True)
            ]
            yield pyarrow.RecordBatch.from_arrays(arrays, schema=schema)

    return frame.mapInArrow(run, ddl(columns))


def framed(session: SparkSession, rows: Iterable[Sequence[Any]], columns: Mapping[str, str]) -> DataFrame:
    """Rows of the driver as a frame."""
    return session.createDataFrame(list(rows), ddl(columns), verifySchema=False)


def ddl(columns: Mapping[str, str]) -> str:
    """Columns as Spark writes a schema."""
    return ", ".join(f"`{name}` {kind}" for name, kind in columns.items())


@contextmanager
def in_sentences() -> Iterator[None]:
    """Turns errors of Spark into Unusable: what one of our functions said, else the first line of what Spark says."""
    from py4j.protocol import Py4JError
    from pyspark.errors import PySparkException

    try:
        yield
    except (PySparkException, Py4JError) as error:
        said = _SAID.search(str(error))
        raise Unusable(said[1].strip() if said else f"Spark gave up: {first_line(error)}") from error

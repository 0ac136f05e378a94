"""The engine for more texts than one machine can read: Apache Spark does the work that `run` leaves to an engine.

What is done to one text, one name and one pair of names is the code of the local engine. Here is only how it is spread:
`inputs` and `reading` (texts → pages), `names` (positions, stand-ins, keys), `joining` (keys → pairs), `comparing`
(pairs → scores), `components` (what belongs together), `resolving` (all of that in order), `whole` (tables that never
come together). `session` starts Spark, `rows` takes Python functions over the rows of a frame.
"""

from __future__ import annotations

from .engine import SparkEngine, open_spark

__all__ = ["SparkEngine", "open_spark"]

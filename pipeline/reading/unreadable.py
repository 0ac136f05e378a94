"""The one way in which a reader says no."""

from __future__ import annotations


class Unreadable(Exception):  # noqa: N818  (it names the state of the input)
    """This input gives no text: `error` is the short code of `errors.csv`, `message` the words next to it."""

    def __init__(self, error: str, message: str) -> None:
        super().__init__(f"{error}: {message}")
        self.error = error
        self.message = message

"""What a user can cause and mend: said in words, answered with exit code 2."""

from __future__ import annotations


class Unusable(ValueError):  # noqa: N818  (it names the state of what was given)
    """An input, option or folder that cannot be used. The message says what, and the next thing to try."""

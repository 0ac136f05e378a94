"""Which learned decisions are switched on (rules/learned.yaml), and where their weights are read."""

from __future__ import annotations

from collections.abc import Iterable
from importlib.resources import files
from pathlib import Path

from ..language.model import ModelChoice
from ..rulebook import Rulebook
from .linear import LinearModel, read_model

WEIGHTS = "decisions"  # a folder inside that of the model
DECISIONS = ("headings", "kinds", "names", "membership", "parties")


class Learned:
    """The learned decisions that take part. `folder`: where their weights are, instead of the embedded ones."""

    def __init__(self, decisions: Iterable[str], folder: Path | None = None) -> None:
        folder = folder if folder is not None else Path(str(files("coalitie.model"))) / WEIGHTS
        self._models: dict[str, LinearModel] = {name: read_model(folder / f"{name}.json.gz") for name in decisions}

    @classmethod
    def of(cls, rulebook: Rulebook, folder: Path | None = None) -> Learned:
        """Those that rules/learned.yaml switches on."""
        return cls([name for name in DECISIONS if getattr(rulebook.learned, name)], folder)

    def get(self, decision: str) -> LinearModel | None:
        """The weights of a decision; None where it is switched off."""
        return self._models.get(decision)


def own_weights(choice: ModelChoice) -> Path | None:
    """The weights that a model folder carries, as one made by training/build.py does; None for the embedded ones."""
    folder = Path(choice.path) / WEIGHTS
    return folder if choice.path and folder.is_dir() else None

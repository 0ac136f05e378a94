"""What a run made, in numbers and words."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from .language.model import ModelChoice
from .records import Comparing, Failure

_SHOWN = ("documents", "sections", "participants", "entities", "contacts", "organisations", "duplicates", "errors")


@dataclass(frozen=True, slots=True)
class Summary:
    """Of one run of `extract`. `counts` has the rows of each table."""

    out: Path
    counts: dict[str, int]
    n_municipalities: int
    n_review: int
    comparing: Comparing
    failures: tuple[Failure, ...]
    skipped: tuple[str, ...]
    warnings: tuple[str, ...]
    model: ModelChoice
    seconds: float
    n_unchanged: int = 0

    def lines(self) -> list[str]:
        """What a person wants to know when it is done: first what went wrong, last where the tables are."""
        counts, lines = self.counts, self.failed()
        if self.skipped:
            more = ", …" if len(self.skipped) > 3 else ""
            lines.append(f"skipped, no texts: {', '.join(self.skipped[:3])}{more}")
        lines += [f"warning: {warning}" for warning in self.warnings]
        if counts.get("documents") or counts.get("errors"):
            lines += [f"  {name:<14}{counts[name]:>7}" for name in _SHOWN]
        review = f"{self.n_review} await review" if self.n_review else "none awaits review"
        lines += [
            f"{counts['documents']} texts on {self.n_municipalities} municipalities: "
            f"{counts['participants']} participants, {counts['organisations']} organisations "
            f"under {counts['organisation_names']} names; of the close pairs {review}",
            *([f"{self.n_unchanged} texts were as before and not read again"] if self.n_unchanged else []),
            self.comparing.words,
            f"model {self.model.name} ({self.model.version}); {self.seconds:.1f} s; written to {self.out}",
        ]
        return lines

    def failed(self) -> list[str]:
        """The texts that could not be done, ten of them by name."""
        lines = [f"not done: {f.source} ({f.error}: {f.message})" for f in self.failures[:10]]
        if len(self.failures) > 10:
            lines.append(f"not done: {len(self.failures) - 10} more, see errors.csv")
        return lines

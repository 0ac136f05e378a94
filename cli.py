"""The commands: options in, exit codes and words out; no logic.

Exit codes: 0 done; 1 done, but something needs attention; 2 wrong usage or unusable configuration, nothing written.
Data goes to files or standard output, words to standard error. Heavy imports wait until a command needs them.
"""

from __future__ import annotations

import importlib.util
import os
import sys
from collections.abc import Callable
from functools import wraps
from pathlib import Path
from typing import Annotated, Any, TypeVar

if not __package__:  # `python cli.py` in a checkout, and the processes it starts: make the checkout the package
    _root = Path(__file__).resolve().parent
    _spec = importlib.util.spec_from_file_location(
        "coalitie", _root / "__init__.py", submodule_search_locations=[str(_root)]
    )
    if _spec is not None and _spec.loader is not None:
        _package = importlib.util.module_from_spec(_spec)
        sys.modules["coalitie"] = _package
        _spec.loader.exec_module(_package)

import typer

DONE, ATTENTION, UNUSABLE = 0, 1, 2
DEFAULT_JUDGEMENTS = Path("raw") / "judgements.csv"
DEFAULT_CORRECTIONS = Path("raw") / "judgements.corrections.csv"

app = typer.Typer(
    name="coalitie",
    help="Dutch texts on local coalitions against loneliness → normalised, traceable tables.",
    no_args_is_help=True,
    add_completion=False,
    rich_markup_mode=None,
    pretty_exceptions_enable=False,
    context_settings={"help_option_names": ["-h", "--help"]},
)
rules_app = typer.Typer(help="Work on the rules.", no_args_is_help=True, rich_markup_mode=None)
model_app = typer.Typer(help="Work on the language model.", no_args_is_help=True, rich_markup_mode=None)
app.add_typer(rules_app, name="rules")
app.add_typer(model_app, name="model")

F = TypeVar("F", bound=Callable[..., Any])

RulesOption = Annotated[
    Path | None, typer.Option("--rules", metavar="DIR", help="Folder with rules, instead of those in the package.")
]
JudgementsOption = Annotated[
    Path | None,
    typer.Option("--judgements", metavar="FILE", help="Stewards' decisions; default raw/judgements.csv if it exists."),
]
RegistryOption = Annotated[
    Path | None,
    typer.Option(
        "--registry",
        metavar="FILE",
        help="organisations.csv (or run folder) that gives organisations their ids; default the run that is replaced.",
    ),
]
ModelOption = Annotated[
    str | None,
    typer.Option(
        "--model",
        metavar="NAME_OR_PATH",
        help="spaCy model, or 'embedded'; default $COALITIE_MODEL, then an installed nl_core_news model.",
    ),
]
QuietOption = Annotated[bool, typer.Option("--quiet", "-q", help="Say nothing but errors.")]
StrictOption = Annotated[bool, typer.Option("--strict", help="Exit with 1 while pairs await review.")]
RunArgument = Annotated[Path, typer.Argument(metavar="DIR", help="A run folder, as `coalitie extract` wrote it.")]


def say(*words: str) -> None:
    """Words for a person, to standard error."""
    for line in words:
        typer.echo(line, err=True)


def in_words(command: F) -> F:
    """Turn what a user can cause into a sentence and an exit code; bugs keep their traceback."""

    @wraps(command)
    def told(*args: Any, **kwargs: Any) -> Any:
        from coalitie.pipeline.problems import Unusable

        try:
            return command(*args, **kwargs)
        except Unusable as problem:
            say(f"coalitie: {problem}")
        except BrokenPipeError:
            # The reader of our output left (`| head`): not a failure, and nothing may be flushed to it any more.
            os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
            raise typer.Exit(DONE) from None
        except OSError as error:
            place = f"{error.filename}: " if error.filename else ""
            say(f"coalitie: {place}{error.strerror or error}")
        except KeyboardInterrupt:
            say("coalitie: stopped; nothing was written")
            raise typer.Exit(130) from None
        raise typer.Exit(UNUSABLE)

    return told  # type: ignore[return-value]


def _version(wanted: bool) -> None:
    if wanted:
        from importlib.metadata import PackageNotFoundError, version

        try:
            number = version("coalitie")
        except PackageNotFoundError:
            number = "(checkout, not installed)"
        typer.echo(f"coalitie {number}")
        raise typer.Exit(DONE)


@app.callback()
def main(
    _: Annotated[
        bool, typer.Option("--version", callback=_version, is_eager=True, help="Print the version and stop.")
    ] = False,
) -> None:
    """Dutch texts on local coalitions against loneliness → normalised, traceable tables."""


@app.command()
@in_words
def extract(
    inputs: Annotated[
        list[str] | None,
        typer.Argument(metavar="[INPUT]...", help="Texts: files, folders (recursive), patterns, or - . Default: raw"),
    ] = None,
    out: Annotated[Path, typer.Option("--out", "-o", metavar="DIR", help="Folder for the tables.")] = Path("extracted"),
    model: ModelOption = None,
    rules: RulesOption = None,
    judgements: JudgementsOption = None,
    registry: RegistryOption = None,
    workers: Annotated[
        int, typer.Option("--workers", "-w", min=0, help="Processes; 0 means as many as are worth it.")
    ] = 0,
    formats: Annotated[str, typer.Option("--format", help="What to write: csv, jsonl, or both.")] = "csv,jsonl",
    strict: StrictOption = False,
    quiet: QuietOption = False,
) -> None:
    """Read texts and write every table."""
    from coalitie.pipeline.run import Order
    from coalitie.pipeline.run import extract as run

    names = tuple(inputs or ("raw",))
    order = Order(
        inputs=names,
        out=out,
        model=model,
        rules=rules,
        judgements=_judgements(judgements),
        registry=_existing(registry, "--registry"),
        workers=workers,
        formats=tuple(dict.fromkeys(part.strip() for part in formats.split(",") if part.strip())),
        stdin=sys.stdin.buffer.read() if "-" in names else None,
    )
    progress = _Progress(quiet)
    try:
        summary = run(order, progress)
    finally:
        progress.clear()
    if not quiet:
        say(*summary.lines())
    elif summary.failures:
        say(*summary.failed())
    raise typer.Exit(ATTENTION if summary.failures or (strict and summary.n_review) else DONE)


@app.command()
@in_words
def dedupe(
    names: Annotated[Path, typer.Argument(metavar="NAMES.csv", help="A CSV table with a name on each row.")],
    name: Annotated[str, typer.Option("--name", metavar="COL", help="Column with the organisation's name.")],
    municipality: Annotated[
        str | None,
        typer.Option("--municipality", metavar="COL", help="Column with the municipality: name or GM code."),
    ] = None,
    row_id: Annotated[
        str | None, typer.Option("--id", metavar="COL", help="Column with the row's id; adds the table rows.csv.")
    ] = None,
    out: Annotated[Path, typer.Option("--out", "-o", metavar="DIR", help="Folder for the tables.")] = Path("deduped"),
    rules: RulesOption = None,
    judgements: JudgementsOption = None,
    registry: RegistryOption = None,
    strict: StrictOption = False,
    quiet: QuietOption = False,
) -> None:
    """Find the same organisation under several names in any table."""
    from coalitie.pipeline.name_tables import Columns
    from coalitie.pipeline.name_tables import dedupe as run

    result = run(
        names,
        Columns(name, municipality, row_id),
        out,
        rules=rules,
        judgements=_judgements(judgements),
        registry=_existing(registry, "--registry"),
    )
    if not quiet:
        say(
            *(f"warning: {warning}" for warning in result.warnings),
            f"{result.n_rows} rows, {result.n_names} names → {result.n_organisations} organisations",
            result.comparing.words,
            f"{result.n_review} pairs await review (duplicates.csv)",
            f"written to {out}",
        )
    raise typer.Exit(ATTENTION if strict and result.n_review else DONE)


@app.command()
@in_words
def match(
    pairs: Annotated[
        Path,
        typer.Argument(
            metavar="PAIRS.csv", help="Columns name_a, municipality_a, name_b, municipality_b; others pass."
        ),
    ],
    out: Annotated[
        Path | None, typer.Option("--out", "-o", metavar="FILE", help="Where to; default standard output.")
    ] = None,
    rules: RulesOption = None,
    quiet: QuietOption = False,
) -> None:
    """Score pairs of names: the probability that both are the same body, and why."""
    from coalitie.pipeline.name_tables import match as run
    from coalitie.pipeline.publishing import write_file

    text, count = run(pairs, rules)
    if out is None:
        _to_stdout(text)
    else:
        write_file(out, text.encode())
    if not quiet:
        say(f"{count} pairs scored")


@app.command()
@in_words
def retrain(
    rules: Annotated[
        Path, typer.Option("--rules", metavar="DIR", help="Your copy of the rules; its matching.yaml is replaced.")
    ],
    judgements: Annotated[
        Path | None,
        typer.Option("--judgements", metavar="FILE", help="What stewards decided; start from today's model."),
    ] = None,
    pairs: Annotated[
        list[Path] | None,
        typer.Option(
            "--pairs", metavar="FILE", help="More labelled pairs: name_a, …, municipality_b, same (yes or no)."
        ),
    ] = None,
    documents: Annotated[
        list[Path] | None,
        typer.Option("--documents", metavar="DIR", help="Gold records, for pairs of names within one document."),
    ] = None,
    quiet: QuietOption = False,
) -> None:
    """Fit the matcher of names to more labelled pairs; the old model stays unless the new one is better."""
    try:
        from coalitie.training.matcher import Order, train
        from coalitie.training.report import tables
    except ModuleNotFoundError as missing:
        say(f"coalitie: {missing.name} is not installed; install it with: pip install 'coalitie[train]'")
        raise typer.Exit(UNUSABLE) from None
    from coalitie.pipeline.publishing import write_file

    trained = train(Order(rules, tuple(pairs or ()), tuple(documents or ()), judgements))
    _to_stdout(tables(trained))
    if trained.accepted:
        write_file(rules / "matching.yaml", trained.text.encode())
    if not quiet:
        kept = f"written to {rules / 'matching.yaml'}" if trained.accepted else "the model of before stays"
        say(f"{trained.why}: {kept}")
    raise typer.Exit(DONE if trained.accepted else ATTENTION)


@app.command()
@in_words
def trace(
    folder: RunArgument,
    row_id: Annotated[str, typer.Argument(metavar="ID", help="Any id of a table: document, section, organisation, …")],
    texts: Annotated[
        Path | None,
        typer.Option("--texts", metavar="DIR", help="Folder with the sources, for a run without documents.jsonl."),
    ] = None,
    limit: Annotated[int, typer.Option("--limit", min=1, help="Passages to show at most.")] = 20,
) -> None:
    """Show the passage of the source text behind a row."""
    from coalitie.pipeline.trace import trace as run

    _to_stdout(run(folder, row_id, texts, limit))


@app.command()
@in_words
def validate(folder: RunArgument, quiet: QuietOption = False) -> None:
    """Check a run folder against the schemas in its datapackage.json."""
    from coalitie.pipeline.validation import validate as run

    findings = run(folder)
    for finding in findings:
        typer.echo(str(finding))
    if not quiet:
        say(f"{len(findings)} findings" if findings else "valid")
    raise typer.Exit(ATTENTION if findings else DONE)


@app.command()
@in_words
def evaluate(
    folder: RunArgument,
    gold: Annotated[Path, typer.Argument(metavar="GOLD", help="Folder with one gold record (JSON) per text.")],
    only: Annotated[
        str | None, typer.Option("--only", metavar="NAME,NAME", help="Only these texts (file names, no extension).")
    ] = None,
    errors: Annotated[bool, typer.Option("--errors", help="List every extra and missed item.")] = False,
    as_json: Annotated[bool, typer.Option("--json", help="Figures as JSON.")] = False,
) -> None:
    """Precision, recall and F1 of a run against gold records."""
    from coalitie.pipeline.evaluation import evaluate as run
    from coalitie.pipeline.evaluation import report

    wanted = frozenset(part.strip() for part in only.split(",")) if only else None
    _to_stdout(report(run(folder, gold, wanted), errors=errors, as_json=as_json))


@rules_app.command("check")
@in_words
def rules_check(
    folder: Annotated[
        Path | None, typer.Argument(metavar="[DIR]", help="Folder with rules; default those in the package.")
    ] = None,
    quiet: QuietOption = False,
) -> None:
    """Lint the rules: unknown keys, duplicates, rules that none of their own examples needs."""
    from coalitie.pipeline.rule_lint import lint

    findings = lint(folder)
    for finding in findings:
        typer.echo(finding)
    if not quiet:
        say(f"{len(findings)} findings" if findings else "the rules are sound")
    raise typer.Exit(ATTENTION if findings else DONE)


@model_app.command("info")
@in_words
def model_info(model: ModelOption = None) -> None:
    """Which spaCy model would be used, why, its licence, its sources and its measured scores."""
    from coalitie.pipeline.language.model import choose_model

    choice = choose_model(model)
    scores = ", ".join(f"{name} {value:.3f}" for name, value in choice.scores.items())
    rows = {
        "model": choice.name,
        "version": choice.version,
        "why": choice.reason,
        "about": choice.about,
        "licence": choice.licence,
        "sources": "; ".join(choice.sources),
        "scores": scores or "none measured",
        "path": choice.path,
    }
    for name, value in rows.items():
        if value:
            typer.echo(f"{name:<9}{value}")


def _judgements(path: Path | None) -> Path | None:
    """The file asked for, or the default one where it, or the corrections beside it, exists."""
    if path is None:
        made = DEFAULT_JUDGEMENTS.is_file() or DEFAULT_CORRECTIONS.is_file()
        return DEFAULT_JUDGEMENTS if made else None
    return _existing(path, "--judgements")


def _existing(path: Path | None, option: str) -> Path | None:
    from coalitie.pipeline.problems import Unusable

    if path is not None and not path.exists():
        raise Unusable(f"{path}, given with {option}, does not exist")
    return path


def _to_stdout(text: str) -> None:
    """Data to standard output, as UTF-8 whatever the terminal's own encoding."""
    sys.stdout.buffer.write(text.encode("utf-8"))
    sys.stdout.flush()


class _Progress:
    """One line on a terminal that says how far a run is; silent anywhere else."""

    def __init__(self, quiet: bool) -> None:
        self._on = not quiet and sys.stderr.isatty()
        self._shown = ""

    def __call__(self, stage: str, done: int, total: int) -> None:
        line = f"{stage} {done}/{total}" if total > 1 else stage
        if self._on and line != self._shown:
            sys.stderr.write(f"\r\x1b[K{line}")
            sys.stderr.flush()
            self._shown = line

    def clear(self) -> None:
        if self._shown:
            sys.stderr.write("\r\x1b[K")
            sys.stderr.flush()
            self._shown = ""


if __name__ == "__main__":
    app()

"""The `hub` command: one module a noun. Errors are one sentence on standard error.

Only the module of the command that was asked for is imported, so that `hub check` answers at once.
"""

import importlib
import sys
from collections.abc import Iterable
from pathlib import Path

import typer

from hub import __version__
from hub.domain.errors import HubError

COMMANDS = (
    "check",
    "criteria",
    "render",
    "profile",
    "submit",
    "run",
    "api",
    "relay",
    "worker",
    "chores",
    "migrate",
    "settings",
    "reference",
    "client",
    "documents",
    "submissions",
    "rejected",
    "review",
    "errors",
    "deliveries",
    "destinations",
    "queues",
    "simulate",
    "bench",
    "demo",
)
"""Each is a module beside this one with an `app` (a noun with verbs) or a function of its name."""


def build(names: Iterable[str] = COMMANDS) -> typer.Typer:
    """The command line with these commands; the others are only listed."""
    app = typer.Typer(
        name="hub", no_args_is_help=True, add_completion=False, pretty_exceptions_enable=False
    )
    app.callback()(_options)
    wanted = set(names)
    for name in COMMANDS:
        if name in wanted:
            _add(app, name)
        else:
            app.command(name, help=_summary(name))(_unasked)
    return app


def _add(app: typer.Typer, name: str) -> None:
    module = importlib.import_module(f"hub.cli.{name}")
    if hasattr(module, "app"):
        app.add_typer(module.app, name=name, help=_summary(name))
    else:
        app.command(name)(getattr(module, name))


def _summary(name: str) -> str:
    """What the first line of a command's module says of it, read without importing it."""
    line = Path(__file__).with_name(f"{name}.py").read_text(encoding="utf-8").partition("\n")[0]
    summary = line.strip('"').partition(": ")[2]
    return summary[:1].upper() + summary[1:]


def _unasked() -> None:
    """Stands in the list for a command that was not asked for."""


def main() -> None:
    """Run a command; an expected error is one sentence and exit status 1."""
    app = build(sys.argv[1:2])
    try:
        app()
    except HubError as error:
        print(f"hub: {error}", file=sys.stderr)
        sys.exit(1)
    except KeyboardInterrupt:
        sys.exit(130)
    except BrokenPipeError:  # the reader of our output has gone, as in `hub errors list | head`
        sys.stderr.close()
        sys.exit(1)


def _show_version(wanted: bool) -> None:
    if wanted:
        print(f"citation-hub {__version__}")
        raise typer.Exit


def _options(
    version: bool = typer.Option(
        False, "--version", help="Show the version.", callback=_show_version, is_eager=True
    ),
) -> None:
    """Citation hub: takes electronic tickets in, judges them, routes them to the court."""
    del version

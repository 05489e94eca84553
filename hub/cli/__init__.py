"""The `hub` command: one module a noun. Errors are one sentence on standard error.

Only the module of the command that was asked for is imported, so that `hub check` answers at once.
"""

import importlib
import sys
from collections.abc import Iterable

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
    """The command line with these commands."""
    app = typer.Typer(
        name="hub", no_args_is_help=True, add_completion=False, pretty_exceptions_enable=False
    )
    app.callback()(_options)
    for name in names:
        module = importlib.import_module(f"hub.cli.{name}")
        if hasattr(module, "app"):
            summary = (module.__doc__ or "").partition(": ")[2].partition("\n")[0]
            app.add_typer(module.app, name=name, help=summary[:1].upper() + summary[1:])
        else:
            app.command(name)(getattr(module, name))
    return app


def main() -> None:
    """Run a command; an expected error is one sentence and exit status 1."""
    asked = sys.argv[1:2]
    app = build(asked if asked and asked[0] in COMMANDS else COMMANDS)
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

"""The `hub` command: one module a noun. Errors are one sentence on standard error."""

import sys

import typer

from hub import __version__
from hub.cli import (
    check,
    client,
    criteria,
    demo,
    documents,
    errors,
    profile,
    reference,
    render,
    run,
    settings,
    simulate,
    submit,
)
from hub.domain.errors import HubError

app = typer.Typer(
    name="hub",
    help="Citation hub: takes electronic tickets in, judges them, routes them to the court.",
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
)


def _show_version(wanted: bool) -> None:
    if wanted:
        print(f"citation-hub {__version__}")
        raise typer.Exit


@app.callback()
def _options(
    version: bool = typer.Option(
        False, "--version", help="Show the version.", callback=_show_version, is_eager=True
    ),
) -> None:
    """Citation hub: takes electronic tickets in, judges them, routes them to the court."""
    del version


app.command("check")(check.check)
app.command("criteria")(criteria.criteria)
app.command("render")(render.render)
app.command("submit")(submit.submit)
app.command("run")(run.run)
app.command("migrate")(run.migrate)
app.command("settings")(settings.settings)
app.command("demo")(demo.demo)
app.add_typer(client.app, name="client", help="API clients and their keys.")
app.add_typer(reference.app, name="reference", help="Agencies, officers, violations, courts.")
app.add_typer(documents.app, name="documents", help="Tickets and reports the hub has taken.")
app.add_typer(documents.rejected, name="rejected", help="The rejected-ticket queue.")
app.add_typer(errors.app, name="errors", help="The error log: duplicates, repasses and the like.")
app.add_typer(profile.app, name="profile", help="What records vendors need: pages and schemas.")
app.add_typer(simulate.app, name="simulate", help="Toy receivers, for trials and tests.")


def main() -> None:
    """Run a command; an expected error is one sentence and exit status 1."""
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

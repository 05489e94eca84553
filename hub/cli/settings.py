"""`hub settings`: what can be set."""

from hub.bootstrap.opening import describe_settings
from hub.cli import output


def settings(as_json: output.AsJson = False, as_csv: output.AsCsv = False) -> None:
    """List every setting with its default. Values are not shown: some are secrets."""
    output.print_rows(describe_settings(), as_json=as_json, as_csv=as_csv)

"""Pages for people: Markdown that the hub wrote, as HTML with its own style, fetching nothing."""

import logging
import re
from html import escape
from itertools import pairwise

from markdown_it import MarkdownIt
from markdown_it.token import Token
from starlette.requests import Request
from starlette.responses import Response

logging.getLogger("markdown_it").setLevel(logging.INFO)  # its debug level tells of every rule

_HEADERS = {
    "Content-Security-Policy": "default-src 'none'; style-src 'unsafe-inline'",
    "Vary": "Accept",
}
_STYLE = """\
:root { color-scheme: light dark; --line: #8886; --faint: #8881; }
body { margin: 0 auto; max-width: 76rem; padding: 1.5rem; font: 16px/1.5 system-ui, sans-serif; }
h1, h2, h3 { line-height: 1.25; margin: 2rem 0 .6rem; }
h1 { margin-top: 0; }
h2 { border-bottom: 1px solid var(--line); padding-bottom: .3rem; }
a { color: light-dark(#0a58a8, #7db8f5); }
code { font: .88em ui-monospace, monospace; background: var(--faint); overflow-wrap: anywhere; }
pre { background: var(--faint); padding: .8rem; overflow-x: auto; }
pre code { background: none; overflow-wrap: normal; }
table { display: block; overflow-x: auto; border-collapse: collapse; margin: .8rem 0; }
th, td { font-size: .92em; }
th, td { border: 1px solid var(--line); padding: .3rem .6rem; text-align: left; }
td { vertical-align: top; }
th { background: var(--faint); }
"""
_PAGE = """\
<!DOCTYPE html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<link rel="icon" href="data:,">
<title>{title}</title>
<style>
{style}</style>
</head>
<body>
{body}</body>
</html>
"""


def page(request: Request, markdown: str) -> Response:
    """The text as HTML for a browser (`Accept: text/html`), else as the Markdown it is."""
    if "text/html" in request.headers.get("accept", ""):
        return Response(html(markdown), headers=_HEADERS, media_type="text/html")
    return Response(markdown, headers={"Vary": "Accept"}, media_type="text/markdown")


def html(markdown: str) -> str:
    """A whole page; headings get the anchors of `anchor`, raw HTML stays text."""
    reader = MarkdownIt("commonmark", {"html": False}).enable("table")
    tokens = reader.parse(markdown)
    headings = [pair for pair in pairwise(tokens) if pair[0].type == "heading_open"]
    for token, text in headings:
        token.attrSet("id", anchor(text.content))
    title = _plain(headings[0][1]) if headings else ""
    body = reader.renderer.render(tokens, reader.options, {})
    return _PAGE.format(title=title, style=_STYLE, body=body)


def anchor(heading: str) -> str:
    """The name a link `#name` finds a heading by."""
    return re.sub(r"[^a-z0-9]+", "-", heading.lower()).strip("-")


def _plain(text: Token) -> str:
    return escape("".join(one.content for one in text.children or ()))

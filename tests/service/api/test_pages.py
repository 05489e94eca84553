"""Pages for people: whole without the network; and the shapes they promise are those that come."""

import re

import pytest

from hub.api.pages import html
from hub.api.shapes import Problem, Receipt
from hub.testing import samples
from tests.living import LivingHub, accepted_ticket

BROWSER = {"Accept": "text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8"}
PAGES = ("/docs", "/v1/profiles/tracs")


@pytest.mark.parametrize("path", PAGES)
async def test_a_browser_gets_html_that_fetches_nothing(hub: LivingHub, path: str) -> None:
    answer = await hub.http.get(path, headers=BROWSER)

    assert answer.headers["content-type"] == "text/html; charset=utf-8"
    assert answer.headers["content-security-policy"].startswith("default-src 'none'")
    fetched = re.findall(r"<(?:script|img|link|iframe)[^>]*>", answer.text)
    assert fetched == ['<link rel="icon" href="data:,">']
    assert "//" not in "".join(re.findall(r'(?:href|src)="([^"]*)"', answer.text))


@pytest.mark.parametrize("path", PAGES)
async def test_another_program_gets_markdown(hub: LivingHub, path: str) -> None:
    answer = await hub.http.get(path)

    assert answer.headers["content-type"] == "text/markdown; charset=utf-8"
    assert answer.headers["vary"] == "Accept"
    assert answer.text.startswith("# ")


@pytest.mark.parametrize("path", PAGES)
async def test_every_link_within_a_page_leads_to_a_heading(hub: LivingHub, path: str) -> None:
    page = (await hub.http.get(path, headers=BROWSER)).text

    links = set(re.findall(r'href="#([^"]*)"', page))
    headings = re.findall(r'<h[1-3] id="([^"]*)"', page)
    assert links <= set(headings)
    assert len(headings) == len(set(headings))


async def test_the_manual_tells_every_call_with_its_parameters(hub: LivingHub) -> None:
    document = (await hub.http.get("/openapi.json")).json()

    manual = (await hub.http.get("/docs")).text

    for path, methods in document["paths"].items():
        for method, operation in methods.items():
            call = f"### {method.upper()} {path}\n"
            assert call in manual
            told = manual.partition(call)[2].partition("\n###")[0]
            assert operation["description"] in told
            names = [f"| `{one['name']}` |" for one in operation.get("parameters", ())]
            assert [name for name in names if name not in told] == []


async def test_no_call_promises_an_answer_that_never_comes(hub: LivingHub) -> None:
    document = (await hub.http.get("/openapi.json")).json()

    assert "HTTPValidationError" not in document["components"]["schemas"]


def test_what_looks_like_html_in_a_page_stays_text() -> None:
    page = html("# A <b>title</b>\n\n<script>alert(1)</script>\n")

    assert "&lt;script&gt;" in page
    assert "<script" not in page
    assert "<b>" not in page


@pytest.mark.parametrize(
    "sample", ["01-speed-with-printed-form", "13-rejected-by-fields", "17-collision"]
)
async def test_a_receipt_has_the_shape_that_is_described(hub: LivingHub, sample: str) -> None:
    answer = await hub.post(samples.read(f"tracs/{sample}.xml"))

    assert Receipt.model_validate_json(answer.content).documents


async def test_a_check_has_the_shape_of_a_receipt_without_ids(hub: LivingHub) -> None:
    key = hub.bearer("vt-dps-tracs")
    answer = await hub.http.post(
        "/v1/check/tracs",
        content=accepted_ticket(),
        headers={**key, "Content-Type": "application/xml"},
    )

    assert Receipt.model_validate_json(answer.content).submission_id is None


@pytest.mark.parametrize("path", ["/v1/nowhere", "/v1/documents", "/v1/profiles/nobody"])
async def test_a_problem_has_the_shape_that_is_described(hub: LivingHub, path: str) -> None:
    answer = await hub.http.get(path)

    assert answer.headers["content-type"] == "application/problem+json"
    assert Problem.model_validate_json(answer.content).status == answer.status_code

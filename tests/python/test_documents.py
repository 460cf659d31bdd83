"""What the documents say is there: links, commands, marts; and the README is a page."""

import json
import re
import subprocess
import sys
from pathlib import Path

import pytest

from benchmarks.words import CHART, GUIDE, chart, with_tables
from warehouse import PROJECT

DOCUMENTS = sorted(
    path
    for path in PROJECT.rglob("*.md")
    # Not what stands beside the project: environments, and what was built.
    if not re.search(r"^(\.|target/|exports/)|/\.", str(path.relative_to(PROJECT)))
    and "{% docs" not in path.read_text("utf-8")
)
CODE = re.compile(r"```.*?```", re.DOTALL)


def anchors(document: Path) -> set[str]:
    """Return the anchors of a document's headings, as GitHub makes them."""
    headings = re.findall(r"^#+ (.+)$", CODE.sub("", document.read_text("utf-8")), re.MULTILINE)
    words = (re.sub(r"[^\w\- ]", "", re.sub(r"\[([^]]*)\]\([^)]*\)", r"\1", heading)).lower() for heading in headings)
    return {heading.replace(" ", "-") for heading in words}


@pytest.mark.parametrize("document", DOCUMENTS, ids=lambda path: str(path.relative_to(PROJECT)))
def test_every_link_leads_somewhere(document):
    broken = []
    for target in re.findall(r"\]\(([^)\s]+)\)", CODE.sub("", document.read_text("utf-8"))):
        path, _, anchor = target.partition("#")
        if target.startswith(("http://", "https://")):
            continue
        place = (document.parent / path).resolve() if path else document
        if not place.exists() or not place.is_relative_to(PROJECT) or (anchor and anchor not in anchors(place)):
            broken.append(target)
    assert broken == []


def test_the_readme_is_a_page():
    assert len((PROJECT / "README.md").read_text("utf-8").splitlines()) <= 150


def test_the_readme_lists_every_mart():
    table = (PROJECT / "README.md").read_text("utf-8").partition("## The marts")[2].partition("## ")[0]
    listed = re.findall(r"`((?:fct|agg|dim|bi)_\w+)`", table)
    assert sorted(listed) == sorted(path.stem for path in PROJECT.glob("models/marts/*/*.sql"))


def test_every_guide_is_told_in_the_readme():
    text = (PROJECT / "README.md").read_text("utf-8")
    assert [guide.name for guide in PROJECT.glob("docs/*.md") if f"(docs/{guide.name})" not in text] == []


def test_figures_of_scaling_are_those_that_were_measured():
    results = json.loads((PROJECT / "docs" / "scaling.json").read_text("utf-8"))
    text = GUIDE.read_text("utf-8")
    assert with_tables(text, results) == text
    assert f"{chart(results)}\n" == CHART.read_text("utf-8")


def test_commands_in_the_documents_exist():
    targets = set(re.findall(r"^([a-z-]+):", (PROJECT / "Makefile").read_text("utf-8"), re.MULTILINE))
    options: dict[str, str] = {}
    for document in DOCUMENTS:
        text = document.read_text("utf-8")
        asked = set(
            re.findall(
                r"`?\bmake ([a-z-]+)(?=[`\s])", "\n".join(re.findall(r"`[^`\n]+`|^make .*$", text, re.MULTILINE))
            )
        )
        assert asked <= targets, (document.name, asked - targets)
        for script, arguments in re.findall(r"\.venv/bin/python (scripts/\w+\.py)([^`\n]*)", text):
            if script not in options:
                command = [sys.executable, PROJECT / script, "--help"]
                options[script] = subprocess.run(command, capture_output=True, text=True, check=True).stdout
            for option in re.findall(r"(--[a-z-]+)", arguments):
                assert option in options[script], (document.name, script, option)

#!/usr/bin/env python3
"""README.md and docs: that their links lead somewhere, and that each row of a table of bench in README is a row of the whole
run in docs/benchmarking.md, so that no figure there is of another run.
Usage: documents.py ROOT"""

import re
import sys
from pathlib import Path

LINK = re.compile(r"!?\[[^\]]*\]\(([^)\s]+)\)")
FENCE = re.compile(r"^```.*?^```", re.MULTILINE | re.DOTALL)


def anchor(heading):
    """What a heading is called in a link, as GitHub has it."""
    return re.sub(r"[^\w\- ]", "", re.sub(r"[`*]", "", heading).strip().lower()).replace(" ", "-")


def anchors(page):
    return {anchor(line.lstrip("#")) for line in FENCE.sub("", page.read_text()).splitlines() if line.startswith("#")}


def broken_links(page):
    for target in LINK.findall(FENCE.sub("", page.read_text())):
        if "://" in target:
            continue
        name, _, part = target.partition("#")
        there = page.parent / name if name else page
        if not there.exists():
            yield f"{page}: there is no {target}"
        elif part and part not in anchors(there):
            yield f"{page}: {target} names no heading there"


def section(page, heading):
    """The text of a section of the second level."""
    return re.split(r"^## ", page.read_text().split(f"\n## {heading}\n", 1)[1], flags=re.MULTILINE)[0]


def code_lines(text):
    return [line.rstrip() for line in text.splitlines() if line.startswith("    ") and line.strip()]


def foreign_rows(root):
    whole = set(code_lines(section(root / "docs/benchmarking.md", "One run, whole")))
    rows = code_lines(section(root / "README.md", "What it prints"))
    if len(rows) < 5:
        yield "README.md shows no table of bench under 'What it prints'"
    for row in rows:
        if row not in whole:
            yield f"README.md shows a row that docs/benchmarking.md has not under 'One run, whole': {row.strip()}"


def main():
    root = Path(sys.argv[1])
    pages = [root / "README.md", *sorted((root / "docs").rglob("*.md"))]
    wrong = [problem for page in pages for problem in broken_links(page)] + list(foreign_rows(root))
    print("\n".join(wrong) or f"{len(pages)} pages: links lead somewhere, and README's figures are those of the docs")
    return bool(wrong)


if __name__ == "__main__":
    sys.exit(main())

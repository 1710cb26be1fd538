from __future__ import annotations

from pathlib import Path

from service.workflow import document


def test_the_generated_documents_are_those_of_the_code(root: Path) -> None:
    assert (root / "docs" / "workflows.md").read_text("utf-8") == document.workflows()
    assert (root / "docs" / "permissions.md").read_text("utf-8") == document.permissions()

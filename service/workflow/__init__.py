"""Lifecycles as data: declared once, used by the API, the pages, the generated docs and the tests."""

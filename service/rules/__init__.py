"""Pure rules of the domain: no database, no HTTP, no clock, nothing of the rest of the service.

Each module is one noun. What a person may have typed wrongly is answered, never raised: a ``check_…``, ``parse_…`` or
``clean_…`` returns a small frozen value whose ``error`` is None, or one Chinese sentence that says what to do. With an
error the other fields hold what could still be read, so that a form can show it again. ``warning`` asks to look twice
and stops nobody.
"""

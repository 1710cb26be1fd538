"""The rules of the business and the JSON API.

Tables, permissions, the life cycles of needs, challenges and bids, the jobs that run in the background and the
routes under ``/api`` live here, from the next milestone on. Exactly one module of this package talks to ``matching``.
Pages do not live here (``web``), neither does anything that ranks (``matching``).
"""

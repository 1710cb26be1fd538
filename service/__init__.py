"""The rules of the business and the JSON API.

Tables, permissions, lifecycles, the jobs that run in the background and the routes under ``/api`` live here. Exactly
one module of this package, ``matcher``, talks to ``matching``. Pages do not live here (``web``),
neither does anything that ranks (``matching``).
"""

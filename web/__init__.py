"""The pages that people see, and the composition root of the server.

Templates, partials, static files and the routes that render them live here, from a later milestone on. Pages call
the use cases of ``service``; they never query the database and never rank.
"""

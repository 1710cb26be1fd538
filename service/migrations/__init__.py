"""The schema's history. ``python -m service migrate`` brings a database to the newest revision."""

"""Use cases: one function for each thing a person can do; API and pages call the same ones."""

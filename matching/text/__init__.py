"""Text as the ranking sees it: a search copy, its way back to the original, its terms and its clauses."""

"""Routes that answer with pages, one module for each noun; they call use cases and never query."""

"""The JSON API: the same use cases as the pages, one router per noun."""

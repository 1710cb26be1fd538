"""How fast the ranking is and how much memory it takes, each as a ratio to a reference of the same run."""

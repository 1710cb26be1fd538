"""Files that people hand in: kept on disk, and read by a process of its own."""

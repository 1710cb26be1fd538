"""The demo world (演示数据): invented people and their months of history, told through the use cases."""

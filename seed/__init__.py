"""Data to start with: invented parties, needs and judgments, every line tagged 演示数据.

``data`` feeds the demo, ``judgments`` holds cases made for measuring: planted ones, where exactly one item answers
the need, and unanswerable ones, where nobody should be recommended.
"""

"""Data to start with: invented parties, needs and judgments, every line tagged 演示数据.

``world`` tells the demo world through the use cases, with the texts of ``data/world``. ``data`` beside it holds a small
graded set, ``judgments`` cases made for measuring: planted ones, where exactly one item answers the need, and
unanswerable ones, where nobody should be recommended.
"""

"""A ranking as a person reads it in a terminal."""

from __future__ import annotations

from matching.index import Index
from matching.records import Match, Query, Ranking

_KINDS = {"expert": "专家", "team": "团队", "society": "学会", "achievement": "成果"}
_WIDTH = 44


def print_ranking(query: Query, ranking: Ranking, index: Index) -> None:
    """The need, the matches with their evidence, and an honest word if none will do."""
    print(f"\n■ {query.title or query.text}")
    if query.title and query.text:
        print("\n".join(f"  {line}" for line in _lines(" ".join(query.text.split()))))
    if ranking.mode == "keyword":
        print("  【关键词模式】没有使用语义模型，只按词匹配。")
    if not ranking.calibrated:
        print("  【未校准】分数只用于排序，不代表合适的概率。")
    if ranking.no_good_match:
        print("  ▶ 暂无合适：库中没有达到推荐线的专家、团队、学会或成果。以下仅供人工核对。")
    for match in ranking.matches:
        _print_match(match, index)


def _lines(text: str) -> list[str]:
    """Lines of about _WIDTH characters; no line begins with closing punctuation."""
    lines: list[str] = []
    while text:
        cut = _WIDTH
        while cut < len(text) and text[cut] in "，。、；：！？）”’》…%":
            cut += 1
        lines.append(text[:cut])
        text = text[cut:]
    return lines


def _print_match(match: Match, index: Index) -> None:
    document = index.store[index.row_of[match.id]]
    kind = _KINDS.get(document.kind, document.kind)
    print(f"  {match.rank}. {document.title}（{kind}，{match.id}）  {match.band}  {match.score:.2f}")
    for pair in match.evidence[:2]:
        year = f"{pair.item.year} 年 " if pair.item.year else ""
        print(f"     需求：{pair.need.text}")
        print(f"     依据：{pair.item.text}（{year}{pair.item.owner}）")
        if pair.terms:
            print(f"     共同词：{'、'.join(pair.terms)}")

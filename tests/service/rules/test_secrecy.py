"""What stops a text, what does not, and that nothing invisible makes a difference."""

from __future__ import annotations

from itertools import pairwise
from time import process_time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from service.rules.secrecy import SecrecyMark, find_secrecy_marks

# text, and the marks in it
STOPS = [
    # 密级★保密期限, with any star
    ("绝密★", ["绝密★"]),
    ("机密★1年", ["机密★1年"]),
    ("秘密★", ["秘密★"]),
    ("关于提锂的方案 机密★长期 加急", ["机密★长期"]),
    ("绝 密 ★ 启 用 前", ["绝 密 ★"]),
    ("秘　密　★　6　个　月", ["秘　密　★　6　个　月"]),
    ("機密★10年", ["機密★10年"]),
    ("絕密★", ["絕密★"]),
    ("絶密★", ["絶密★"]),
    ("祕宻☆三年", ["祕宻☆三年"]),
    ("机密⭐️5年", ["机密⭐️5年"]),
    ("机\n密★1年", ["机\n密★1年"]),
    ("绝密级★", ["绝密级★"]),
    ("国家秘密★10年", ["秘密★10年"]),
    ("工作秘密★2年", ["工作秘密★2年"]),
    ("机密*10年", ["机密*10年"]),
    ("机密●10年", ["机密●10年"]),
    ("某工艺，秘密·5年，请妥善保管。", ["秘密·5年"]),
    ("秘密 10年", ["秘密 10年"]),
    # 密级：…
    ("密级：机密", ["密级：机密"]),
    ("「密级：机密」", ["「密级：机密」"]),
    ("项目名称：提锂。密级:秘密。期限：长期。", ["密级:秘密"]),
    ("密　级　：　绝密", ["密　级　：　绝密"]),
    ("密級：機密", ["密級：機密"]),
    ("密级\n机密", ["机密"]),
    ("密级：\n机密", ["密级：\n机密"]),
    ("保密等级：秘密级", ["保密等级：秘密级"]),
    ("涉密级别 机密", ["涉密级别 机密"]),
    ("该项目密级为机密，期限三年。", ["密级为机密"]),
    ("密级及保密期限：机密 10年", ["密级及保密期限：机密 10年"]),
    ("密级（保密期限）：绝密", ["密级（保密期限）：绝密"]),
    ("密级：□绝密 ☑机密 □秘密 □公开", ["☑机密"]),
    ("密级：秘密 ☑ 内部 □", ["密级：秘密 ☑"]),
    ("保密审查意见 机密（√） 内部（ ）", ["机密（√"]),
    ("密级：工作秘密", ["密级：工作秘密"]),
    ("密级：涉密", ["密级：涉密"]),
    ("是否涉密：是", ["涉密：是"]),
    # brackets, lines, first words
    ("某工艺参数【机密】见附件。", ["【机密】"]),
    ("[绝密]", ["[绝密]"]),
    ("〔秘密〕提锂方案，共三页。", ["〔秘密〕"]),
    ("［机密级文件］", ["［机密级文件］"]),
    ("（机密）关于提锂，说明如下。", ["（机密）"]),
    ("提锂方案，第二版（绝密）\n一、概况", ["（绝密）"]),
    ("提锂方案。\n—— 机密 ——\n一、概况", ["—— 机密 ——"]),
    ("概况如下。\n秘密\n一、背景", ["秘密"]),
    ("概况如下。\n**绝密文件**", ["**绝密文件**"]),
    ("工作秘密", ["工作秘密"]),
    ("绝密 000001号", ["绝密 000001号"]),
    ("机密：请勿外传。", ["机密："]),
    ("本文件属于机密级国家秘密，不得复制。", ["本文件属于机密级国家秘密"]),
    ("本资料为秘密级", ["本资料为秘密级"]),
    # titles and file names
    ("机密-提锂方案.docx", ["机密-"]),
    ("提锂方案_绝密.pdf", ["绝密"]),
    ("提锂方案(机密).docx", ["(机密)"]),
    ("秘密 提锂方案.docx", ["秘密"]),
    ("涉密_附件.zip", ["涉密"]),
    ("机 密_方案.docx", ["机 密_"]),
    ("项目/机密/方案.docx", ["机密"]),
    ("机密 关于印发提锂方案的通知", ["机密"]),
]

PASSES = [
    "请保守秘密",
    "严守工作秘密",
    "商业秘密",
    "涉及商业秘密的内容请勿填写",
    "技术秘密",
    "秘密配方的工业化",
    "★ 秘密配方的保护",
    "机密性要求高",
    "数据机密性、完整性、可用性",
    "加密传输",
    "机密计算平台",
    "机密计算_白皮书.pdf",
    "【机密计算】联合实验室",
    "秘密共享协议",
    "不含国家秘密",
    "承诺不含国家秘密、工作秘密",
    "不含国家秘密 ★ 联系方式另附",
    "涉密不上网",
    "暂不受理涉密需求",
    "涉密人员管理制度",
    "是否涉密：否",
    "是否涉密：是□ 否☑",
    "是否涉密：□是 □否",
    "密级：公开",
    "密级：内部",
    "密级：非密",
    "密级：公开/内部/秘密/机密/绝密",
    "密级（绝密/机密/秘密/非密）：非密",
    "密级：□绝密 □机密 □秘密 ☑公开",
    "密级：□ 绝密 □ 机密 □ 秘密 ☑ 公开",
    "文件密级：□绝密 □秘密 □内部资料 ■公开",
    "密级：0不涉密 1内部 2秘密 3机密 4绝密",
    "密级为机密及以上的需求请走线下渠道",
    "密级：商业秘密",
    "国家秘密的密级分为绝密、机密、秘密三级",
    "绝密级不超过三十年、机密级不超过二十年、秘密级不超过十年。",
    "泄露国家秘密的，依法处理",
    "测绘成果属于国家秘密的，适用保密法律",
    "本项目属于商业秘密",
    "本需求不属于国家秘密",
    "本单位具有机密级保密资格",
    "核心商密★10年",
    "普通商密★5年",
    "商业秘密★5年",
    "商业机密★",
    "技术秘密 3年内不得披露",
    "保守秘密10年",
    "保守商业秘密 5年",
    "内部资料",
    "内部资料 注意保存",
    "保密协议.docx",
    "保密承诺书（技术秘密）.docx",
    "商业 秘密 保护.docx",
    "秘密武器.docx",
    "密封圈、精密制造★★★、高密★县、细胞密度★5年",
    "揭秘密码学",
    "“秘密”一词的用法，见下文。",
    "",
]

# Invisible characters and marks, which never make a difference anywhere; blanks, which never hide a mark.
INVISIBLE = st.text("\u200b\u200c\u200d\u2060\ufeff\u200e\u202e\u2066\u00ad\ufe0f\u0336\U000e0041\x00", min_size=1)
NOISE = INVISIBLE | st.text(" \t\u3000\u00a0\u2003", min_size=1)


def marks(text: str) -> list[str]:
    return [mark.text for mark in find_secrecy_marks(text)]


@pytest.mark.parametrize(("text", "found"), STOPS)
def test_a_mark_is_found_where_it_stands(text: str, found: list[str]) -> None:
    assert marks(text) == found


@pytest.mark.parametrize("text", PASSES)
def test_ordinary_sentences_pass(text: str) -> None:
    assert marks(text) == []


def test_places_are_code_points_of_the_original() -> None:
    text = "\u200b\U00020bb7野家：ﬁ\r\n密　级：機\u200b密\r\n【絕密】"

    assert find_secrecy_marks(text) == [SecrecyMark(8, 15, "密　级：機\u200b密"), SecrecyMark(17, 21, "【絕密】")]


@given(st.sampled_from(STOPS), st.data())
def test_blanks_and_invisible_characters_inside_a_mark_never_hide_it(
    example: tuple[str, list[str]], data: st.DataObject
) -> None:
    text, _ = example
    mark = find_secrecy_marks(text)[0]
    inside = list(mark.text)
    for place in data.draw(st.sets(st.integers(1, len(inside) - 1), min_size=1)):
        inside[place] = data.draw(NOISE) + inside[place]
    noisy = text[: mark.start] + "".join(inside) + text[mark.end :]
    end = mark.start + len("".join(inside))

    assert any(found.start < end and found.end > mark.start for found in find_secrecy_marks(noisy))


@given(st.sampled_from([text for text, _ in STOPS] + PASSES), st.data())
def test_invisible_characters_anywhere_change_nothing(text: str, data: st.DataObject) -> None:
    noisy = "".join(data.draw(INVISIBLE) + char if data.draw(st.booleans()) else char for char in text)

    assert len(find_secrecy_marks(noisy)) == len(find_secrecy_marks(text))


@given(st.sampled_from(["绝密", "机密", "秘密", "工作秘密"]), st.text(max_size=20), st.text(max_size=20))
def test_a_mark_on_a_line_of_its_own_is_found_in_any_text(level: str, before: str, after: str) -> None:
    assert find_secrecy_marks(f"{before}\n{level}★1年\n{after}")


@given(st.text(st.characters(codec=None)) | st.text("绝机秘密级★：:□☑（）[]/、1年 \n商业本文件属于"))
def test_marks_are_in_order_and_quote_the_text(text: str) -> None:
    found = find_secrecy_marks(text)

    assert all(mark.text == text[mark.start : mark.end] for mark in found)
    assert all(one.end <= other.start for one, other in pairwise(found))
    assert all(mark.start < mark.end for mark in found)


@pytest.mark.parametrize(
    "piece",
    ["密级 ", "机密", "密级(", "本 文件", "秘密1", "密级：机密/", "机密\n", "密[", "密 ", "绝密—", "（机密", "涉密: "],
)
def test_a_hostile_text_of_a_hundred_thousand_characters_is_read_in_seconds(piece: str) -> None:
    start = process_time()

    find_secrecy_marks(piece * (100_000 // len(piece)))

    assert process_time() - start < 5  # about 0.2 s; a pattern that backtracks would take minutes

"""The wordings that hints look for. Each list is ours, from how enterprises write; none is a standard."""

from __future__ import annotations

import re

# Chinese numerals count only before something that is counted or measured: 一 alone is in half of all words.
_COUNTED = (
    "成|倍|分之|折|个百分点|个点|年|个月|天|日|小时|钟头|分钟|秒|吨|公斤|斤|克|毫克|微克|升|毫升|米|厘米|毫米|微米|公里|"
    "度|摄氏度|元|块|万|亿|兆帕|千帕|帕|千瓦|兆瓦|瓦|伏|安|次|台|套|亩|方|立方|平方|点|周|个|头|只|户|人|家|平米|里地"
)
NUMBER = re.compile(
    r"(?<![A-Za-z\d])\d+(?:[.,]\d+)*(?![A-Za-z]?\d)|"
    rf"(?:百分之|千分之|万分之)[零〇一二两三四五六七八九十百千万点半]+|[零〇一二两三四五六七八九十百千万半]+(?:{_COUNTED})|翻倍|减半|一半"
)
# “one of something” is an article, not a measure.
ARTICLES = frozenset(["一个", "一次", "一台", "一套", "一方", "一点", "一块", "一家", "一人"])
# A unit is any letter, Han character or sign right after the number, except words that only compare.
UNIT_AFTER = re.compile(
    r"\s*(?:[%‰℃°Ωμ㎡㎥]|(?!以上|以下|以内|左右|上下|之间|到|至|的|和|或|与|及|才|就)[A-Za-z\u4e00-\u9fff])"
)
# A standard brings its own units, e.g. GB/T 1266-2006.
STANDARD = re.compile(r"[A-Z]{2,}(?:/[A-Z]+)?\s*\d")
COMPARATORS = re.compile(
    r"[≥≤<>＜＞±~～]|不[超低高多少大小]|以[上下内]|至少|至多|最[多少高低]|小于|大于|低于|高于|超过|少于|多于|"
    r"达到|降[到至为低了]|提[高升]|增[加至到长]|减[少至到]|延长|缩短|控制在|保持在|由.{0,20}[到至变提降]|从.{0,20}[到至变提降]|"
    r"\d\s*[%％℃a-zA-Z\u4e00-\u9fff]{0,4}\s*[-—–]+\s*\d|[到至]\s*\d|之间|左右|翻倍|减半|一半|相当于|误差|符合|满足|[以之底日]前"
)
# time: no date; rank: compared with nobody in particular; much: no amount.
VAGUE = re.compile(
    r"(?P<time>尽快|尽早|早日|近期|短期内|抓紧|及时)|"
    r"(?P<rank>国际先进|国内先进|世界一流|国内领先|国际领先|行业领先|先进水平|领先水平|一流|最优|最佳)|"
    r"(?P<much>大幅度?|显著|明显|有效|尽量|尽可能|较大|较好|更好|更高|更低|进一步|适当|基本解决|彻底解决|全面提升|优化|改善|"
    r"提质增效|降本增效|若干|一定程度)"
)
SLOGANS = re.compile(
    r"打造|助力|赋能|引领|推进|推动|加快|促进|深化|聚焦|构建|示范引领|高质量发展|转型升级|产业升级|数字化转型|智能化升级|"
    r"创新发展|提质增效|降本增效|做大做强|一流|新质生产力|新高地|全产业链|关键技术(?:研究|攻关|研发)|技术需求|技术难题|"
    r"产学研合作|技术合作|项目合作|平台建设"
)
# What goes wrong, in the words of those to whom it happens.
SYMPTOMS = re.compile(
    r"不[了动住上下出到够起来能会稳匀齐准清均]|掉|堵|漏|坏|裂|断|死|塌|糊|结[块垢疤疙晶]|腐蚀|锈|穿孔|衰减|失效|跑[掉偏料]|"
    r"超标|发[霉臭黑白绿浑]|变[质形色]|偏[高低差]|太[高低慢快贵大小多少]|越来越|降不|升不|难[以于]?|卡[住在]|停[机产工]|怎[么样]|如何|为什么|减产|死亡|"
    r"挂冰|积灰|抱团|哈喇|病|虫"
)
ENUMERATION = re.compile(
    r"(?:(?<=^)|(?<=[\s，,。；;：:！!？?、]))(?:[(（]?\d{1,2}(?:[)）、]|[.．](?!\d))|[(（][一二三四五六七八九十][)）]|"
    r"[一二三四五六七八九十](?:是|、)|第[一二三四五六七八九十](?:[，,、是]|个问题)|其[一二三四五六七八九](?:[，,、是]))|[①②③④⑤⑥⑦⑧⑨⑩]",
    re.MULTILINE,
)
FURTHER = re.compile(r"(?:另外|此外|除此之外|还有一个问题|再就是|再有|同时还?想|顺便|还想|也想)[，,是：:]?(?:还|也)?")

"""Whether a question asks for the whole of a document: to count, list, compare or summarise what is in it.

Rules over cue words of English, German, French, Spanish, Chinese and Japanese. A cue alone routes nothing: `whole.py`
reads a document whole only where the question, or what was found for it, says which one is meant.
"""

import re
from dataclasses import dataclass
from typing import Literal

IntentKind = Literal["count", "list", "compare", "summarise"]


@dataclass(frozen=True, slots=True)
class Intent:
    """`rest`: the question without the words that gave its kind away."""

    kind: IntentKind
    rest: str


_COMPARE = (
    r"\bcompar(?:e|ing|ison (?:of|between))\b|\bdifferences? between\b|\bwhat(?:'s| is| are| has| have)? (?:the )?"
    r"(?:changes?|changed|differs?|different)\b|\bhow (?:do|does|did) .{2,80}? differ\b|^.{2,60} (?:versus|vs\.?) "
    r"|\bvergleich(?:e|en)?\b|\bunterschiede? zwischen\b|\bwas (?:hat|haben) sich .{0,60}?geändert\b"
    r"|\bcompare[rz]\b|\bdifférences? entre\b|\bqu['’]est-ce qui a changé\b"
    r"|\bcompara(?:r|d)?\b|\bdiferencias? entre\b|\bqué (?:ha )?cambi(?:ó|ado)\b"
    r"|比较|对比|区别|差别|差异|(?:有什么|有何|哪些)不同|不同(?:之处|点)|比較|違い|変更点"
)
_SUMMARISE = (
    r"\bsummari[sz]e\b|\bsummary of\b|\b(?:an |brief |short |quick )?overview of\b|\btl;?dr\b|\bgist of\b"
    r"|\b(?:key|main) (?:points|takeaways) (?:of|in|from)\b|\bwhat is .{2,80}? about\s*\??$|\bsum up\b"
    r"|\bfass(?:e|en)?\b(?=.{1,120}\bzusammen)|\bzusammenfassung\b|\büberblick über\b|\bworum geht es in\b"
    r"|\brésum(?:e[rz]?|é (?:de|du|des))\b|\baperçu d[eu]\b|\bde quoi (?:parle|traite)\b"
    r"|\bresum(?:e|ir|en d[e]l?)\b|\bde qué trata\b"
    r"|总结|概括|概述|摘要|归纳|主要内容|讲了什么|要約|まとめて|概要"
)
_LIST = (
    r"^(?:please )?(?:list|enumerate)\b(?: me)?(?: all| every| each)?"
    r"|\b(?:list|name|show|give)(?: me)? (?:all|every|each)\b"
    r"|\bgive me (?:a|the) (?:full |complete )?list of\b|\bwhat are all\b"
    r"|\bwhich\b(?=.{1,100}\b(?:are|is|were) there\b)"
    r"|^which\b(?=.{1,60}\b(?:are|were|have)\b)"
    r"|\b(?:liste|nenne|zeige)\b(?: mir)?(?: alle| jede[ns]?| die)|\bzähle?\b(?=.{1,120}\bauf\b)"
    r"|\bwelche\b(?=.{1,100}\bgibt es\b)"
    r"|\b(?:liste[rz]?|énumère[rz]?|cite[rz]?|nomme[rz]?)\b(?: tous| toutes| les)"
    r"|\bquel(?:le)?s sont (?:tous|toutes)\b"
    r"|\bdonnez?[- ]moi la liste\b"
    r"|\b(?:lista(?:r|d)?|enumera(?:r)?|nombra(?:r)?|muestra(?:me)?)\b(?: todos| todas| los| las)"
    r"|\bcuáles son tod[oa]s\b"
    r"|\bqué\b(?=.{1,80}\bhay\b)"
    r"|列出|列举|罗列|有哪些|一覧|列挙|リストアップ|(?:すべて|全て|全部).{0,20}(?:挙げ|教え|示し)"
)
_COUNT = (
    r"\bhow many\b|(?:^|\b(?:what is|what's|give me|tell me) the )(?:total )?(?:number|count) of\b"
    r"|^count\b(?: all| the)*"
    r"|\bwie ?viele\b|\b(?:die )?anzahl (?:der|von|an)\b"
    r"|\bcombien (?:de |d['’]|y a-t-il (?:de |d['’])?)|\bnombre (?:de |d['’]|total)"
    r"|\bcuánt[oa]s\b|\bnúmero (?:total )?de\b|\bcantidad de\b"
    r"|(?:一共|总共|共)?有?(?:多少|几)(?:[个条章节篇项行页份位名笔张部款种件](?!钱))|(?:一共|总共|共)有多少|有多少(?![钱年天])|(?:数量|总数|个数|条数)"
    r"|いくつ|何[件個人条章節行枚名]|件数|個数"
)
# What is measured, not counted: no list of such things stands in a file.
_MEASURES = re.compile(
    r"^\s*(?:more |other |total |square |cubic |million |billion )*(?:years?|months?|weeks?|days?|hours?|minutes?"
    r"|seconds?|times|miles|kilometres?|kilometers?|km|met(?:er|re)s?|feet|inches|yards?|pounds?|kg|kilograms?|tons?"
    r"|dollars|euros?|points?|percent(?:age)?|degrees?|calories|bytes|megabytes|gigabytes|gb|tokens|jahre?|monate?|wochen?|tage?"
    r"|stunden?|minuten|sekunden|prozent|mal|ans|années|mois|semaines|jours|heures|fois|años|meses|semanas|días"
    r"|horas|veces)\b",
    re.IGNORECASE,
)
_RULES: tuple[tuple[IntentKind, re.Pattern[str]], ...] = (
    ("count", re.compile(_COUNT, re.IGNORECASE)),
    ("compare", re.compile(_COMPARE, re.IGNORECASE)),
    ("summarise", re.compile(_SUMMARISE, re.IGNORECASE)),
    ("list", re.compile(_LIST, re.IGNORECASE)),
)


def whole_intent(question: str) -> Intent | None:
    """What the question wants of a whole document; None for one that a few passages can answer.

    The first rule that matches decides, in the order count, compare, summarise, list. A quantity that is measured, as
    in `how many years`, is no count.
    """
    line = " ".join(question.split())
    for kind, rule in _RULES:
        if match := rule.search(line):
            rest = f"{line[: match.start()]} {line[match.end() :]}".strip()
            if kind == "count" and _MEASURES.match(line[match.end() :]):
                return None
            return Intent(kind, rest)
    return None

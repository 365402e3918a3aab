"""Words that decide a claim in the languages that people write: negations, units, scales, numbers in words."""

from __future__ import annotations

import re
from collections.abc import Mapping

# By the analyzer's names of languages; in those written without spaces looked for inside words, where some that look
# like one are none: 不同 is "different", 非常 is "very".
_NEGATIONS: Mapping[str, str] = {
    "english": r"\b(?:not|no|never|none|neither|nor|without|cannot|nobody|nothing|nowhere)\b|n['’]t\b",
    "german": r"\b(?:nicht|kein(?:e[rnsm]?)?|nie(?:mals)?|ohne|weder|noch nie|nichts|niemand(?:em|en)?|nirgends)\b",
    "french": r"\b(?:pas|jamais|aucune?|sans|rien|nulle part)\b|\bn[e'’][^.]{0,30}?\bplus\b",
    "spanish": r"\b(?:no|nunca|jamás|sin|ning[uú]n[oa]?s?|nada|nadie|tampoco)\b",
    "italian": r"\b(?:non|mai|senza|nessun[oa]?|niente|nulla)\b",
    "portuguese": r"\b(?:não|nunca|sem|nenhum(?:a|as|ns)?|nada|ninguém|jamais)\b",
    "dutch": r"\b(?:niet|geen|nooit|zonder|niets|niemand|noch)\b",
    "swedish": r"\b(?:inte|ej|ingen|inget|inga|aldrig|utan)\b",
    "danish": r"\b(?:ikke|ingen|intet|aldrig|uden)\b",
    "norwegian": r"\b(?:ikke|ingen|intet|aldri|uten)\b",
    "finnish": r"\b(?:ei|eivät|en|et|emme|ette|ilman|koskaan)\b",
    "polish": r"\b(?:nie|bez|nigdy|żad(?:en|na|ne|nych)|nikt|nic|brak)\b",
    "czech": r"\b(?:není|nejsou|nikdy|bez|žádn\w{1,4}|nikdo|nic|ne)\b",
    "russian": r"\b(?:не|нет|ни|никогда|без|нельзя|никто|ничего|никак\w{1,4})\b",
    "ukrainian": r"\b(?:не|немає|ні|ніколи|без|ніхто|нічого)\b",
    "turkish": r"\b(?:değil\w{0,6}|yok\w{0,5}|hiç\w{0,6}|olmadan)\b"
    r"|\B(?:m[aeıiuü](?:dı|di|du|dü|yor|mış|miş|yacak|yecek|z)"
    r"|m[ae]z)\w{0,6}\b",
    "greek": r"\b(?:δεν|μη|μην|χωρίς|ποτέ|κανένα\w{0,3}|ούτε)\b",
    "arabic": r"\b(?:لا|لم|لن|ليس\w{0,2}|غير|بدون|دون)\b",
    "hebrew": r"\b(?:לא|אין|בלי|ללא|מעולם)\b",
    "hindi": r"(?:नहीं|बिना|कभी नहीं)",
    "vietnamese": r"\b(?:không|chưa|chẳng|chả)\b",
    "romanian": r"\b(?:nu|n-a\w{0,2}|fără|niciodată|nici\w{0,5}|nimeni|nimic)\b",
    "hungarian": r"\b(?:nem|nincs\w{0,5}|soha|sem|nélkül|senki|semmi)\b",
    "indonesian": r"\b(?:tidak|bukan|belum|tanpa|jangan)\b",
    "thai": r"ไม่|มิได้|ปราศจาก",
    "chinese": r"(?!不同|不仅|不但|不过|不断|不少|不久|不论|不管|不得不|非常|除非|无论|無論|無數|无数|未来|未來|没收)"
    r"[不没沒无無非未]",
    "japanese": r"ない|なかっ|なく|ません|ませぬ|ずに|ぬ(?=[、。])|無し|なし",
    "korean": r"않|없|못하|못한|못했|아니|안 (?=[가-힣])",
}
NEGATIONS = {language: re.compile(pattern, re.IGNORECASE) for language, pattern in _NEGATIONS.items()}
DEFAULT_LANGUAGE = "english"
# What says no without a negation: a clause with it may stand for either.
SAYS_NO = re.compile(
    r"\b(?:unable|incapable|fail(?:s|ed|ing|ure)?|lack(?:s|ed|ing)?|absen(?:t|ce)|loss|deficien(?:t|cy)|unrelated|hardly"
    r"|rarely|barely|fehl(?:t|en|te|ende[nrs]?)|mangel|scheitert\w{0,2}|kaum|manque|absence|falta|ausencia|mancanza|отсутств\w{1,5}"
    r"|forbidden|prohibited|banned|exempt(?:ed)?|verboten|untersagt|befreit|entbehrlich|interdite?s?|prohibid[oa]s?"
    r"|vietat[oaie]|proibid[oa]s?|запрещ\w{2,6}|yasak\w{0,4})\b"
    r"|[缺失]|禁止|严禁|嚴禁|豁免|免除|부족|欠如|금지|면제|미(?=[가-힣])",
    re.IGNORECASE,
)

# What begins another statement within a sentence.
CLAUSE = re.compile(
    r"[,;:—–()，；：、]|(?<=\w)\s(?:but|however|although|though|while|whereas|aber|sondern|obwohl|während|mais|bien que"
    r"|pero|sino|aunque|ma|però|mas|embora|maar|но|однако|хотя|ale|ama|fakat)\s",
    re.IGNORECASE,
)

# A canonical name → its forms, of what the same number may be of. Only those are compared.
_UNITS = {
    "second": "s sec secs second seconds sekunde sekunden seconde secondes segundo segundos secondi секунд 秒 초",
    "minute": "min mins minute minutes minuten minuto minutos minuti минут dakika 分钟 分鐘 분",
    "hour": "h hr hrs hour hours stunde stunden heure heures hora horas ora ore uur час часа часов saat 小时 小時 時間"
    " 시간",
    "day": "d day days tag tage tagen jour jours día dias días giorno giorni dia dag dagen день дня дней gün 天 일",
    "week": "week weeks woche wochen semaine semaines semana semanas settimana settimane weken неделя недели недель"
    " hafta 周 週 星期 주",
    "month": "month months monat monate monaten mois mes meses mese mesi mês maand maanden месяц месяца месяцев ay"
    " 个月 個月 か月 ヶ月 개월",
    "year": "year years jahr jahre jahren an ans année années año años anno anni ano anos jaar год года лет yıl 年 년",
    "percent": "% percent prozent pourcent procent процент процента процентов yüzde 퍼센트",
    "euro": "€ eur euro euros 유로 欧元",
    "dollar": "$ usd dollar dollars dólares доллар долларов dolar 美元 달러",
    "pound": "£ gbp",
    "yen": "¥ jpy yen 円",
    "yuan": "元 rmb cny yuan",
    "won": "₩ krw won 원",
    "milligram": "mg",
    "gram": "g gram grams gramm",
    "kilogram": "kg kilo kilos kilogramm kilogram kilograms",
    "millilitre": "ml",
    "litre": "l litre litres liter liters litro litros",
    "millimetre": "mm",
    "centimetre": "cm",
    "metre": "m metre metres meter meters metro metros mètre mètres",
    "kilometre": "km kilometre kilometres kilometer kilometers kilómetros",
    "mile": "mile miles meilen",
    "watt": "w watt watts",
    "kilowatt": "kw",
    "kilowatt hour": "kwh",
    "kilobyte": "kb",
    "megabyte": "mb",
    "gigabyte": "gb",
    "terabyte": "tb",
}
UNITS = {form: name for name, forms in _UNITS.items() for form in forms.split()}

SCALES: Mapping[str, float] = {
    **dict.fromkeys("thousand tausend mille mil duizend тысяч тысячи bin k 千 천".split(), 1e3),
    **dict.fromkeys("万 萬 만".split(), 1e4),
    **dict.fromkeys(
        "million millions mio millionen millones milioni milhões miljoen миллион миллиона миллионов milyon"
        " 百万".split(),
        1e6,
    ),
    **dict.fromkeys("亿 億 억".split(), 1e8),
    **dict.fromkeys(
        "billion billions bn mrd milliarde milliarden milliards miliardi miljard миллиард миллиарда миллиардов milyar"
        " 十亿".split(),
        1e9,
    ),
}

# From two to twelve: one is an article in most of them.
_COUNTED = {
    "english": "two three four five six seven eight nine ten eleven twelve",
    "german": "zwei drei vier fünf sechs sieben acht neun zehn elf zwölf",
    "french": "deux trois quatre cinq six sept huit neuf dix onze douze",
    "spanish": "dos tres cuatro cinco seis siete ocho nueve diez once doce",
    "italian": "due tre quattro cinque sei sette otto nove dieci undici dodici",
    "portuguese": "dois três quatro cinco seis sete oito nove dez onze doze",
    "dutch": "twee drie vier vijf zes zeven acht negen tien elf twaalf",
    "russian": "два три четыре пять шесть семь восемь девять десять одиннадцать двенадцать",
    "turkish": "iki üç dört beş altı yedi sekiz dokuz",
}
NUMBER_WORDS = {
    language: {word: float(n) for n, word in enumerate(words.split(), 2)} for language, words in _COUNTED.items()
}

# Parts of a whole: a half by itself, others behind a word that counts them, as `third` alone is a rank too.
_HALVES = (
    r"\bhalf\b(?! (?:an? |past |hour|year))|\bhalves\b|\bHälften?\b|\bmoitiés?\b|\bmitad(?:es)?\b|\bmetà\b"
    r"|\bmetade\b|\bhelft\b|\bполовин\w{1,2}\b|\byarısı\w{0,3}\b|절반|一半|半数|半分"
)
HALF = re.compile(_HALVES, re.IGNORECASE)
_PARTS = {
    3: "third|drittel|tiers|tercio|terzo",
    4: "quarter|viertel|quart|cuarto",
    5: "fifth|fünftel",
    10: "tenth|zehntel",
}
PART = {
    n: re.compile(
        rf"\b(an?|one|two|three|ein|eine[mns]?|zwei|drei|une?|deux|trois|dos|tres|due|tre)[ -](?:{names})s?\b",
        re.IGNORECASE,
    )
    for n, names in _PARTS.items()
}

ABOUT = re.compile(
    r"(?:about|around|approximately|approx\.|roughly|nearly|almost|over|more than|some|circa|ca\.|etwa|rund|ungefähr"
    r"|gut|knapp|fast|über|environ|près de|plus de|alrededor de|más de|casi|unos|circa|quasi|oltre|cerca de|mais de"
    r"|ongeveer|около|примерно|более|почти|yaklaşık|[约約超近]|大约|大約|超过|약)\s?$",
    re.IGNORECASE,
)

# What answers a question by itself, with or without a citation; the sentence behind it says what can be compared.
YES_OR_NO = re.compile(
    r"(?:yes|no|ja|nein|oui|non|s[ií]|nee|não|sim|да|нет|evet|hayır|はい|いいえ|네|예|아니요|아니오|是的?|不是|不|对|否)\s*[.!。！]?",
    re.IGNORECASE,
)

# Sentences without a citation that state nothing: what the files do not say, and what is said to the reader.
NO_CLAIM = re.compile(
    r"\b(?:files?|passages?|sources?|documents?|notes?|context|texts?|information|excerpts?)\b.{0,40}?"
    r"\b(?:do(?:es)? not|don['’]t|doesn['’]t|cannot|not?)\b.{0,30}?"
    r"\b(?:say|states?|mention|contain|specify|specified|include|provide[sd]?|hold|tell|answer|give|mentioned|stated)"
    r"|^(?:Sure|Of course|Certainly|You['’]re welcome)\b.{0,3}$|\b(?:let me know|feel free|I hope this"
    r"|I don['’]t know)\b"
    r"|\b(?:Dateien|Quellen|Passagen|Auszüge|Dokumente|Texten?)\b.{0,40}?\b(?:nicht|keine[nr]?|nichts)\b"
    r"|\b(?:fichiers|passages|sources|documents)\b.{0,40}?\b(?:pas|aucune?)\b"
    r"|\b(?:archivos|fuentes|pasajes|documentos)\b.{0,40}?\bno\b"
    r"|\b(?:file|fonti|passaggi|documenti)\b.{0,40}?\bnon\b"
    r"|(?:文件|资料|段落|文档|来源).{0,12}?(?:没有|未|不)|(?:파일|자료|문서).{0,16}?(?:없|않)"
    r"|(?:ファイル|資料|文書|文章).{0,16}?(?:ない|ません|なかっ)",
    re.IGNORECASE,
)

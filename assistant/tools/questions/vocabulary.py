"""The words of questions that a tool answers. One with other words asks something else, whatever else it mentions."""

from __future__ import annotations

import re
from collections.abc import Mapping

_WORD = re.compile(r"(?<![\w./@'’-])[A-Za-z][A-Za-z'’]+(?![\w/])")
_MOST_UNKNOWN = 0.1  # of the words: of fewer than ten, none

_COMMON = """
an the of for in on at to with and or per from over by as if than that this it its into out up us me my our we you
your is are be will would can could may must do does has have had get gets give gives show tell let please thanks
what what's which how many much large big long fast small high low when where about around exactly roughly
approximately total all one two three four five six seven eight nine ten single each every using use uses used needs
need needed require required requires want i'd i'm calculate compute estimate work figure tell know expect should
same time times number size value amount result here now only just still so far already there them they
"""
_TOOLS = {
    "analyze_transformer": """
    kv cache caches vram ram memory gpu gpus gb mb gigabytes bytes byte weights weight footprint parameters params
    token tokens throughput speed decode decoding prefill generate generates generation latency ttft first second
    seconds sec answer answers fit fits enough run running runs serve served hold holds load llama mistral mixtral
    qwen gemma phi nemo smollm mini small instruct chat model models parameter decoder transformer context ctx
    window length prompt prompts input output completion generated new batch batched concurrent simultaneous
    parallel requests request users sequences chats quantised quantized quantisation quantization bit bits half
    precision awq gptq gguf int fp nf bf float rtx geforce nvidia tesla card cards machine computer laptop pc take
    takes consume consumes occupy layers layer hidden width heads head intermediate mlp vocabulary vocab attention
    reach reaches billion dense device devices accelerator accelerators sxm pcie possible perform size sizes space
    room
    """,
    "estimate_cost": """
    cost costs price prices bill budget expensive cheaper gpu gpus gpu-hour hour hours hourly day daily days month
    monthly year users user people person customers customer visitors active question questions queries requests ask
    asks asking prompt prompts input output answer answers completion token tokens million thousand dollars dollar
    euros usd eur serve serving service api own self hosted hosting utilisation utilization peak factor break even
    writes reads carry second llm model
    """,
    "cron_next": """
    cron crontab expression expressions schedule schedules scheduled line entry job jobs run runs running execute
    executes executed execution executions fire fires trigger triggers next following minute minutes hour hours day
    days daily week weekly weekday weekdays weekend weekends month monthly sunday sundays monday mondays tuesday
    tuesdays wednesday wednesdays thursday thursdays friday fridays saturday saturdays first midnight noon am pm
    write utc mon tue wed thu fri sat sun jan feb mar apr jun jul aug sep oct nov dec syntax backup task timer zone
    """,
    "subnet": """
    host hosts address addresses ip ips ipv broadcast net netmask mask range ranges subnet subnets network networks
    split divide cut equal equally parts part usable available first last size cidr block cover covers contain
    contains
    """,
    "slo_budget": """
    error errors budget budgets downtime outage down burn rate slo slos sla objective target availability uptime
    minutes minute hours hour days day week month quarter year allow allows allowed left remain remains remaining
    lost bad after nines mean window past monthly yearly weekly spent much permit permits
    """,
    "sample_size": """
    sample samples survey surveys respondents responses answers people person participants participant testers
    tester users user customers employees ask invite margin error confidence level probability certainty population
    expected share points percent plus minus within test tests testing find catch see notice detect observe
    usability problem problems issue issues affects affect hits meets run
    """,
    "sus_score": """
    sus score scores scale system usability participant participants person people answered answers mean compute
    questionnaire responses
    """,
}
_KNOWN: Mapping[str, frozenset[str]] = {tool: frozenset(f"{_COMMON} {words}".split()) for tool, words in _TOOLS.items()}


def is_in_words_of(tool: str, text: str) -> bool:
    """True where nearly all English words of a question are among those of a tool's questions."""
    words = [word.lower().replace("’", "'") for word in _WORD.findall(text)]
    unknown = [word for word in words if word not in _KNOWN[tool]]
    return len(unknown) <= _MOST_UNKNOWN * len(words)

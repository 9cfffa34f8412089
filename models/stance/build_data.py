"""Turn ``data/*.txt`` (format in ``data/CODEBOOK.md``) into rows, and split them by target.

    python models/stance/build_data.py            counts of sentences, pairs, labels, tags, splits
    python models/stance/build_data.py -o DIR     also DIR/{train,dev,test}.jsonl

A target of dev or test never occurs in train, under none of its wordings: targets that share their content words form one
group, and a text with a held-out target leaves train altogether.
"""

from __future__ import annotations

import argparse
import hashlib
import json
import re
import sys
from collections import Counter, defaultdict
from pathlib import Path

HERE = Path(__file__).resolve().parent
LABELS = {"+": "favour", "-": "against", "0": "none"}
TAGS = (
    "plain",
    "named",
    "others",
    "concession",
    "conditional",
    "reversal",
    "two",
    "question",
    "fact",
    "people",
    "implicit",
    "report",
    "list",
)
SPLITS = ("train", "dev", "test")
HELD_OUT = 0.08
"""Share of target groups that goes to each of dev and test."""

SEED = "themeshift stance 1"
"""Salt of the hash that deals targets to splits; it was never changed to look for a kinder split."""

LATE = (
    "addresses2", "addresses3", "addresses4", "addresses5", "addresses6", "addresses7", "addresses8", "arguments",
    "assemblies", "associations", "budgets", "chambers", "columns", "comments", "committees", "credits", "debates", "found",
    "general_debate", "keynotes", "letters", "listed", "messages", "parliament", "passages", "phrases", "pieces", "posts",
    "press", "proceedings", "readers", "releases", "sittings", "statements", "summits",
)  # fmt: skip
"""Files that came when the split stood: they are train, but for targets of a group that is held out."""

FRAMES = re.compile(
    r"^(?:(?:a|an|the|any|this|our|his|her|their) )?"
    r"(?:(?:outright |total |blanket |complete |temporary |national |full |permanent )*"
    r"(?:ban|moratorium|repeal|abolition|closure|removal|scrapping|expansion|extension|restoration|reinstatement|return|introduction"
    r"|reform|freeze|cut|cuts|curb|curbs|limit|limits|cap|restrictions?|end|privati[sz]ation|nationali[sz]ation|suspension|withdrawal|lifting)"
    r" (?:on|of|to|in|from|for) )+(?:(?:a|an|the|all) )?",
    re.I,
)
"""What makes a compound target ("a ban on X") of a target X: both go to one split."""


def blocks(path: Path) -> list[tuple[int, str, list[tuple[str, str, str, str]]]]:
    """The blocks of a file: line number, text, pairs (label, target, holder, tag).

    Raises ``ValueError`` with file:line for a line that does not parse.
    """
    found: list[tuple[int, str, list[tuple[str, str, str, str]]]] = []
    text: str | None = None
    for number, line in enumerate(path.read_text(encoding="utf-8").splitlines(), 1):
        line = line.rstrip()
        if not line or line.startswith("#"):
            text = None
        elif text is None:
            text = line
            found.append((number, text, []))
        else:
            parts = [part.strip() for part in line.split("\t")]
            if len(parts) != 4 or parts[0] not in LABELS or parts[3] not in TAGS or not parts[1]:
                raise ValueError(f"{path}:{number}: a pair must be LABEL<TAB>TARGET<TAB>HOLDER<TAB>TAG. Got {line!r}.")
            found[-1][2].append((parts[0], parts[1], parts[2], parts[3]))
    for number, text, pairs in found:
        if not pairs or "\t" in text:
            raise ValueError(f"{path}:{number}: a block must be one text and its pairs. Got {text[:60]!r}.")
    return found


def key_of(target: str) -> str:
    """A target's key: its words in lower case without article, frame ("a ban on") and plural."""
    plain = FRAMES.sub("", target.strip())
    words = re.findall(r"[a-z0-9]+", re.sub(r"['’]s?\b", "", plain.lower()))
    words = [re.sub(r"(?<=[a-z]{3})s$", "", word) for word in words if word not in ("the", "a", "an")]
    return " ".join(words) or plain.lower()


def groups(targets: list[str]) -> dict[str, str]:
    """Group name of each target: two keys are one group when all words of the shorter stand in the longer."""
    keys = sorted({key_of(target) for target in targets}, key=lambda key: (len(key.split()), key))
    words = {key: frozenset(key.split()) for key in keys}
    head: dict[str, str] = {}
    shorter: dict[str, list[str]] = defaultdict(list)  # those that may name a group, each under its first word, in order
    place = {key: number for number, key in enumerate(keys)}
    for key in keys:
        inside = [short for word in words[key] for short in shorter[word] if words[short] <= words[key]]
        head[key] = head[min(inside, key=place.__getitem__)] if inside else key
        if len(words[key]) > 1 or len(key) >= 6:
            shorter[min(words[key])].append(key)
    return {target: head[key_of(target)] for target in targets}


def split_of(group: str) -> str:
    """Split of a group of targets, by a hash of its name."""
    place = int(hashlib.sha256(f"{SEED} {group}".encode()).hexdigest()[:8], 16) / 0xFFFFFFFF
    return "test" if place < HELD_OUT else "dev" if place < 2 * HELD_OUT else "train"


def rows(folder: Path = HERE / "data") -> list[dict]:
    """All pairs in the order of the files: id, text, target, label, holder, tag, field, split, ``seen`` (target in train).

    A text of which any target is held out belongs to that split (test before dev); its other pairs keep ``seen`` true and
    count only in the figures over both targets of a sentence.
    """
    parsed = [(path.stem, *block) for path in sorted(folder.glob("*.txt")) for block in blocks(path)]
    group = groups([target for field, *_, pairs in parsed if field not in LATE for _, target, _, _ in pairs])
    held = sorted({name for name in group.values() if split_of(name) != "train"})
    for target in (target for field, *_, pairs in parsed if field in LATE for _, target, _, _ in pairs):
        words = set(key_of(target).split())
        group.setdefault(target, next((name for name in held if set(name.split()) <= words), f"late {key_of(target)}"))
    own_split = {target: "train" if name.startswith("late ") else split_of(name) for target, name in group.items()}
    of_text: dict[str, set[str]] = defaultdict(set)
    for _, _, text, pairs in parsed:
        of_text[text].update(own_split[target] for _, target, _, _ in pairs)
    out = []
    for field, number, text, pairs in parsed:
        splits = [own_split[target] for _, target, _, _ in pairs]
        split = next(name for name in ("test", "dev", "train") if name in of_text[text])
        for place, ((label, target, holder, tag), own) in enumerate(zip(pairs, splits, strict=True)):
            out.append(
                {
                    "id": f"{field}.{number}.{place}", "text": text, "target": target, "label": LABELS[label], "holder": holder,
                    "tag": tag, "field": field, "split": split, "seen": own == "train", "group": group[target],
                }
            )  # fmt: skip
    return out


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("-o", "--out", metavar="DIR")
    arguments = parser.parse_args()
    table = rows()
    by_split: dict[str, list[dict]] = defaultdict(list)
    for row in table:
        by_split[row["split"]].append(row)
    print(
        f"texts {len({row['text'] for row in table})}, pairs {len(table)}, target groups {len({row['group'] for row in table})}"
    )
    for name in ("label", "tag", "field"):
        print(name, dict(Counter(row[name] for row in table).most_common()))
    for split in SPLITS:
        print(split, len(by_split[split]), "pairs, unseen", sum(not row["seen"] for row in by_split[split]))
        if arguments.out:
            path = Path(arguments.out) / f"{split}.jsonl"
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text("".join(json.dumps(row, ensure_ascii=False) + "\n" for row in by_split[split]), encoding="utf-8")


if __name__ == "__main__":
    try:
        main()
    except ValueError as error:
        sys.exit(str(error))

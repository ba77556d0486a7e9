"""`python -m tests.understanding [tuned]`: how many of the labelled sentences are understood, and which are not."""

import sys

from tests.understanding.labelled import PARTS, Result, results


def share(found: list[Result], right: list[Result]) -> str:
    return f"{len(right)} of {len(found)} ({len(right) / len(found):.1%})"


def shares(found: list[Result]) -> str:
    intents = share(found, [one for one in found if one.right_intent])
    return f"intent {intents}, intent and arguments {share(found, [one for one in found if one.right])}"


def main(parts: list[str]) -> None:
    for part in parts:
        found = results(part)
        for one in found:
            if not one.right:
                print(f"  {one.label.language} {one.label.text!r}")
                print(f"     label {one.label.intent} {one.label.arguments}")
                print(f"     found {one.intent} {one.arguments}")
        for language in dict.fromkeys(one.label.language for one in found):
            print(f"{part} {language}: {shares([one for one in found if one.label.language == language])}")
        print(f"{part}: {shares(found)}")


main(sys.argv[1:] or list(PARTS))

"""JSON as the program must write it: one object a line, no key twice, no NaN; the first tells the schema, no other."""
import json


def once(pairs):
    assert len({key for key, _ in pairs}) == len(pairs), f"a key twice: {pairs}"
    return dict(pairs)


def refuse(word):
    raise ValueError(word)


def objects(name):
    """The objects of a file, which may be empty."""
    with open(name, "rb") as file:
        lines = file.read().decode("utf-8").split("\n")
    assert lines.pop() == "", f"{name}: the last line does not end"
    found = [json.loads(line, object_pairs_hook=once, parse_constant=refuse) for line in lines]
    assert all(o.get("schema") == 1 for o in found[:1]), f"{name}: the first line tells no schema"
    assert not any("schema" in o for o in found[1:]), f"{name}: the schema is told again"
    return found

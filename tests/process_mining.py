"""What pm4py makes of two logs: started by the tests in an environment of its own.

``python process_mining.py LOG.xes LOG.ocel.json`` prints one JSON object. It knows nothing of
motcua: whatever it finds, it finds with pm4py.
"""

from __future__ import annotations

import json
import sys
from contextlib import redirect_stdout
from typing import Any


def main(xes: str, ocel: str) -> dict[str, Any]:
    """What is found in the logs."""
    import pm4py  # type: ignore[import-not-found] # noqa: PLC0415 - it is in another environment

    found: dict[str, Any] = {"xes": of_events(pm4py, pm4py.read_xes(xes))}
    log = pm4py.read_ocel2_json(ocel)
    events = pm4py.ocel_flattening(log, "dossier").rename(
        columns={"lifecycle": "lifecycle:transition"}
    )
    objects = log.objects[log.objects["ocel:type"] == "dossier"].set_index("ocel:oid")
    for name in ("resolved_in_period", "official_class", "due_at"):
        events[f"case:{name}"] = events["case:concept:name"].map(objects[name])
    events["case:resolved_in_period"] = (
        events["case:resolved_in_period"].astype(str).str.lower() == "true"
    )
    events["case:concept:name"] = events["case:concept:name"].str.removeprefix("dossier ")
    found["ocel"] = of_events(pm4py, events)
    found["objects"] = log.objects["ocel:type"].value_counts().to_dict()
    found["qualifiers"] = sorted(log.relations["ocel:qualifier"].unique())
    found["serves"] = sorted(zip(log.o2o["ocel:oid"], log.o2o["ocel:oid_2"], strict=True))
    return found


def of_events(pm4py: Any, events: Any) -> dict[str, Any]:
    """On-time rate, throughput times, waits and directly-follows counts of a log."""
    ends = events[events["lifecycle:transition"] == "complete"]
    follows, first, last = pm4py.discover_dfg(ends)
    cases = events.groupby("case:concept:name").first()
    resolved = cases[cases["case:resolved_in_period"]]
    starts = events[(events["lifecycle:transition"] == "start") & (events["kind"] == "work")]
    waits = (starts["time:timestamp"] - starts["ready_at"]).dt.total_seconds()
    offsets = (cases["case:due_at"] - events["time:timestamp"].min()).dropna().dt.total_seconds()
    return {
        "on_time": float((resolved["case:official_class"] != "late").mean()),
        "resolved": len(resolved),
        "durations_s": sorted(pm4py.get_all_case_durations(events)),
        "waits_s": waits.groupby(starts["concept:name"]).sum().to_dict(),
        "due_s": sorted(offsets.tolist()),
        "follows": sorted([a, b, count] for (a, b), count in follows.items()),
        "first": first,
        "last": last,
    }


if __name__ == "__main__":
    with redirect_stdout(sys.stderr):  # pm4py greets on stdout
        answer = main(*sys.argv[1:])
    sys.stdout.write(json.dumps(answer))

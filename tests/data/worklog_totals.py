#!/usr/bin/env python3
"""Totals of a Toggl CSV export, computed from its column `Duration` alone and without Loggia.

    worklog_totals.py FILE [FROM TO]

Prints one JSON document: totals of all rows, of billable ones, by client, by client and month, by member, by project and task.
FROM and TO are days (2024-01-01), both included; a row belongs to the day on which it starts. Seconds are whole, hours are
decimals with two places, half up.
"""

import collections
import csv
import json
import sys
from decimal import ROUND_HALF_UP, Decimal


def seconds_of(duration):
    hours, minutes, seconds = duration.split(":")
    return int(hours) * 3600 + int(minutes) * 60 + int(seconds)


def hours_of(seconds):
    return str((Decimal(seconds) / 3600).quantize(Decimal("0.01"), ROUND_HALF_UP))


def total(rows):
    seconds = sum(seconds_of(row["Duration"]) for row in rows)
    billable = sum(seconds_of(row["Duration"]) for row in rows if row["Billable"] == "Yes")
    return {
        "entries": len(rows),
        "seconds": seconds,
        "hours": hours_of(seconds),
        "billable_seconds": billable,
        "billable_hours": hours_of(billable),
    }


def grouped(rows, *keys):
    groups = collections.defaultdict(list)
    for row in rows:
        groups[tuple(key(row) for _, key in keys)].append(row)
    return [
        {"key": dict(zip((name for name, _ in keys), group)), **total(members)}
        for group, members in sorted(groups.items())
    ]


def column(name):
    return lambda row: row[name]


def month(row):
    return row["Start date"][:7]


def main(path, first="0000-00-00", last="9999-99-99"):
    with open(path, encoding="utf-8-sig", newline="") as file:
        rows = [row for row in csv.DictReader(file) if first <= row["Start date"] <= last]
    client, member = ("client", column("Client")), ("member", column("Email"))
    project, task = ("project", column("Project")), ("task", column("Task"))
    report = {
        "total": total(rows),
        "by_client": grouped(rows, client),
        "by_client_and_month": grouped(rows, client, ("month", month)),
        "by_month": grouped(rows, ("month", month)),
        "by_member": grouped(rows, member),
        "by_client_and_member": grouped(rows, client, member),
        "by_project": grouped(rows, client, project),
        "by_task": grouped(rows, client, project, task),
    }
    json.dump(report, sys.stdout, ensure_ascii=False, indent=1)
    print()


if __name__ == "__main__":
    main(*sys.argv[1:])

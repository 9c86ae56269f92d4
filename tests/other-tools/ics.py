"""Reads the calendar that `offtake calendar --ics` wrote, with an iCalendar library that is not ours.

Arguments: the file of a book, and the file of a later book of the same owner.
"""

import sys

import icalendar


def events(path):
    raw = open(path, "rb").read()
    assert raw.count(b"\n") == raw.count(b"\r\n"), "a line does not end with CRLF"
    assert max(len(line) for line in raw.split(b"\r\n")) <= 75, "a line is not folded"
    calendar = icalendar.Calendar.from_ical(raw)
    assert not calendar.errors, calendar.errors
    assert str(calendar["version"]) == "2.0"
    found = {}
    for event in calendar.walk("VEVENT"):
        assert not event.errors, event.errors
        uid = str(event["uid"])
        assert uid not in found, f"two events are {uid}"
        for needed in ("dtstamp", "dtstart", "summary", "sequence"):
            assert needed in event, f"{uid} has no {needed}"
        # All day: a date without a time, and the day after as its end.
        start, end = event["dtstart"].dt, event["dtend"].dt
        assert not hasattr(start, "hour") and (end - start).days == 1, uid
        found[uid] = event
    return found


old, new = events(sys.argv[1]), events(sys.argv[2])
both = old.keys() & new.keys()
assert len(both) > 20, "the later book moves no event of the earlier one"
for uid in both:
    assert int(new[uid]["sequence"]) > int(old[uid]["sequence"]), f"{uid} would not be updated"
moved = [uid for uid in both if old[uid]["dtstart"].dt != new[uid]["dtstart"].dt]
assert moved, "nothing moved between the two books"
day = old["prepayment-due.tranche.iren-childress.horizon-1@microsoft.offtake"]["dtstart"].dt
assert day.isoformat() == "2026-05-31", day
print(f"{len(old)} and {len(new)} events; {len(both)} in both, {len(moved)} of them moved")

"""Works out the cash flows that `cargo xtask bench value` asks for, in plain numpy and pandas, and times it.

Usage: value_peer.py FOLDER REPEATS

FOLDER holds what both sides start from: `lots.csv` (what the book says of each tranche), `months.csv` (first hour of each
calendar month), `lives.csv` (when each tranche came and ended in each sample), and as raw numbers `available.f64` (GPU-hours by
sample, tranche and month of the horizon) and `used.f64` (by sample, contract and month). `flows.csv` has Offtake's flows of the
first samples: they must be these to the cent.

It is what an analyst would write: a loop over samples and tranches, arrays over months, a data frame of flows, a sum by
group. Clauses are read from the book's words again, not from Offtake's code. Reading and comparing are not timed.
"""

import sys
import time

import numpy as np
import pandas as pd

def month_of(starts, hour):
    """Returns the place of the month in which an hour lies."""
    return int(np.searchsorted(starts, hour, side="right")) - 1


def in_service(lot, life, starts, ends, horizon):
    """Returns GPU-hours in service by month: before, within and beyond the horizon, one row each."""
    racks, per_rack = int(lot.racks), int(lot.rack_gpus)
    start, end, stop = life.start, life.end, life.stop
    last = min(end, stop) if stop >= 0 else end
    arrivals = start + int(lot.ramp) * np.arange(racks) // racks
    sizes = np.full(racks, per_rack)
    sizes[-1] = int(lot.gpus) - per_rack * (racks - 1)
    cuts = [(-(10**9), 0), (0, horizon), (horizon, 10**9)]
    rows = np.zeros((3, len(starts)))
    for row, (low, high) in enumerate(cuts):
        opens = np.maximum(starts, low)
        closes = np.minimum(np.minimum(ends, high), last)
        hours = np.maximum(closes[None, :] - np.maximum(opens[None, :], arrivals[:, None]), 0)
        rows[row] = sizes @ hours
        if stop >= 0:
            standing = int((arrivals < stop).sum())
            gpus = min(int(lot.gpus), per_rack * int(standing * life.share + 1e-9))
            closes = np.minimum(np.minimum(ends, high), end)
            rows[row] += gpus * np.maximum(closes - np.maximum(opens, max(life.back, stop)), 0)
    return rows


def delay_credits(lot, life, fee, starts, ends):
    """Returns the credits for lateness: (month, money)."""
    late_from = lot.promised + lot.grace
    until = life.start if life.start is not None else lot.given_up
    if life.stop >= 0:
        until = min(until, life.stop)
    left = fee * lot.late_cap
    for month in range(month_of(starts, late_from), len(starts)):
        if starts[month] >= until or left <= 1e-9:
            return
        hours = min(until, ends[month]) - max(late_from, starts[month])
        if hours <= 0:
            return
        credit = min(fee * lot.late_credit * hours / (ends[month] - starts[month]), left)
        yield month, credit
        left -= credit


def prepayment(lot, life, value, starts):
    """Returns the movements of the prepayment: (month, kind, money), seen by the buyer."""
    amount, given_up = value * lot.prepaid, lot.given_up
    stop = life.stop if life.stop >= 0 and (life.start is None or life.stop < life.end) else None
    is_given_up = life.start is None and (life.stop < 0 or life.stop > given_up)
    over = given_up if is_given_up else stop
    if amount == 0 or (over is not None and lot.due >= over):
        return
    yield month_of(starts, lot.due), "prepayment", -amount
    if is_given_up:
        yield month_of(starts, given_up), "prepayment-refund", amount
        return
    credited = 0.0
    if life.start is not None:
        first_month = month_of(starts, life.start)
        shift = 0 if starts[first_month] == life.start else 1
        last = min(first_month + shift + int(lot.term_months) - 1, month_of(starts, life.end - 1))
        first = min(first_month + shift + int(lot.credited_after), last)
        part = amount / (last - first + 1)
        stopped = month_of(starts, stop) if stop is not None else 10**9
        for month in range(first, last + 1):
            if month < stopped:
                yield month, "prepayment-credit", part
                credited += part
        if stop is not None:
            kept, from_month = (amount - credited) * life.share, max(month_of(starts, life.back), first)
            if from_month <= last:
                for month in range(from_month, last + 1):
                    yield month, "prepayment-credit", kept / (last - from_month + 1)
                credited += kept
    if stop is not None:
        recovered = (amount - credited) * lot.recovery
        yield month_of(starts, stop) + int(lot.recovered_after), "prepayment-recovered", recovered


class Life:
    """When a tranche came and ended in a sample; one that its supplier's stop came before never came."""

    def __init__(self, row):
        self.stop, self.back, self.share = int(row[3]), int(row[4]), row[5]
        self.end = int(row[2])
        came = row[1] > -(10**9) and row[1] < self.end and (self.stop < 0 or row[1] < self.stop)
        self.start = int(row[1]) if came else None


def sample_flows(lots, lives, available, used, starts, ends, zero, horizon):
    """Returns the flows of one sample: rows of (contract, month, kind, money)."""
    rows = []
    months = available.shape[1]
    for contract, of_contract in lots:
        served, there, rates = [], [], []
        for lot in of_contract:
            life = lives[lot.pool]
            rate = lot.rate
            value = rate * lot.hours
            fee = value / lot.term_count
            for month, credit in delay_credits(lot, life, fee, starts, ends):
                rows.append((contract, month - zero, "delay-credit", credit))
            for month, kind, money in prepayment(lot, life, value, starts):
                rows.append((contract, month - zero, kind, money))
            before, within, beyond = np.zeros((3, len(starts)))
            if life.start is not None:
                before, within, beyond = in_service(lot, life, starts, ends, horizon)
            seen = np.zeros(len(starts))
            seen[zero : zero + months] = np.minimum(np.round(available[lot.pool]), within[zero : zero + months])
            served.append((before, within, beyond))
            there.append(seen)
            rates.append(rate)
        whole = sum(s[1].sum() for s in served)
        got = sum(t.sum() for t in there)
        billed = []
        for (before, within, beyond), seen, lot in zip(served, there, of_contract):
            a, b = (within.sum(), seen.sum()) if within.sum() > 0 else (whole, got)
            # Whole numbers: the products have more digits than a float.
            later = beyond.astype(np.int64) * int(b) // int(a) if a > 0 else beyond
            billed.append(before + seen + later)
            if lot.sla > 0:
                missing = np.floor((before + within + beyond) * lot.sla + 1e-6) - billed[-1]
                missing = np.clip(missing, 0, np.floor((before + within + beyond) * lot.sla_cap + 1e-6))
                for month in np.nonzero(missing[zero : zero + months])[0]:
                    rows.append((contract, month + 1, "sla-credit", missing[zero + month] * lot.rate))
        total = sum(billed)
        taken = total.copy()
        inside = slice(zero, zero + months)
        taken[inside] = np.minimum(np.round(used[int(of_contract[0].contract_index)]), total[inside])
        deficiency = np.maximum(np.floor(total * of_contract[0].take_or_pay + 1e-6) - taken, 0)
        for kind, hours in (("fee", taken), ("deficiency", deficiency)):
            # Whole hours are shared out among tranches in proportion, so that they add up.
            cumulated = np.cumsum(np.array(billed), axis=0).astype(np.int64)
            shares = hours.astype(np.int64) * cumulated // np.maximum(total, 1).astype(np.int64)
            parts = np.diff(np.vstack([np.zeros(len(starts)), shares]), axis=0)
            money = -(parts * np.array(rates)[:, None]).sum(axis=0)
            for month in np.nonzero(money)[0]:
                rows.append((contract, month - zero, kind, money[month]))
    return rows


def main():
    folder, repeats = sys.argv[1], int(sys.argv[2])
    table = pd.read_csv(f"{folder}/lots.csv")
    grid = pd.read_csv(f"{folder}/months.csv")
    starts, ends = grid["start"].to_numpy(), grid["end"].to_numpy()
    zero = int(np.nonzero(grid["month"].to_numpy() == 0)[0][0])
    horizon = int(table["horizon"].iloc[0])
    # A total price is spread over the contracted hours of all tranches.
    hours = table.groupby("contract")["hours"].transform("sum")
    table["rate"] = np.where(table["total"] > 0, table["total"] / hours, table["price"])
    lots = [(name, list(group.itertuples())) for name, group in table.groupby("contract", sort=False)]
    lives = pd.read_csv(f"{folder}/lives.csv").to_numpy()
    pools, contracts = int(lives[:, 0].max()) + 1, int(table["contracts"].iloc[0])
    samples = len(lives) // pools
    lives = [[Life(row) for row in lives[s * pools : (s + 1) * pools]] for s in range(samples)]
    available = np.fromfile(f"{folder}/available.f64").reshape(samples, pools, -1)
    used = np.fromfile(f"{folder}/used.f64").reshape(samples, contracts, -1)

    for _ in range(repeats):
        began = time.perf_counter()
        frames = []
        for s in range(samples):
            rows = sample_flows(lots, lives[s], available[s], used[s], starts, ends, zero, horizon)
            frame = pd.DataFrame(rows, columns=["contract", "month", "kind", "money"])
            frames.append(frame.assign(sample=s))
        flows = pd.concat(frames).groupby(["sample", "contract", "kind", "month"])["money"].sum()
        print("seconds", time.perf_counter() - began)

    theirs = pd.read_csv(f"{folder}/flows.csv").groupby(["sample", "contract", "kind", "month"])["money"].sum()
    ours = flows[flows.index.get_level_values("sample") < theirs.index.get_level_values("sample").max() + 1]
    apart = ours.sub(theirs, fill_value=0.0).abs()
    print("compared", len(apart))
    print("apart", apart.max())
    if apart.max() >= 0.01:
        print(apart.sort_values(ascending=False).head(12).to_string(), file=sys.stderr)


main()

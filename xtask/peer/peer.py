"""Times the peer, assetra, on the system that `cargo xtask bench` writes, and prints what it found.

Usage: peer.py FOLDER SAMPLES PROCESSES BATCH REPEATS

FOLDER holds `units.csv` (gpus, forced_outage_rate) and `demand.csv` (level by hour). Only the evaluation is timed:
assigning the system, running the simulation, evaluating the expected unserved energy. Importing, reading, building
the system and starting the processes are not.

assetra holds every hour of every trial in memory. One process with all SAMPLES in one batch is how its documents do
it; smaller batches keep its arrays nearer the processor, and more processes use more cores, which it does not by
itself. Either way each trial is assetra's own, and the mean over batches is the mean over trials.
"""

import csv
import multiprocessing
import resource
import sys
import time
import warnings

import numpy as np
from assetra.metrics import ExpectedUnservedEnergy
from assetra.simulation import ProbabilisticSimulation
from assetra.system import EnergySystemBuilder
from assetra.units import DemandUnit, StochasticUnit
from assetra.utils import get_hourly_time_series_xr

START = "2026-01-01 00:00:00"
SEED = 1


def read(folder, name):
    """Returns the rows of a table, as numbers by column."""
    with open(f"{folder}/{name}", newline="", encoding="utf-8") as file:
        return [{key: float(value) for key, value in row.items()} for row in csv.DictReader(file)]


def build(folder):
    """Returns the peer's system, and its hours: a demand, and units that are out hour by hour."""
    demand = [row["level"] for row in read(folder, "demand.csv")]
    builder = EnergySystemBuilder()
    builder.add_unit(DemandUnit(0, get_hourly_time_series_xr(demand, START)))
    for index, unit in enumerate(read(folder, "units.csv")):
        capacity = get_hourly_time_series_xr([unit["gpus"]] * len(demand), START)
        rate = get_hourly_time_series_xr([unit["forced_outage_rate"]] * len(demand), START)
        builder.add_unit(StochasticUnit(index + 1, unit["gpus"], capacity, rate))
    return builder.build(), len(demand)


def simulate(system, hours, samples):
    """Returns the peer's simulation of so many trials, run."""
    end = str(np.datetime64(START, "s") + np.timedelta64(hours - 1, "h"))
    simulation = ProbabilisticSimulation(START, end, samples)
    simulation.assign_energy_system(system)
    simulation.run()
    return simulation


def batches(samples, batch):
    """Returns the sizes of the batches of so many trials."""
    return [min(batch, samples - first) for first in range(0, samples, batch)]


def unserved(simulation):
    """Returns the unserved energy of each trial, for the standard error, and holds it against the peer's own mean."""
    by_trial = np.maximum(-simulation.net_hourly_capacity_matrix.values, 0).sum(axis=1)
    own = ExpectedUnservedEnergy(simulation).evaluate()
    assert abs(by_trial.mean() - own) <= 1e-9 * max(own, 1.0), (by_trial.mean(), own)
    return by_trial


def work(connection, index, folder, samples, batch):
    """Runs in a process of its own: the first message asks for every trial's sum, each later one for a timed run."""
    # assetra warns of the precision of its own dates, once for every array.
    warnings.filterwarnings("ignore")
    np.random.seed(SEED + index)
    system, hours = build(folder)
    connection.send(None)
    connection.recv()
    sums = [unserved(simulate(system, hours, size)) for size in batches(samples, batch)]
    connection.send(np.concatenate(sums))
    while connection.recv():
        begun = time.process_time()
        for size in batches(samples, batch):
            ExpectedUnservedEnergy(simulate(system, hours, size)).evaluate()
        connection.send(time.process_time() - begun)
    connection.send(resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024)


def ask(connections, message):
    """Sends every process the message, and returns their answers once all have come."""
    for connection in connections:
        connection.send(message)
    return [connection.recv() for connection in connections]


def main():
    folder = sys.argv[1]
    samples, processes, batch, repeats = map(int, sys.argv[2:6])
    connections = []
    for index in range(processes):
        here, there = multiprocessing.Pipe()
        share = samples // processes + (index < samples % processes)
        multiprocessing.Process(target=work, args=(there, index, folder, share, batch), daemon=True).start()
        connections.append(here)
    for connection in connections:
        connection.recv()
    sums = np.concatenate(ask(connections, True))
    seconds, processor = [], []
    for _ in range(repeats):
        begun = time.perf_counter()
        processor.append(sum(ask(connections, True)))
        seconds.append(time.perf_counter() - begun)
    peak = sum(ask(connections, False))
    print("eue", sums.mean())
    print("standard_error", sums.std(ddof=1) / len(sums) ** 0.5)
    print("seconds", *seconds)
    print("processor_seconds", *processor)
    print("peak_mb", peak)


if __name__ == "__main__":
    main()

"""Solves the plan of this folder with PyPSA and prints what it costs and signs.

    pip install pypsa==1.4.0 linopy==0.10.1 highspy==1.16.0
    python solve.py [GAP]

PyPSA reads the tables beside this file: sites, pools and classes are buses, offers are extendable generators in
modules of a block, a snapshot is an hour of a month of a future. From the tables in more/ this script adds what
PyPSA has no component for:

    least          an offer is signed with at least so many blocks, or not at all
    limits         sums over what is signed: concentration, budgets, prepayments, exposure, one start of an offer
    take-or-pay    use above the share that is paid for in any case, by month and future
    waiting        delayed work, which goes round within a run of hours
    standards      unserved work (before spot) in expectation, in the worst futures, or with a party lost
    risk           the mean cost of the worst futures in the objective

Capacity is in thousands of GPUs, power in MW, money in millions. Written by `offtake plan --export-pypsa`; the
objective is that of `offtake plan`, within both gaps.
"""

import json
import logging
import pathlib
import sys
import warnings

import pandas as pd
import pypsa
import xarray as xr

HERE = pathlib.Path(__file__).resolve().parent


def table(name, index=None):
    frame = pd.read_csv(HERE / "more" / f"{name}.csv", keep_default_na=False)
    return frame if index is None else frame.set_index(index)


def along(values, name="name"):
    return xr.DataArray(values.to_numpy(dtype=float), dims=[name], coords={name: list(values.index)})


class Plan:
    """The model that PyPSA makes of the tables, and what it is made of."""

    def __init__(self):
        self.network = pypsa.Network()
        self.network.import_from_csv_folder(str(HERE))
        self.model = self.network.optimize.create_model()
        self.power = self.model.variables["Generator-p"]
        self.offers = table("offers", "offer")
        self.snapshots = table("snapshots", "snapshot")
        # Use above take-or-pay: what it costs, by future.
        self.over = []

    def signed(self, names):
        """Thousands of GPUs signed of offers."""
        return self.model.variables["Generator-p_nom"].sel(name=list(names))

    def sum_signed(self, factors):
        """A sum of factors over blocks of offers."""
        return (self.signed(factors.index) * along(factors / self.offers.block_kgpu[factors.index])).sum("name")

    def used(self, name, snapshots):
        """Thousands of GPU-hours of a generator in some snapshots."""
        hours = self.snapshots.hours[snapshots]
        return (self.power.sel(name=name, snapshot=list(snapshots)) * along(hours, "snapshot")).sum("snapshot")

    def block(self, name):
        return self.snapshots.index[self.snapshots.block == name]

    def add_least(self):
        for name, offer in self.offers[self.offers.least > 0].iterrows():
            is_signed = self.model.add_variables(binary=True, name=f"is signed: {name}")
            signed = self.signed([name]).sum("name")
            self.model.add_constraints(signed - offer.most * offer.block_kgpu * is_signed <= 0, name=f"most: {name}")
            self.model.add_constraints(signed - offer.least * offer.block_kgpu * is_signed >= 0, name=f"least: {name}")

    def add_limits(self):
        terms = table("limit-terms")
        for name, limit in table("limits", "limit").iterrows():
            factors = terms[terms.limit == name].set_index("offer").factor
            if len(factors):
                self.model.add_constraints(self.sum_signed(factors) <= limit.most, name=f"limit: {name}")
            elif limit.most < 0:
                raise SystemExit(f"{name} cannot be kept")

    def add_take_or_pay(self):
        for at, of in table("take-or-pay").iterrows():
            over = self.model.add_variables(lower=0, name=f"over: {at}")
            free = self.sum_signed(pd.Series({of.offer: of.free}))
            used = self.used(of.offer, self.block(of.block))
            self.model.add_constraints(over - used + free >= 0, name=f"overtake: {at}")
            self.over.append((of.future, of.price * over))

    def add_waiting(self):
        for name, rows in table("waiting").groupby("class"):
            at = pd.Index(rows.snapshot, name="snapshot")
            most = xr.DataArray(rows.most.to_numpy(), dims=["snapshot"], coords={"snapshot": at})
            waits = self.model.add_variables(lower=0, upper=most, coords=[at], name=f"waits: {name}")
            before = waits.sel(snapshot=list(rows.before)).assign_coords(snapshot=at)
            gives = self.power.sel(name=f"waiting {name}", snapshot=list(at))
            hours = along(self.snapshots.hours[at], "snapshot")
            self.model.add_constraints(hours * gives + waits - before == 0, name=f"backlog: {name}")

    def unserved(self, terms):
        """Thousands of GPU-hours of spot and unserved work, weighed."""
        sums = []
        for of in terms.itertuples():
            block = self.block(of.block)
            sums += [of.factor * self.used(f"{kind} {of._2}", block) for kind in ("spot", "unserved")]
        return sum(sums[1:], sums[0])

    def add_standards(self):
        terms = table("standard-terms")
        for name, standard in table("standards", "standard").iterrows():
            own = terms[terms.standard == name]
            if standard.measure == "expected":
                value = self.unserved(own)
            else:
                by_future = {future: self.unserved(rows) for future, rows in own.groupby("future")}
                value = self.worst(name, by_future, standard.level)
            self.model.add_constraints(value <= standard.most, name=f"standard: {name}")

    def worst(self, name, by_future, level):
        """The mean of the worst futures (Rockafellar and Uryasev)."""
        chance = table("futures", "future").probability
        least = self.model.add_variables(name=f"worst: {name}")
        total = 1.0 * least
        for future, value in by_future.items():
            beyond = self.model.add_variables(lower=0, name=f"beyond: {name} {future}")
            self.model.add_constraints(beyond + least - value >= 0, name=f"tail: {name} {future}")
            total = total + chance[future] / (1.0 - level) * beyond
        return total

    def cost(self, future, chance):
        """What a future costs, as a variable."""
        own = self.snapshots.index[(self.snapshots.future == future) & (self.snapshots.lost == "")]
        weights = self.network.snapshot_weightings.objective[own] / chance
        prices = self.network.get_switchable_as_dense("Generator", "marginal_cost").loc[own]
        prices = prices.loc[:, (prices != 0).any()].mul(weights, axis=0)
        names = list(prices.columns)
        coords = {"snapshot": list(own), "name": names}
        prices = xr.DataArray(prices.to_numpy(), dims=["snapshot", "name"], coords=coords)
        terms = (self.power.sel(name=names, snapshot=list(own)) * prices).sum()
        fixed = table("fixed")
        fixed = fixed[fixed.future == future].set_index("offer").millions
        if len(fixed):
            terms = terms + self.sum_signed(fixed)
        terms = sum((over for of, over in self.over if of == future), terms)
        cost = self.model.add_variables(name=f"cost: {future}")
        self.model.add_constraints(terms - cost == 0, name=f"cost: {future}")
        return cost

    def weigh(self):
        """Makes the objective: PyPSA's own and use above take-or-pay, or a blend with the worst futures."""
        chance = table("futures", "future").probability
        risk = table("risk", "name").loc["risk"]
        if risk.weight == 0:
            objective = self.model.objective.expression
            objective = sum((chance[of] * over for of, over in self.over), objective)
        else:
            costs = {future: 1.0 * self.cost(future, p) for future, p in chance.items()}
            objective = risk.weight * self.worst("cost", costs, risk.level)
            objective = sum(((1.0 - risk.weight) * p * costs[future] for future, p in chance.items()), objective)
        self.model.add_objective(objective, overwrite=True)

    def solve(self, gap):
        self.add_least()
        self.add_limits()
        self.add_take_or_pay()
        self.add_waiting()
        self.add_standards()
        self.weigh()
        status = self.model.solve(solver_name="highs", mip_rel_gap=gap, output_flag=False)
        if status[1] != "optimal":
            return {"status": status[1], "objective": None, "sign": {}}
        signed = self.model.solution["Generator-p_nom"].to_series() if len(self.offers) else pd.Series(dtype=float)
        blocks = (signed / self.offers.block_kgpu).round(6)
        sign = {name.removeprefix("offer "): count for name, count in blocks.items() if count > 0}
        return {"status": "optimal", "objective": float(self.model.objective.value), "sign": sign}


def main():
    warnings.filterwarnings("ignore")
    logging.disable(logging.WARNING)
    gap = float(sys.argv[1]) if len(sys.argv) > 1 else 1e-4
    print(json.dumps(Plan().solve(gap)))


if __name__ == "__main__":
    main()

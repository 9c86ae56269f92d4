"""Solves exported plans with PyPSA, and the small programmes of their bounds with SCIP.

    plan_peer.py GAP FOLDER FOLDER ...

In each folder stand `pypsa/` (what `offtake plan --export-pypsa` writes) and, if the plan exists, `master.mps`. Prints a
line for each: `objective bound`, the first by the folder's own `solve.py`, the second SCIP's proof; `none` for what has
no solution or is not there.

`cargo xtask cross-check` makes the folders, installs PyPSA, linopy, highspy and PySCIPOpt (PyPI), runs this and compares.
"""

import importlib.util
import logging
import pathlib
import sys
import warnings

import pyscipopt


def by_pypsa(folder, gap):
    spec = importlib.util.spec_from_file_location("solve", folder / "pypsa" / "solve.py")
    solve = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(solve)
    return solve.Plan().solve(gap)["objective"]


def by_scip(folder):
    path = folder / "master.mps"
    if not path.exists():
        return None
    model = pyscipopt.Model()
    model.hideOutput()
    model.readProblem(str(path))
    model.setParam("limits/gap", 0.0)
    model.setParam("parallel/maxnthreads", 1)
    model.optimize()
    return model.getDualbound()


def main():
    warnings.filterwarnings("ignore")
    logging.disable(logging.WARNING)
    gap = float(sys.argv[1])
    for name in sys.argv[2:]:
        folder = pathlib.Path(name)
        answers = (by_pypsa(folder, gap), by_scip(folder))
        print("answer", *("none" if answer is None else repr(float(answer)) for answer in answers), flush=True)


if __name__ == "__main__":
    main()

"""Rates of return, present values and the cover of a sculpted debt, by libraries that share no code with ours.

Reads a case a line from standard input and writes an answer a line; money is in whole millionths, by month-end.

    return RATE FLOW FLOW ...        IRR IRR NPV: the first by numpy-financial, the second by pyxirr, both yearly, `nan`
                                     for none; the net present value by numpy-financial at the yearly RATE
    cover RATE DRAWN FLOW FLOW ...   how often the cash flow covers the service of a debt of DRAWN that is repaid along
                                     it: its present value at a twelfth of RATE a month, over DRAWN

`cargo xtask finance` makes the cases, installs numpy-financial and pyxirr (PyPI), runs this and compares.
"""

import math
import sys

import numpy_financial
import pyxirr


def yearly(monthly):
    bad = monthly is None or math.isnan(monthly) or monthly <= -1.0
    return math.nan if bad else (1.0 + monthly) ** 12.0 - 1.0


def of_return(numbers):
    flows = [micros / 1e6 for micros in numbers[1:]]
    monthly = (1.0 + numbers[0]) ** (1.0 / 12.0) - 1.0
    rates = (yearly(numpy_financial.irr(flows)), yearly(pyxirr.irr(flows, silent=True)))
    return (*rates, float(numpy_financial.npv(monthly, flows)))


def of_cover(numbers):
    rate, drawn = numbers[0], numbers[1]
    worth = numpy_financial.npv(rate / 12.0, [0.0, *numbers[2:]])
    return (float(worth) / drawn,)


def main():
    for line in sys.stdin:
        kind, *words = line.split()
        answer = {"return": of_return, "cover": of_cover}[kind]([float(word) for word in words])
        print(*(repr(number) for number in answer))


if __name__ == "__main__":
    main()

"""The path of PyTorch's LBFGS on two functions, in double precision, as the tests of our own compare with it.

usage: lbfgs.py FUNCTION SEARCH HISTORY RATE ITERATIONS

FUNCTION is rosenbrock (chained, 10 unknowns) or quartic (20 unknowns); SEARCH is none or strong_wolfe. Prints, for each
iteration, the loss and the unknowns.
"""
import sys

import torch

name, search, history, rate, iterations = sys.argv[1], sys.argv[2], int(sys.argv[3]), float(sys.argv[4]), int(sys.argv[5])
n = 10 if name == "rosenbrock" else 20
i = torch.arange(n, dtype=torch.float64)
x = (-1.2 + 0.3 * (i % 5) if name == "rosenbrock" else torch.sin(i + 1)).clone().requires_grad_()


def loss():
    if name == "rosenbrock":
        return (100 * (x[1:] - x[:-1] ** 2) ** 2 + (1 - x[:-1]) ** 2).sum()
    return ((i + 1) * (x - 1) ** 2).sum() / 2 + (x**4).sum() / 4


for steps in range(1, iterations + 1):
    with torch.no_grad():
        x.copy_(-1.2 + 0.3 * (i % 5) if name == "rosenbrock" else torch.sin(i + 1))
    optimizer = torch.optim.LBFGS(
        [x], lr=rate, max_iter=steps, max_eval=10**9, history_size=history, line_search_fn=None if search == "none" else search
    )

    def closure():
        optimizer.zero_grad()
        value = loss()
        value.backward()
        return value

    optimizer.step(closure)
    print(repr(loss().item()), *(repr(v) for v in x.tolist()))

"""Lattices in whole numbers: the solutions of equations, and a basis of short vectors.

Sources: elimination by columns as in the Hermite normal form; Lenstra, Lenstra and Lovász 1982 in
whole numbers, Cohen 1993, algorithm 2.6.7.
"""

from __future__ import annotations

from collections.abc import Sequence

Vector = list[int]


def whole_solutions(
    lines: Sequence[Sequence[int]], right: Sequence[int], width: int
) -> tuple[Vector, list[Vector]] | None:
    """All whole x with lines·x = right: one of them, and a basis of what may be added to it.

    None where there are none.
    """
    columns = [[line[k] for line in lines] for k in range(width)]
    basis = [[int(k == other) for other in range(width)] for k in range(width)]
    solution = [0] * width
    rest = list(right)
    done = 0
    for row in range(len(lines)):
        while True:
            live = [k for k in range(done, width) if columns[k][row]]
            if not live:
                break
            best = min(live, key=lambda k: (abs(columns[k][row]), sum(map(abs, basis[k])), k))
            if len(live) == 1:
                break
            for k in live:
                if k != best:
                    times = columns[k][row] // columns[best][row]
                    columns[k] = _less(columns[k], times, columns[best])
                    basis[k] = _less(basis[k], times, basis[best])
        if not live:
            if rest[row]:
                return None
            continue
        times, over = divmod(rest[row], columns[best][row])
        if over:
            return None
        rest = _less(rest, times, columns[best])
        solution = _less(solution, -times, basis[best])
        columns[best], columns[done] = columns[done], columns[best]
        basis[best], basis[done] = basis[done], basis[best]
        done += 1
    return solution, basis[done:]


def short_basis(basis: Sequence[Vector], measured: Sequence[Vector]) -> list[Vector]:
    """A basis of the same lattice whose vectors are short, and nearly at right angles.

    `measured` are the vectors by which the length of each of `basis` is told; these must be
    independent of one another.
    """
    b, m = [list(vector) for vector in basis], [list(vector) for vector in measured]
    size = len(b)
    d = [1] + [0] * size
    lam = [[0] * size for _ in range(size)]

    def reduce(k: int, j: int) -> None:
        times = (2 * lam[k][j] + d[j + 1]) // (2 * d[j + 1])
        if times:
            b[k], m[k] = _less(b[k], times, b[j]), _less(m[k], times, m[j])
            lam[k][j] -= times * d[j + 1]
            for i in range(j):
                lam[k][i] -= times * lam[j][i]

    known, k = -1, 0
    while k < size:
        if k > known:
            known = k
            for j in range(k + 1):
                u = sum(x * y for x, y in zip(m[k], m[j], strict=True))
                for i in range(j):
                    u = (d[i + 1] * u - lam[k][i] * lam[j][i]) // d[i]
                if j < k:
                    lam[k][j] = u
                else:
                    d[k + 1] = u
        if k == 0:
            k = 1
            continue
        reduce(k, k - 1)
        if 4 * (d[k + 1] * d[k - 1] + lam[k][k - 1] ** 2) < 3 * d[k] ** 2:
            _swap(b, m, d, lam, k, known)
            k = max(1, k - 1)
        else:
            for j in range(k - 2, -1, -1):
                reduce(k, j)
            k += 1
    return b


def _swap(
    b: list[Vector], m: list[Vector], d: Vector, lam: list[Vector], k: int, known: int
) -> None:
    b[k], b[k - 1] = b[k - 1], b[k]
    m[k], m[k - 1] = m[k - 1], m[k]
    for j in range(k - 1):
        lam[k][j], lam[k - 1][j] = lam[k - 1][j], lam[k][j]
    own = lam[k][k - 1]
    after = (d[k - 1] * d[k + 1] + own * own) // d[k]
    for i in range(k + 1, known + 1):
        upper = lam[i][k]
        lam[i][k] = (d[k + 1] * lam[i][k - 1] - own * upper) // d[k]
        lam[i][k - 1] = (after * upper + own * lam[i][k]) // d[k + 1]
    d[k] = after


def _less(vector: Vector, times: int, other: Vector) -> Vector:
    return [x - times * y for x, y in zip(vector, other, strict=True)]

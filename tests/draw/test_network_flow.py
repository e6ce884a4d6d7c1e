"""Flows and small whole programs, beside OR-Tools, which is not part of the program."""

import numpy as np
import pytest
from ortools.graph.python import max_flow, min_cost_flow
from ortools.sat.python import cp_model
from yaohao.planner.draw import network_flow
from yaohao.planner.draw.lottery import whole_program
from yaohao.planner.draw.lottery.whole_program import Row, WholeProgram, minimum
from yaohao.planner.draw.network_flow import UnsettledError, maximum_flow, minimum_cost_flow
from yaohao.planner.vocabulary.linear_program import Program, Ray, Vertex, solve


def network(chance, nodes, arcs, most, cost):
    tail = chance.integers(0, nodes, arcs)
    head = (tail + chance.integers(1, nodes, arcs)) % nodes
    return (tail, head), chance.integers(0, most + 1, arcs), chance.integers(-cost, cost, arcs)


def least_by_ortools(ends, capacity, cost, supplies):
    solver = min_cost_flow.SimpleMinCostFlow()
    solver.add_arcs_with_capacity_and_unit_cost(
        ends[0].astype(np.int32), ends[1].astype(np.int32), capacity, cost
    )
    solver.set_nodes_supplies(np.arange(len(supplies), dtype=np.int32), supplies)
    return solver.optimal_cost() if solver.solve() == solver.OPTIMAL else None


def supplies_of(chance, nodes, size):
    found = chance.integers(-size, size + 1, nodes)
    found[-1] -= found.sum()
    return found


@pytest.mark.parametrize("bits", [2, 20, 40])
@pytest.mark.parametrize("seed", range(12))
def test_least_costs_are_those_of_ortools(seed, bits):
    chance = np.random.default_rng(seed)
    nodes = int(chance.integers(2, 40))
    ends, capacity, cost = network(chance, nodes, 12 * nodes, 1 + 9 * (seed % 2), 1 << bits)
    supplies = supplies_of(chance, nodes, 3)
    prices = chance.integers(-(1 << bits), 1 << bits, nodes)
    expected = least_by_ortools(ends, capacity, cost, supplies)
    for start in (None, prices):
        flows = minimum_cost_flow(ends, capacity, cost, supplies, start)
        assert (None if flows is None else int(flows @ cost)) == expected
        if flows is not None:
            assert ((flows >= 0) & (flows <= capacity)).all()
            left = supplies.copy()
            np.subtract.at(left, ends[0], flows)
            np.add.at(left, ends[1], flows)
            assert not left.any()


def test_what_cannot_be_met_has_no_flow():
    ends = np.array([0]), np.array([1])
    one = np.ones(1, np.int64)
    assert minimum_cost_flow(ends, one, one, np.array([2, -2])) is None
    assert minimum_cost_flow(ends, one, one, np.array([1, 0])) is None


def test_a_flow_that_is_no_optimum_is_never_given(monkeypatch):
    # A solver whose vertex is feasible and dear: the prices do not prove it, and it is refused.
    ends = np.array([0, 0]), np.array([1, 1])
    costs, supplies = np.array([1, 5]), np.array([1, -1])
    dear = Vertex(np.array([0.0, 1.0]), np.zeros(2))
    monkeypatch.setattr(network_flow, "solve", lambda program: dear)
    with pytest.raises(UnsettledError):
        minimum_cost_flow(ends, np.ones(2, np.int64), costs, supplies)


@pytest.mark.parametrize("seed", range(10))
def test_largest_flows_and_nearest_cuts_are_those_of_ortools(seed):
    chance = np.random.default_rng(seed)
    nodes = int(chance.integers(3, 30))
    ends, capacity, _ = network(chance, nodes, 5 * nodes, 9, 2)
    inward = (ends[1] != 0) & (ends[0] != 1)
    ends, capacity = (ends[0][inward], ends[1][inward]), capacity[inward]
    flows, side = maximum_flow(ends, capacity, 0, 1)
    solver = max_flow.SimpleMaxFlow()
    solver.add_arcs_with_capacity(ends[0].astype(np.int32), ends[1].astype(np.int32), capacity)
    assert solver.solve(0, 1) == solver.OPTIMAL
    assert int(flows[ends[0] == 0].sum()) == solver.optimal_flow()
    assert side.tolist() == sorted(solver.get_source_side_min_cut())


def whole_by_ortools(program):
    model = cp_model.CpModel()
    x = [model.new_int_var(0, most, "") for most in program.most]
    for row in program.rows:
        total = sum(value * x[column] for column, value in row.entries.items())
        if row.low is not None:
            model.add(total >= row.low)
        if row.high is not None:
            model.add(total <= row.high)
    model.minimize(sum(cost * one for cost, one in zip(program.costs, x, strict=True)))
    solver = cp_model.CpSolver()
    solver.parameters.num_workers = 1
    status = solver.solve(model)
    assert status in (cp_model.OPTIMAL, cp_model.INFEASIBLE)
    return [solver.value(one) for one in x] if status == cp_model.OPTIMAL else None


def some_program(seed, bits):
    chance = np.random.default_rng(seed)
    columns = int(chance.integers(4, 24))
    rows = []
    for _ in range(int(chance.integers(2, 12))):
        members = chance.choice(columns, int(chance.integers(2, columns + 1)), replace=False)
        low = int(chance.integers(0, 1 + len(members) // 2))
        rows.append(Row(dict.fromkeys(members.tolist(), 1), low, low + 1))
    costs = chance.integers(-(1 << bits), 1 << bits, columns)
    # One row of large numbers, as that which asks for an outcome that helps.
    price = chance.integers(-(1 << bits), 1 << bits, columns).tolist()
    rows.append(Row(dict(enumerate(price)), 1, None))
    return WholeProgram(costs.tolist(), [1] * (columns - 1) + [3], rows)


@pytest.mark.parametrize("bits", [6, 30, 52])
@pytest.mark.parametrize("seed", range(12))
def test_whole_programs_have_the_optimum_of_ortools(seed, bits):
    program = some_program(seed, bits)
    found, expected = minimum(program, 10_000), whole_by_ortools(program)
    costs = [
        None if x is None else sum(a * b for a, b in zip(program.costs, x, strict=True))
        for x in (found, expected)
    ]
    assert costs[0] == costs[1]
    if bits > 6:  # with large random costs it is the only one
        assert found == expected


def test_costs_beyond_the_precision_of_floats_decide():
    # In floats both columns cost the same.
    big = 1 << 57
    program = WholeProgram([big + 1, big], [1, 1], [Row({0: 1, 1: 1}, 1, None)])
    assert minimum(program, 100) == [0, 1]


def test_a_proof_that_takes_too_long_is_given_up():
    assert minimum(some_program(3, 30), 0) is None


@pytest.mark.parametrize("wrong", [None, Ray(None), Ray(np.zeros(99))])
def test_a_solver_that_settles_nothing_hides_nothing(monkeypatch, wrong):
    program = some_program(34, 30)
    expected = minimum(program, 10_000)
    assert expected is not None

    def lame(asked):
        if isinstance(wrong, Ray) and wrong.prices is not None:
            return Ray(wrong.prices[: len(asked.row_low)])
        return wrong

    monkeypatch.setattr(whole_program, "solve", lame)
    assert minimum(program, 100_000) == expected


def test_a_program_without_a_least_cost_is_unsettled():
    none, starts = np.zeros(0), np.zeros(2, np.int64)
    costs, low, high = np.array([-1.0]), np.array([0.0]), np.array([np.inf])
    assert solve(Program(costs, low, high, none, none, starts, starts[:0], none)) is None

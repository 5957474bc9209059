"""Grouped commits: who leads, who waits, and what a fault does to its neighbours."""

import threading

import pytest
from django.db import OperationalError

from ingestion.commit import LARGE, GroupCommit, Ticket


def submit_all(commits: GroupCommit, items: list) -> dict:
    """Submits each item from a thread of its own; returns the result or the error of each."""
    outcomes = {}

    def run(item):
        try:
            outcomes[item] = commits.submit([item])[0]
        except ValueError as error:
            outcomes[item] = error

    threads = [threading.Thread(target=run, args=[item]) for item in items]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(20)
    return outcomes


def test_requests_that_arrive_during_a_write_share_the_next_one():
    groups, first_is_in, go_on = [], threading.Event(), threading.Event()

    def write(items, ready):
        groups.append(list(items))
        first_is_in.set()
        assert go_on.wait(20)
        return [item * 10 for item in items]

    commits = GroupCommit(write)
    threads = [threading.Thread(target=commits.submit, args=[[0]])]
    threads[0].start()
    assert first_is_in.wait(20)
    threads += [threading.Thread(target=commits.submit, args=[[n]]) for n in range(1, 9)]
    for thread in threads[1:]:
        thread.start()
    while len(commits.waiting) < 8:
        pass
    go_on.set()
    for thread in threads:
        thread.join(20)
    assert [sorted(group) for group in groups] == [[0], [1, 2, 3, 4, 5, 6, 7, 8]]


def test_every_request_gets_its_own_result():
    outcomes = submit_all(GroupCommit(lambda items, ready: [item * 10 for item in items]), list(range(50)))
    assert outcomes == {n: n * 10 for n in range(50)}


def test_a_faulty_item_does_not_fail_its_neighbours():
    def write(items, ready):
        if 13 in items:
            raise ValueError("unlucky")
        return [item * 10 for item in items]

    outcomes = submit_all(GroupCommit(write), list(range(30)))
    assert str(outcomes.pop(13)) == "unlucky"
    assert outcomes == {n: n * 10 for n in range(30) if n != 13}


@pytest.mark.parametrize(("faulty", "tried"), [(range(40), 2), ([0], 40), ([3, 20], 40), ([7, 8], 9)])
def test_a_busy_database_is_not_asked_for_each_of_a_group(faulty, tried):
    """Each that it fails waited as long as the database lets it wait."""
    groups = []

    def write(items, ready):
        groups.append(items)
        if set(items) & set(faulty):
            raise OperationalError("database is locked")
        return items

    tickets = [Ticket([item]) for item in range(40)]
    GroupCommit(write).write_group(tickets)
    assert groups == [list(range(40)), *([item] for item in range(tried))]
    assert [ticket.results for ticket in tickets] == [
        [item] if item < tried and item not in faulty else [] for item in range(40)
    ]
    assert all(ticket.results or str(ticket.error) == "database is locked" for ticket in tickets)


def test_leadership_is_free_again_after_a_fault():
    def write(items, ready):
        raise ValueError("always")

    commits = GroupCommit(write)
    for _ in range(3):
        with pytest.raises(ValueError, match="always"):
            commits.submit([1])
    assert not commits.led
    assert not commits.waiting


def test_what_a_large_request_writes_is_made_ready_in_its_own_thread_and_is_a_group():
    groups, first_is_in, go_on, prepared = [], threading.Event(), threading.Event(), {}

    def prepare(items):
        prepared[items[0]] = threading.current_thread().name
        return f"ready {items[0]}"

    def write(items, ready):
        groups.append((items[0], len(items), ready))
        first_is_in.set()
        assert go_on.wait(20)
        return items

    commits = GroupCommit(write, prepare)
    many = [[0], [1], [100] * LARGE, [200] * LARGE, [2], [3] * (LARGE - 1)]
    threads = [threading.Thread(target=commits.submit, args=[items], name=f"of {items[0]}") for items in many]
    threads[0].start()
    assert first_is_in.wait(20)
    for number, thread in enumerate(threads[1:], 1):
        thread.start()
        while len(commits.waiting) < number:
            pass
    go_on.set()
    for thread in threads:
        thread.join(20)
    assert prepared == {100: "of 100", 200: "of 200"}
    assert groups == [
        (0, 1, None),
        (1, 1, None),
        (100, LARGE, "ready 100"),
        (200, LARGE, "ready 200"),
        (2, LARGE, None),
    ]

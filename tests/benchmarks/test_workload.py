from benchmarks.workload import Workload
from ingestion.parse import parse


def test_events_are_valid_without_a_warning():
    events = [parse(body) for body in Workload().take(400)]

    assert [warning for event in events for warning in event.warnings] == []


def test_each_run_starts_and_completes_with_the_same_inputs_and_outputs():
    events = [parse(body) for body in Workload().take(400)]

    for start, complete in zip(events[:200], events[200:], strict=True):
        assert (start.event_type, complete.event_type) == ("START", "COMPLETE")
        assert start.run_id == complete.run_id
        assert start.at < complete.at
        assert start.run_facets == complete.run_facets
        assert start.inputs == complete.inputs
        assert [each.facets for each in start.outputs] == [each.facets for each in complete.outputs]
        assert not any(each.more for each in start.outputs)
        assert all(each.more["outputStatistics"]["rowCount"] for each in complete.outputs)
    assert len({event.run_id for event in events}) == 200


def test_a_workload_reads_and_writes_the_same_in_each_of_its_runs():
    known = {}
    for event in [parse(body) for body in Workload().take(800)]:
        touched = [(each.namespace, each.name) for each in (*event.inputs, *event.outputs)]
        assert known.setdefault(event.job_name, touched) == touched


def test_events_are_of_the_size_that_producers_send():
    sizes = sorted(len(body) for body in Workload().take(2000))

    assert 5_500 < sum(sizes) / len(sizes) < 7_000
    assert sizes[100] > 4_000
    assert sizes[1900] < 9_000

"""Many images, in one process or several; what was finished stays if the user interrupts."""

from __future__ import annotations

import multiprocessing
import signal
import sys
from collections.abc import Callable, Iterable, Iterator, Sequence
from concurrent.futures import Future, ProcessPoolExecutor, as_completed
from concurrent.futures.process import BrokenProcessPool
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path
from tempfile import TemporaryDirectory

from bench.looks.coders import Peer
from bench.looks.study import Outcome, Sample, Settings, study
from bench.looks.subjects import Candidate, Subject


@dataclass(slots=True)
class Findings:
    """What all images came to."""

    subjects: list[Subject] = field(default_factory=list)
    samples: list[Sample] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)

    def add(self, outcome: Outcome) -> None:
        """Take in one image."""
        if outcome.subject:
            self.subjects.append(outcome.subject)
        self.samples += outcome.samples
        self.notes += outcome.notes


def run(
    candidates: Sequence[Candidate],
    settings: Settings,
    peer: Peer,
    jobs: int,
    told: Callable[[Outcome], str],
) -> Findings:
    """Study all images, `jobs` at a time; `told` makes the line of progress of each."""
    outcomes: dict[str, Outcome] = {}
    findings = Findings()
    with TemporaryDirectory(prefix="bench-looks-") as scratch:
        one = partial(study, settings=settings, peer=peer, scratch=Path(scratch))
        try:
            for candidate, outcome in _finished(one, candidates, jobs):
                outcomes[candidate.name] = outcome
                done = f"[{len(outcomes)}/{len(candidates)}]"
                print(f"{done} {candidate.name} {told(outcome)}", file=sys.stderr, flush=True)
        except KeyboardInterrupt:
            findings.notes.append("interrupted: the tables show what was finished")
    for candidate in candidates:
        if candidate.name in outcomes:
            findings.add(outcomes[candidate.name])
    return findings


def _finished(
    one: Callable[[Candidate], Outcome], candidates: Iterable[Candidate], jobs: int
) -> Iterator[tuple[Candidate, Outcome]]:
    if jobs == 1:
        yield from ((candidate, one(candidate)) for candidate in candidates)
        return
    left = list(candidates)
    while left:
        for candidate, outcome in _pooled(one, tuple(left), jobs):
            left.remove(candidate)
            yield candidate, outcome
        # What is left now was not finished because the system killed a process, for want of memory
        # most likely. Whose it was shows when images go one at a time.
        if left and jobs == 1:
            culprit = left.pop(0)
            yield culprit, Outcome(None, [], [f"{culprit.name}: given up, its process was killed"])
        jobs = 1


def _pooled(
    one: Callable[[Candidate], Outcome], candidates: Iterable[Candidate], jobs: int
) -> Iterator[tuple[Candidate, Outcome]]:
    """Yield what is finished, in any order, until all is or a process dies."""
    # Not forked: the thread pools of oxipng and huepress don't survive that.
    context = multiprocessing.get_context("spawn")
    pool = ProcessPoolExecutor(jobs, context, initializer=_leave_interrupts_to_the_parent)
    try:
        waiting: dict[Future[Outcome], Candidate] = {pool.submit(one, c): c for c in candidates}
        for future in as_completed(waiting):
            if not isinstance(future.exception(), BrokenProcessPool):
                yield waiting[future], future.result()
    except BaseException:
        pool.shutdown(wait=False, cancel_futures=True)
        for child in multiprocessing.active_children():
            child.terminate()
        raise
    pool.shutdown()


def _leave_interrupts_to_the_parent() -> None:
    # A handler, not SIG_IGN, which the programs started here would inherit.
    signal.signal(signal.SIGINT, lambda number, frame: None)

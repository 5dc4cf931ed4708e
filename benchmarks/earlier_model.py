"""The reference model of another version, timed in its own process: one answer for each line that it reads.

Started by `benchmarks.tagged` with that version's packages in front; so it imports nothing else of ours. A line asks
for one replication, as JSON: scenario, seed, replication. The answer: seconds, and how many events were told.
"""

import json
import sys
import time

from simulations import reference
from simulations.scenario.model import Scenario, Steady


def main() -> None:
    """Say whose packages these are, then answer until nobody asks."""
    print(json.dumps({"from": reference.__file__}), flush=True)
    for line in sys.stdin:
        asked = json.loads(line)
        scenario = Scenario.model_validate(asked["scenario"])
        start = time.perf_counter()
        events = reference.simulate(scenario, Steady(), asked["seed"], asked["replication"])
        took = time.perf_counter() - start
        print(json.dumps({"seconds": took, "events": int(events.size)}), flush=True)


if __name__ == "__main__":
    main()

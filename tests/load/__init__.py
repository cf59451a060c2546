"""
A mixed day of a busy team, against an installation of its own: `make load`.

Everything is on this machine, bounded in count and time, and ends by itself. The building blocks
are those of the benchmarks (an installation, a gateway's stub, a crowd) and of the chaos runs
(what gateways say); new is only that many people work at once, and what is counted afterwards.
"""

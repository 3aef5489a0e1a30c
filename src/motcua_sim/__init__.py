"""
Named simulators of Một Cửa's partners: real programs that speak the gateway's protocol, well or badly, as told.

* `base`      the simulator: inbox, outbox, steps
* `store`     what it keeps on disk, so that a kill forgets nothing
* `clock`     its own time: set, advanced, hurried
* `dials`     how it misbehaves, by a seed, the same way every time
* `wire`      HTTP, both ways; `control` drives a running simulator
"""

"""`python -m motcua_sim` is `motcua-sim`."""

from motcua_sim.cli import main

main()

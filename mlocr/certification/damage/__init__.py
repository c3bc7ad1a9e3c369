"""What happens to addresses on their way to the machine: one damage, one small pure function.

`registry.DAMAGES` names them all; each takes a written address and a random source and gives the damaged address, or
None where it has nothing to do its damage to.
"""

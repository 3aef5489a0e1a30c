"""
UN/EDIFACT (ISO 9735): reading whatever senders really send, writing what the standard says, answering both.

* `envelope.read` and `envelope.walk`   interchanges, messages, every defect with its place
* `runs.walk_runs`                      the same, with whole repetitions of a group at once where all is sound
* `profile.load`                        what is agreed with one sender
* `structure`, `tables`                 group trees by directory
* `write.write`                         interchanges with counts and escapes
* `answer.contrl`, `reply.aperak`, `reply.cusres`   what goes back
* `pointer.Pointer`                     one address for errors in every format
"""

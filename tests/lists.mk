# SPDX-License-Identifier: Apache-2.0
# Which tests run when, beside all of them plain. The Makefile's check reads it.

# Those that wait the longest begin first, so that none of them runs alone at the end.
first := 77-year 92-county 92-copies 95-files 95-regain 74-alarms 76-closing 60-lines 33-verbs 03-silence 60-line-of-twenty 60-line-dead-unit 31-database 41-trace-breaks 35-demo 05-broker 13-lines 34-verify

# Under ThreadSanitizer: the unit tests of what threads share, and the system tests in which the daemon's threads
# meet: buses, committer, broker, acts, a stop in the midst of all. The others run its threads no other way.
thread_units  := alarm broker broker_hear bus committer db gatherer inbox interrupt ledger live meter publisher scans store sweep totals wire wire_line
thread_system := 02-three-mines 03-silence 05-broker 07-accidents 10-stop 12-watch 31-database 60-line-dead-unit \
                 65-buses 70-acts 74-alarms 83-capacity 91-publisher 93-gather 97-board-topic

# Under AddressSanitizer and UndefinedBehaviorSanitizer: all, but what feeds our code nothing that other tests do not.
address_without := 06-kills 13-lines 35-demo 40-trace 50-install 51-service 60-line-dead-unit

"""
Texts of an earlier time, out of a gateway's own log: `reading` understands a row of it, `known`
tells what is here already, `looking` says what a log would bring, `counting` does so for a long
one, `storing` keeps each as a text that is long over, `undoing` takes them back, `runs` is all that
as a kind of contacts.importing. Nothing of it is ever sent.
"""

"""
Texts of an earlier time, out of a gateway's own log: `lines` understands a row of it, `storing`
keeps it as a text that is long over. Nothing of it is ever sent.
"""

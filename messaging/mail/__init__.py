"""
Texting by e-mail: `door` takes what comes in, by `lmtp` or from a mailbox (`mailbox`); `letters`
is what we write.
"""

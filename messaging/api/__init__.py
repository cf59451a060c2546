"""
The REST API, version 1. `doors` says who may call, `problems` how it refuses, `shapes` what goes in
and out; `records` and `texts` are its operations. docs/api.md is for those who call it.
"""

"""
Lists as files, streamed whatever their length: `people` says what of a contact stands in one;
`delimited` (CSV), `workbooks` (XLSX) and `vcards` write it; `answering` hands it out.
"""

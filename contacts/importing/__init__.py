"""
Lists of people out of files. `reading` makes rows of bytes, with a module for each kind of file
(`delimited`, `workbooks` with `sheets`, `vcards`); `columns` guesses what they hold, `people`
understands a row (`custom_columns` what it says of custom fields, with `amounts` and `days`),
`known` finds whom it means (with `faces`), `naming` which companies and tags; `storing` stores
thousands of `rows` by `writing` (and by `custom_values`), `undoing` takes them back, `work` does
both in the background. Not only people come by this door: `kinds` says what else there is.
"""

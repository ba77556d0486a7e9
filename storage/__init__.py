"""The only place of SQL: models, statements and migrations. One module for each subject; all of them return values."""

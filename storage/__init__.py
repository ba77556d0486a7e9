"""The only home of SQL: models, migrations, and one module of questions and commands for each noun."""

#!/bin/sh
# Runs once, on an empty volume. Creates a role that owns and writes the database, and a role that reads. The service grants the
# reading role each view's table at its start, and never the log or the persons.
set -eu
psql --set ON_ERROR_STOP=1 --username "$POSTGRES_USER" --dbname postgres <<'SQL'
\getenv write_password WRITE_PASSWORD
\getenv read_password READ_PASSWORD
create role min_kommune_skriv login password :'write_password';
create role min_kommune_les login password :'read_password';
alter role min_kommune_les set default_transaction_read_only = on;
create database min_kommune owner min_kommune_skriv;
revoke all on database min_kommune from public;
grant connect on database min_kommune to min_kommune_les;
SQL

#!/bin/sh
# Runs once, on an empty volume: a role that owns the database and writes, and one that may read the views. What that one
# may read is given by the service at its start, table by table: the views, and neither the log nor the persons.
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

#!/usr/bin/env bash
# A throw-away PostgreSQL server for the tests, from Debian's package, in a temporary folder. It
# listens on a socket there and nowhere else.
#   scripts/test_postgres.sh start FILE   starts it and writes its address into FILE
#   scripts/test_postgres.sh stop FILE    stops it and takes its folder and FILE away
# Where PostgreSQL is not installed, `start` writes into FILE why ("none: …"): the tests then say so.
set -euo pipefail
verb=${1:-} file=${2:+$(realpath -m "$2")}
if [ -z "$file" ] || { [ "$verb" != start ] && [ "$verb" != stop ]; }; then
  echo "test_postgres.sh: error: use test_postgres.sh start|stop FILE" >&2
  exit 2
fi

# initdb and the server refuse to run as root.
as_server() {
  if [ "$(id -u)" -eq 0 ]; then runuser -u postgres -- "$@"; else "$@"; fi
}

programs=$(find /usr/lib/postgresql -mindepth 2 -maxdepth 2 -name bin 2>/dev/null | sort -V | tail -n 1)

if [ "$verb" = stop ]; then
  [ -f "$file" ] || exit 0
  folder=$(sed -n 's/.*?host=//p' "$file")
  rm -f "$file"
  [ -d "$folder" ] || exit 0
  as_server "$programs/pg_ctl" -D "$folder/data" -m immediate stop >/dev/null || true
  rm -rf "$folder"
  exit 0
fi

[ -f "$file" ] && "$0" stop "$file"  # what a killed run left
if [ -z "$programs" ]; then
  echo "none: PostgreSQL is not installed (Debian: postgresql)" > "$file"
  exit 0
fi
folder=$(mktemp -d "${TMPDIR:-/tmp}/tacho_pg_XXXXXX")
echo secret > "$folder/password"
if [ "$(id -u)" -eq 0 ]; then chown -R postgres "$folder"; fi
cd "$folder"
as_server "$programs/initdb" -D "$folder/data" -U tacho --pwfile="$folder/password" -A scram-sha-256 \
  -E UTF8 --locale=C --no-sync > "$folder/initdb.log"
as_server "$programs/pg_ctl" -D "$folder/data" -l "$folder/server.log" -w start \
  -o "-c listen_addresses= -c unix_socket_directories=$folder -c fsync=off -c max_connections=60" > /dev/null
echo "postgres://tacho:secret@/postgres?host=$folder" > "$file"

#!/usr/bin/env bash
# Runs a command beside a PostgreSQL server of its own: a new cluster in a temporary folder, reached through a Unix socket there
# and gone when the command ends. SI_TEST_POSTGRES is its URL.
#   scripts/with_postgres.sh COMMAND…
set -euo pipefail
bin=$(ls -d /usr/lib/postgresql/*/bin 2>/dev/null | sort -V | tail -1)
[ -n "$bin" ] || { echo "there is no PostgreSQL server: run scripts/setup.sh" >&2; exit 2; }
folder=$(mktemp -d /tmp/si-postgres.XXXXXX)
# PostgreSQL refuses to run as root.
as=()
if [ "$(id -u)" -eq 0 ]; then
  chown postgres "$folder"
  as=(setpriv --reuid=postgres --regid=postgres --clear-groups)
fi
stop() {
  "${as[@]}" "$bin/pg_ctl" -D "$folder/data" -m immediate -w stop >/dev/null 2>&1 || true
  rm -rf "$folder"
}
trap stop EXIT
cd "$folder"
"${as[@]}" "$bin/initdb" -D "$folder/data" -U tester --auth=trust --no-sync --encoding=UTF8 --locale=C.UTF-8 >/dev/null
"${as[@]}" "$bin/pg_ctl" -D "$folder/data" -w -t 60 -l "$folder/log" \
  -o "-c listen_addresses='' -c unix_socket_directories='$folder' -c fsync=off -c shared_buffers=32MB" start >/dev/null
cd - >/dev/null
SI_TEST_POSTGRES="postgresql://tester@/postgres?host=$folder" "$@"

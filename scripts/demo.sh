#!/usr/bin/env bash
# The main job on the samples: ingest with progress, ten questions in other words than the documents use, and where everything is.
#   CHUNK_SIZE=128   uses other chunks: parsing is not done again, chunking and what follows is
#   DEMO_DATA        the folder with the data (default demo-data)
set -euo pipefail
cd "$(dirname "$0")/.."
root=$PWD
si=$root/build/bin/si-cli
data=${DEMO_DATA:-$root/demo-data}
mkdir -p "$data"
cd "$data"

params=default
"$si" init-config >/dev/null
if [ -n "${CHUNK_SIZE:-}" ]; then
  params="chunks_$CHUNK_SIZE"
  sed -e "s/^id: .*/id: $params/" -e "s/^name: .*/name: Chunks of $CHUNK_SIZE tokens/" -e "s/chunk_size: .*/chunk_size: $CHUNK_SIZE/" \
    config/params/default.yaml > "config/params/$params.yaml"
fi

# A server of its own on a free port: `ingest` and `search` find it by the lock file beside the database.
"$si" serve --port 0 >server.log 2>&1 &
server=$!
trap 'kill "$server" 2>/dev/null; wait "$server" 2>/dev/null || true' EXIT
for _ in $(seq 100); do
  url=$("$si" address 2>/dev/null) && break
  kill -0 "$server" 2>/dev/null || { cat server.log; exit 1; }
  sleep 0.1
done

# Every run of the demo is a source of its own, and so a fresh batch; what was computed before is found again by content.
name="demo $(date +%Y-%m-%dT%H:%M:%S)"
echo "== ingest $(find "$root/samples/documents" -type f | wc -l) documents (parameters: $params)"
"$si" ingest "$root/samples/documents" --source "$name" --batch "$name" --params "$params"

echo
echo "== ten questions"
right=0 total=0
while IFS=$'\t' read -r question expected; do
  total=$((total + 1))
  first=$("$si" search "$question" --limit 1 --uris)
  case "$first" in
    *"$expected") mark=ok; right=$((right + 1)) ;;
    *) mark="WRONG (expected $expected)" ;;
  esac
  printf '  %-76s -> %s %s\n' "$question" "$(basename "$first")" "$mark"
done < "$root/samples/questions.tsv"
echo "  $right of $total with the right document first"

cat <<TXT

== where everything is
  data       $data: db/ (SQLite), file_store/ (documents and artifacts), lancedb/default (the vector database), config/
  ask        cd $data && $si search "why do reefs turn white?"
  server     cd $data && $si serve     then http://127.0.0.1:8000/health and http://127.0.0.1:8000/api/v1/batch/
  haiku.rag  opens lancedb/default and embeds its queries at http://127.0.0.1:8000/v1 (OpenAI-compatible)
  docs       $root/README.md, $root/ARCHITECTURE.md, $root/docs/
TXT
[ "$right" -ge 9 ]

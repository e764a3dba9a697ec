# Sourced by the scripts beside it, from the top folder: installs what is missing.

# Debian packages, by name.
install_debian_packages() {
  local missing=() as_root=() package
  for package in "$@"; do
    dpkg-query -W -f '${Status}\n' "$package" 2>/dev/null | grep -q '^install ok installed$' || missing+=("$package")
  done
  [ ${#missing[@]} -eq 0 ] && return 0
  command -v apt-get >/dev/null || { echo "this is not Debian; install by hand: ${missing[*]}" >&2; exit 1; }
  if [ "$(id -u)" -ne 0 ]; then
    command -v sudo >/dev/null || { echo "these need root, and there is no sudo: apt-get install ${missing[*]}" >&2; exit 1; }
    as_root=(sudo)
  fi
  echo "installing Debian packages: ${missing[*]}"
  "${as_root[@]}" env DEBIAN_FRONTEND=noninteractive apt-get update -qq
  "${as_root[@]}" env DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends "${missing[@]}" >/dev/null
}

# The Python packages of a lock file, each only with a hash that it names. The file is whole, so nothing is resolved:
# a resolver would weigh newer releases of what is asked for with an extra, and refuse them for want of a hash.
install_locked() {
  .venv/bin/python -m pip install --quiet --disable-pip-version-check --no-deps --require-hashes -r "$1"
  .venv/bin/python -m pip check --disable-pip-version-check >/dev/null || { .venv/bin/python -m pip check; return 1; }
}

# Whether .venv was made whole, and for this folder: its scripts name their interpreter by full path.
made_here() {
  grep -qsF "$PWD/.venv/bin/python" .venv/bin/forms-service && .venv/bin/python -c '' 2>/dev/null
}

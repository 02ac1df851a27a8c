# shellcheck shell=bash
# The set-up that ./check, ./demo, ./bench and lab/engine share; sourced, never run.
#
# It installs what is missing and says so, finds JDK 25, starts a docker engine of the project's own where none answers,
# and makes the image of the test hosts. Where everything is there it is silent and takes a second.
# It changes no sysctl and no firewall rule of the machine, and keeps everything below $SALLYPORT_STATE.
#
#   setup_lock COMMAND    waits until no other command uses the lab; the lock ends with this process
#   setup_packages P...   Debian packages; the command each is wanted for may also come from elsewhere
#   setup_java            exports JAVA_HOME_25
#   setup_engine          exports DOCKER_HOST and what Testcontainers has to know
#   setup_image           exports SALLYPORT_LAB_IMAGE
#   setup_lab             all of the above
#   setup_lab_and_build   and the jars, built at the same time
#   lab_java [-X...] CLASS ...  runs a main class of the lab
#   engine_stop           ends the engine that lab/engine or a command started

set -euo pipefail

repository=$(cd "$(dirname "${BASH_SOURCE[0]}")/.." && pwd)
export SALLYPORT_STATE=${SALLYPORT_STATE:-${XDG_CACHE_HOME:-$HOME/.cache}/sallyport}
engine_directory=$SALLYPORT_STATE/engine
engine_started_here=no

say() { printf 'set-up: %s\n' "$*" >&2; }

die() {
  printf '%s: %s\n' "${0##*/}" "$*" >&2
  exit 2
}

setup_lock() {
  mkdir -p "$SALLYPORT_STATE"
  exec 9>>"$SALLYPORT_STATE/lock"
  if ! flock --nonblock 9; then
    say "another command uses the lab ($(tail -n 1 "$SALLYPORT_STATE/lock.owner" 2>/dev/null || echo unknown)); waiting for it"
    flock 9
  fi
  printf '%s, pid %s\n' "$1" "$$" >"$SALLYPORT_STATE/lock.owner"
}

# package:command pairs, or package:/file; a package whose command or file is there is not asked for.
setup_packages() {
  local pair missing=()
  for pair in "$@"; do
    # Only a path is a file: a command may be named as a folder of ours is (pki).
    case ${pair#*:} in
      /*) [ -e "${pair#*:}" ] || missing+=("${pair%%:*}") ;;
      *) command -v "${pair#*:}" >/dev/null || missing+=("${pair%%:*}") ;;
    esac
  done
  [ "${#missing[@]}" -gt 0 ] || return 0
  [ "$(id -u)" = 0 ] || die "missing: ${missing[*]}; install them, or run this as root"
  command -v apt-get >/dev/null || die "missing: ${missing[*]}; this machine has no apt-get to install them with"
  say "installing ${missing[*]}"
  # RUNLEVEL=1: a package that brings a service must not start it; the lab starts its own engine.
  DEBIAN_FRONTEND=noninteractive RUNLEVEL=1 apt_install "${missing[@]}"
}

apt_install() {
  local log=$SALLYPORT_STATE/apt.log
  mkdir -p "$SALLYPORT_STATE"
  # The lists may be absent or older than the archive: one retry after an update.
  if ! apt-get -q -y -o DPkg::Lock::Timeout=300 install --no-install-recommends "$@" >"$log" 2>&1 </dev/null 9>&-; then
    if ! { apt-get -q -o DPkg::Lock::Timeout=300 update && apt-get -q -y -o DPkg::Lock::Timeout=300 \
      install --no-install-recommends "$@"; } >>"$log" 2>&1 </dev/null 9>&-; then
      tail -n 20 "$log" >&2
      die "could not install $* (see $log)"
    fi
  fi
}

find_java() {
  local home
  for home in "${JAVA_HOME_25:-}" "${JAVA_HOME:-}" /usr/lib/jvm/*; do
    if [ -n "$home" ] && [ -x "$home/bin/javac" ] && grep -qs '^JAVA_VERSION="25' "$home/release"; then
      export JAVA_HOME_25=$home
      return 0
    fi
  done
  return 1
}

setup_java() {
  local package
  find_java && return 0
  if [ "$(id -u)" = 0 ] && command -v apt-cache >/dev/null; then
    for package in openjdk-25-jdk-headless temurin-25-jdk; do
      if apt-cache show "$package" >/dev/null 2>&1; then
        say "installing $package"
        DEBIAN_FRONTEND=noninteractive apt_install "$package"
        find_java && return 0
      fi
    done
  fi
  die "no JDK 25 below /usr/lib/jvm, in JAVA_HOME or in JAVA_HOME_25, and apt knows none: add an archive that has temurin-25-jdk (Adoptium's)" \
    "or unpack a JDK 25 below /usr/lib/jvm, and run this again"
}

engine_answers() { [ -n "${1:-}" ] && DOCKER_HOST=$1 timeout 10 docker version >/dev/null 2>&1; }

# A pid file outlives a killed engine, and its number may belong to another process by now.
engine_pid() {
  local pid
  pid=$(cat "$engine_directory/dockerd.pid" 2>/dev/null) || return 1
  [ "$(cat "/proc/$pid/comm" 2>/dev/null)" = dockerd ] && echo "$pid"
}

engine_start() {
  local socket=$engine_directory/docker.sock log=$engine_directory/dockerd.log attempt
  [ "$(id -u)" = 0 ] || die "no docker engine answers, and only root can start one; set DOCKER_HOST"
  say "starting a docker engine of its own ($engine_directory)"
  mkdir -p "$engine_directory"
  engine_pid >/dev/null || rm -f "$engine_directory/dockerd.pid"
  # No firewall rule and no sysctl of the machine is touched: test hosts meet on bridges and have no way out.
  setsid dockerd --host "unix://$socket" --pidfile "$engine_directory/dockerd.pid" \
    --data-root "$engine_directory/data" --exec-root "$engine_directory/exec" \
    --iptables=false --ip-forward=false \
    --bip 172.30.0.1/24 --default-address-pool base=172.31.0.0/16,size=24 \
    </dev/null >"$log" 2>&1 9>&- &
  for ((attempt = 0; attempt < 300; attempt++)); do
    if engine_answers "unix://$socket"; then
      return 0
    fi
    kill -0 $! 2>/dev/null || break
    sleep 0.1
  done
  tail -n 20 "$log" >&2
  die "the docker engine did not start (see $log)"
}

setup_engine() {
  local own=unix://$engine_directory/docker.sock
  if engine_answers "$own"; then
    export DOCKER_HOST=$own
  elif engine_answers "${DOCKER_HOST:-unix:///var/run/docker.sock}"; then
    export DOCKER_HOST=${DOCKER_HOST:-unix:///var/run/docker.sock}
  else
    engine_start
    engine_started_here=yes
    export DOCKER_HOST=$own
  fi
  if [ ! -c /dev/net/tun ]; then
    say "making /dev/net/tun"
    mkdir -p /dev/net && mknod /dev/net/tun c 10 200
  fi
  # Ryuk is an image from a registry: the lab removes its own leftovers by label. A /.dockerenv would make
  # Testcontainers believe that mapped ports are on the default gateway.
  export TESTCONTAINERS_RYUK_DISABLED=true TESTCONTAINERS_HOST_OVERRIDE=127.0.0.1
}

# Ends the engine of this project, whoever started it, and its children. Safe to call when there is none.
engine_stop() {
  local pid attempt
  rm -f "$engine_directory/kept"
  pid=$(engine_pid) || return 0
  kill "$pid"
  for ((attempt = 0; attempt < 300; attempt++)); do
    kill -0 "$pid" 2>/dev/null || return 0
    sleep 0.1
  done
  die "the docker engine (pid $pid) does not end"
}

# To be called by a command when it ends and nothing is to be kept.
setup_end() { [ "$engine_started_here" = no ] || engine_stop; }

image_packages() { sed 's/#.*//; /^[[:space:]]*$/d' "$repository/lab/image/packages"; }

# The machine's own Debian sources and the options it needs to read them; no host name stands in this repository.
rootfs_make() {
  local codename=$1 rootfs=$2 option options=() work
  work=$(mktemp -d "$SALLYPORT_STATE/rootfs.XXXXXX")
  while IFS= read -r option; do
    options+=("--aptopt=$option")
  done < <(apt-config dump | grep -E '^Acquire::(Check-[A-Za-z-]*|Retries|https?::[A-Za-z:-]*) "..*";$')
  # shellcheck disable=SC2016 # the dollars are apt-get's
  apt-get indextargets --format 'deb $(REPO_URI) $(RELEASE) $(COMPONENT)' 'Created-By: Packages' \
    | grep -E " $codename(-updates|-security)? main$" | sort -u >"$work/sources.list"
  if ! mmdebstrap --variant=minbase --mode=root "${options[@]}" \
    --include="$(image_packages | paste -sd,)" \
    --dpkgopt='path-exclude=/usr/share/doc/*' --dpkgopt='path-exclude=/usr/share/man/*' \
    --dpkgopt='path-exclude=/usr/share/locale/*' \
    "$codename" "$work/rootfs.tar" - <"$work/sources.list" >"$SALLYPORT_STATE/rootfs.log" 2>&1 9>&-; then
    tail -n 20 "$SALLYPORT_STATE/rootfs.log" >&2
    rm -rf "$work"
    die "mmdebstrap failed (see $SALLYPORT_STATE/rootfs.log)"
  fi
  zstd -q "$work/rootfs.tar" -o "$work/rootfs.tar.zst"
  mv "$work/rootfs.tar.zst" "$rootfs"
  rm -rf "$work"
}

setup_image() {
  local codename key rootfs
  codename=$(. /etc/os-release && echo "${VERSION_CODENAME:-}")
  key=$({
    echo "$codename"
    image_packages
    declare -f rootfs_make
  } | sha256sum | cut -c1-12)
  export SALLYPORT_LAB_IMAGE=sallyport-lab:$key
  if [ -n "$(timeout 20 docker image ls --quiet "$SALLYPORT_LAB_IMAGE")" ]; then
    return 0
  fi
  if ! command -v mmdebstrap >/dev/null; then
    say "building the image of the test hosts from lab/image/Dockerfile"
    docker build -q -t "$SALLYPORT_LAB_IMAGE" "$repository/lab/image" >/dev/null 9>&-
    return 0
  fi
  rootfs=$SALLYPORT_STATE/rootfs-$key.tar.zst
  if [ ! -s "$rootfs" ]; then
    say "making the root file system of the test hosts (Debian $codename, half a minute)"
    rootfs_make "$codename" "$rootfs"
  fi
  say "importing the image of the test hosts"
  zstd -dcq "$rootfs" | docker import - "$SALLYPORT_LAB_IMAGE" >/dev/null 9>&-
}

# Builds the jars when a source is newer than the last build; its output is shown only when it fails.
setup_build() {
  local built=$repository/lab/target/built log=$SALLYPORT_STATE/build.log
  if [ -e "$built" ] && [ -z "$(cd "$repository" && find pom.xml ./*/pom.xml ./*/src/main site-templates \
    -newer "$built" -not -path '*/target/*' -print -quit)" ]; then
    return 0
  fi
  say "building the jars (log: $log)"
  if ! (cd "$repository" && mvn -q -B -ntp package -DskipTests) </dev/null >"$log" 2>&1 9>&-; then
    tail -n 40 "$log" >&2
    die "the build failed (see $log)"
  fi
  touch "$built"
}

setup_tools() {
  local packages=(maven:mvn git:git docker.io:docker zstd:zstd)
  if ! engine_answers "unix://$engine_directory/docker.sock" \
    && ! engine_answers "${DOCKER_HOST:-unix:///var/run/docker.sock}"; then
    packages+=(docker.io:dockerd iptables:iptables)
  fi
  if command -v apt-get >/dev/null; then
    packages+=(mmdebstrap:mmdebstrap)
  fi
  setup_packages "${packages[@]}"
  setup_java
}

setup_lab() {
  setup_tools
  setup_engine
  setup_image
}

# As setup_lab, and the jars; the build runs while engine and image are made.
setup_lab_and_build() {
  local build
  setup_tools
  setup_build &
  build=$!
  setup_engine
  setup_image
  wait "$build"
}

# A main class of the lab, on JDK 25; options of the JVM may come before it.
lab_java() {
  local jars=("$repository"/lab/target/lab-*.jar)
  "$JAVA_HOME_25/bin/java" -XX:+UseSerialGC -cp "${jars[0]}" "$@" </dev/null 9>&-
}

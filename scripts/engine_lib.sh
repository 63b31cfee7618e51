# shellcheck shell=bash
# The life of one private dockerd, for scripts/engine to source.
#
# Nothing here touches an engine that was there before: each private one has its own network namespace (so that its
# firewall rules are its own), its own folders, socket, containerd and control group, all named after it.
# Written so that the bash 3.2 of macOS can at least read it.

ENGINE_STATE=${DOCKDASH_ENGINE_DIR:-/var/lib/dockdash-engine}
# Short on purpose: containerd's socket lies deep below it, and the path of a unix socket ends at 107 bytes.
ENGINE_RUN=/run/dockdash-engine
HELPER=${BASH_SOURCE[0]%/*}/engine_lib.py

say() { printf 'engine: %s\n' "$*" >&2; }
die() { say "$1"; exit "${2:-1}"; }

helper() { python3 -I "$HELPER" "$@"; }

# Sets the variables that all functions below use.
use() {
  [[ ${1:-} =~ ^[a-z0-9][a-z0-9_-]{0,31}$ ]] || die "'${1:-}' is no name for an engine (small letters, digits, - and _)" 64
  name=$1
  run=$ENGINE_RUN/$name
  state=$ENGINE_STATE/$name
  # An engine is found again even when DOCKDASH_ENGINE_DIR has changed since.
  if [ -L "$run/state" ]; then state=$(readlink "$run/state"); fi
  sock=$run/d.sock
  url=unix://$sock
  netns=dockdash-$name
  cgroup=dockdash-engine-$name
}

# The program of a process: nothing for one that ended but was not reaped yet (a zombie), which `kill -0` takes for
# a live one.
program() { readlink "/proc/${1:-none}/exe" 2>/dev/null || true; }

# Prints the process number of this engine's dockerd, or fails.
live() {
  local pid
  pid=$(cat "$run/pid" 2>/dev/null) || return 1
  case $(program "$pid") in */dockerd*) ;; *) return 1 ;; esac
  # The number may have gone to the dockerd of somebody else.
  tr '\0' '\n' <"/proc/$pid/cmdline" 2>/dev/null | grep -qxF -- "$run/pid" || return 1
  echo "$pid"
}

ready() { [ -S "$sock" ] && helper ping "$url"; }

# The docker client, without the user's own settings (another host, proxies for containers, credentials).
client() {
  env -u DOCKER_HOST -u DOCKER_CONTEXT -u DOCKER_TLS_VERIFY -u DOCKER_CERT_PATH -u DOCKER_API_VERSION \
    DOCKER_CONFIG="$run/cli" docker -H "$url" "$@"
}

# Waits until a command succeeds: until SECONDS COMMAND…
until_true() {
  local turns=$(($1 * 20)); shift
  while ! "$@"; do
    turns=$((turns - 1))
    [ "$turns" -gt 0 ] || return 1
    sleep 0.05
  done
}
gone() { ! live >/dev/null; }

# A network namespace of its own: a second dockerd in the namespace of the first would replace its firewall rules, and
# the ports published there would die.
make_netns() {
  command -v ip >/dev/null && command -v nsenter >/dev/null || return 1
  [ -e "/run/netns/$netns" ] || ip netns add "$netns" 2>/dev/null || return 1
  nsenter --net="/run/netns/$netns" python3 -I "$HELPER" link-up 2>/dev/null
}

# Where the machine has a containerd, dockerd would use it and share its containers with the dockerd that belongs to
# it. So then one of its own is started for it.
own_containerd() {
  local dir=$run/containerd
  containerd_flags=()
  [ -e /run/containerd/containerd.sock ] || return 0
  containerd_flags=(--containerd "$dir/c.sock")
  if [ -S "$dir/c.sock" ] && [ -n "$(program "$(cat "$dir/pid" 2>/dev/null)")" ]; then return 0; fi
  mkdir -p "$dir" "$state/containerd"
  rm -f "$dir/c.sock"
  cat >"$dir/config.toml" <<TOML
version = 2
root = "$state/containerd"
state = "$dir/state"
disabled_plugins = ["io.containerd.grpc.v1.cri"]
[grpc]
  address = "$dir/c.sock"
TOML
  PATH=$engine_path setsid containerd --config "$dir/config.toml" >>"$state/log" 2>&1 </dev/null 9>&- &
  echo $! >"$dir/pid"
  until_true 20 test -S "$dir/c.sock" || { say "containerd of '$name' did not start: see $state/log"; return 1; }
}

# launch SECONDS FLAGS…: starts dockerd once, and waits until it answers.
launch() {
  local seconds=$1 pid file; shift
  local enter=() network=()
  if make_netns; then enter=(nsenter --net="/run/netns/$netns"); else network=(--bridge=none --iptables=false); fi
  live >/dev/null || rm -f "$run/pid"
  # dockerd takes a containerd that was killed but not reaped for a live one, and gives up after 15 seconds.
  file=$run/exec/containerd/containerd.pid
  if [ -f "$file" ] && [ -z "$(program "$(cat "$file")")" ]; then rm -f "$file"; fi
  own_containerd || return 1
  # Descriptor 9 is the lock of `ensure`: the engine must not keep it.
  PATH=$engine_path setsid ${enter[@]+"${enter[@]}"} dockerd \
    --data-root "$state/data" --exec-root "$run/exec" --pidfile "$run/pid" \
    --host "$url" --config-file "$state/daemon.json" \
    --exec-opt native.cgroupdriver=cgroupfs --cgroup-parent "/$cgroup" \
    ${network[@]+"${network[@]}"} ${containerd_flags[@]+"${containerd_flags[@]}"} "$@" \
    >>"$state/log" 2>&1 </dev/null 9>&- &
  pid=$!
  disown "$pid" 2>/dev/null || true
  until_true 2 started "$pid" || true
  helper ping "$url" "$seconds" "$pid"
}
# Between the fork and the exec the process is still a shell, setsid or nsenter.
started() { case $(program "$1") in */dockerd*|'') ;; *) return 1 ;; esac; }

engine_start() {
  local bin=''
  use "${1:-}"; shift
  if [ "${1:-}" = --bin ]; then bin=${2:-}; shift 2; fi
  engine_path=$PATH
  if [ -n "$bin" ]; then engine_path=$bin:$bin/usr/sbin:$bin/usr/bin:$PATH; fi
  if ready; then echo "$url"; return 0; fi
  if live >/dev/null; then die "'$name' runs (process $(live)) but does not answer: is it frozen?"; fi
  [ "$(uname -s)" = Linux ] || die "a private engine needs Linux" 3
  [ "$(id -u)" = 0 ] || die "a private engine needs root" 3
  PATH=$engine_path command -v dockerd >/dev/null || die "there is no dockerd (the package is docker.io)" 3
  mkdir -p "$state/data" "$run/exec" "$run/cli"
  ln -sfn "$state" "$run/state"
  # Docker 20.10 writes a key of its own there, wherever its other folders are.
  [ -e /etc/docker/key.json ] || touch "$state/made-key"
  # An empty file, or /dev/null, is no JSON; without the option the machine's own daemon.json would be read.
  [ -f "$state/daemon.json" ] || echo '{}' >"$state/daemon.json"
  if ! launch 60 "$@"; then
    # Kernels without the firewall parts that Docker wants: then without a network rather than not at all.
    if live >/dev/null || ! grep -qi 'iptables\|bridge' "$state/log" || ! launch 60 --iptables=false --bridge=none "$@"; then
      say "dockerd did not start; the last it said:"
      tail -n 5 "$state/log" >&2
      return 1
    fi
  fi
  echo "$url"
}

engine_signal() {
  local pid
  use "${2:-}"
  pid=$(live) || die "'$name' does not run"
  kill "-$1" "$pid"
  [ "$1" != KILL ] || until_true 10 gone || die "'$name' did not end"
}

# Ends dockerd the gentle way; it takes the containers with it.
engine_down() {
  local pid
  pid=$(live) || return 0
  kill -CONT "$pid"; kill -TERM "$pid"
  until_true 25 gone && return 0
  kill -KILL "$pid" 2>/dev/null || true
  until_true 10 gone
}

# Everything that is or was of this engine; any number of times, and from any state.
engine_destroy() {
  local ids pid address
  use "${1:-}"
  if pid=$(live); then
    kill -CONT "$pid"
    if ready; then
      # A container that does not heed the polite signal would make dockerd wait ten seconds for it.
      ids=$(client ps -aq 2>/dev/null || true)
      # shellcheck disable=SC2086  # one word each
      [ -z "$ids" ] || timeout 30 env DOCKER_CONFIG="$run/cli" docker -H "$url" rm -f $ids >/dev/null 2>&1 || true
    fi
    engine_down || say "dockerd of '$name' did not end"
  fi
  # What a killed dockerd left: shims, containers, a containerd.
  helper end "$run/exec" "$run/containerd/" "/$cgroup/" || say "processes of '$name' did not end"
  # A killed shim leaves its socket outside our folders; its notes tell where.
  for address in "$run"/exec/containerd/daemon/*/*/*/address "$run"/containerd/state/*/*/*/address; do
    [ -f "$address" ] || continue
    address=$(cat "$address")
    case $address in unix:///run/containerd/s/*) rm -f "${address#unix://}" ;; esac
  done
  if [ -e "$state/made-key" ] && [ -z "$(helper processes dockerd 2>/dev/null)" ]; then
    rm -f /etc/docker/key.json
    rmdir /etc/docker 2>/dev/null || true
  fi
  unmount "$run" "$state"
  if [ -e "/run/netns/$netns" ]; then ip netns del "$netns" 2>/dev/null || true; fi
  if [ -d /sys/fs/cgroup ]; then
    find /sys/fs/cgroup -depth -type d -path "*/$cgroup*" -exec rmdir {} + 2>/dev/null || true
  fi
  rm -rf "$run" "$state"
  # The last one out turns off the light.
  rmdir "$ENGINE_RUN" "${state%/*}" 2>/dev/null || true
}

# dockerd mounts its data folder onto itself, and a killed one leaves the containers' file systems mounted.
unmount() {
  local folder
  for folder in "$@"; do
    awk -v d="$folder/" 'index($5, d) == 1 { print $5 }' /proc/self/mountinfo 2>/dev/null | sort -r |
      while read -r place; do umount -l "$place" 2>/dev/null || true; done
  done
}

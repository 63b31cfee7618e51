# shellcheck shell=bash
# The sample image and the lively sample containers, for scripts/engine to source after engine_lib.sh.

SAMPLE_LABEL=dockdash.sample

# Imports a local busybox (2 MB) as busybox:latest and dockdash-sample:latest; no registry is asked.
make_image() {
  local root box applet library
  if client image inspect busybox:latest dockdash-sample:latest >/dev/null 2>&1; then return 0; fi
  box=$(command -v busybox) || die "there is no busybox to make an image of (the package is busybox-static)" 3
  root=$(mktemp -d)
  mkdir -p "$root"/{bin,etc,tmp,proc,dev,sys,root,var/www}
  cp "$box" "$root/bin/busybox"
  # A busybox that is linked dynamically brings its libraries along.
  for library in $(ldd "$box" 2>/dev/null | grep -o '/[^ )]*' || true); do
    mkdir -p "$root${library%/*}"
    cp -L "$library" "$root$library"
  done
  for applet in $("$box" --list); do
    [ "$applet" = busybox ] || ln -s busybox "$root/bin/$applet"
  done
  echo 'root:x:0:0:root:/root:/bin/sh' >"$root/etc/passwd"
  echo 'root:x:0:' >"$root/etc/group"
  echo '<h1>A sample of dockdash</h1>' >"$root/var/www/index.html"
  chmod 755 "$root"
  chmod 1777 "$root/tmp"
  tar -C "$root" -cf - . | client import - busybox:latest >/dev/null
  rm -rf "$root"
  client tag busybox:latest dockdash-sample:latest
}

# sample NAME FLAGS… -- SCRIPT: makes and starts a container unless there is one of that name.
sample() {
  local sample_name=$1 flags=(); shift
  if client container inspect "$sample_name" >/dev/null 2>&1; then return 0; fi
  while [ "$1" != -- ]; do flags+=("$1"); shift; done
  # --init hands the polite signal on, and the trap ends the script at once (`wait` can be interrupted, `sleep` not).
  client run --detach --init --name "$sample_name" --label "$SAMPLE_LABEL=yes" "${flags[@]}" \
    dockdash-sample:latest sh -c "trap 'echo stopping; exit 0' TERM; nap() { sleep \"\$1\" & wait \$!; }; $2" >/dev/null
}

# sample_of_shop SERVICE FLAGS… -- SCRIPT: as docker compose would have made it.
sample_of_shop() {
  local service=$1; shift
  sample "shop-$service-1" --hostname "$service" --network "$shop_network" \
    --label com.docker.compose.project=shop \
    --label "com.docker.compose.service=$service" \
    --label com.docker.compose.container-number=1 \
    --label com.docker.compose.oneoff=False \
    --label com.docker.compose.version=2.26.1 \
    --label com.docker.compose.project.working_dir=/srv/shop \
    --label com.docker.compose.project.config_files=/srv/shop/compose.yaml "$@"
}

make_samples() {
  local port=(--publish 8080:80) network=()
  shop_network=shop_default
  if client network inspect bridge >/dev/null 2>&1; then
    client network inspect "$shop_network" >/dev/null 2>&1 ||
      client network create --label com.docker.compose.project=shop --label com.docker.compose.network=default \
        "$shop_network" >/dev/null
  else
    # An engine that had to be started without a network.
    shop_network=none port=() network=(--network none)
  fi

  # shellcheck disable=SC2016  # the variables are the container's
  {
    sample_of_shop db --env POSTGRES_DB=shop --memory 64m -- '
      n=0; while :; do n=$((n+1))
        echo "$(date -u "+%F %T") UTC [1] LOG:  checkpoint $n complete: wrote $((n % 90)) buffers"; nap 3
      done'
    sample_of_shop api --env LOG_LEVEL=debug --memory 96m --label com.docker.compose.depends_on=db:service_started:false -- '
      n=0; while :; do n=$((n+1))
        printf "\033[32mINFO\033[0m  order=%d total=%d.%02d \033[2m%dms\033[0m\n" $n $((n*7%300)) $((n*13%100)) $((n*37%180))
        [ $((n % 7)) -ne 0 ] || printf "\033[33mWARN\033[0m  slow query (%dms)\n" $((500 + n%400)) >&2
        [ $((n % 23)) -ne 0 ] || printf "\033[1;31mERROR\033[0m payment refused: card expired order=%d\n" $n >&2
        # Something to see in the columns for processor and memory.
        [ $((n % 10)) -ne 0 ] || dd if=/dev/zero of=/tmp/cache bs=64k count=$((n % 400)) 2>/dev/null
        nap 0.7
      done'
    sample_of_shop web ${port[@]+"${port[@]}"} --memory 48m --label com.docker.compose.depends_on=api:service_started:false \
      --health-cmd 'nc 127.0.0.1 80 </dev/null' --health-interval 15s -- '
      httpd -p 80 -h /var/www
      n=0; while :; do n=$((n+1))
        case $((n % 9)) in 0) s="\033[31m500" ;; 4) s="\033[33m404" ;; *) s="\033[32m200" ;; esac
        printf "172.18.0.%d - \"GET /item/%d\" $s\033[0m %d\n" $((n%250+2)) $((n%40)) $((n*91%5000)); nap 1
      done'
    sample mailer ${network[@]+"${network[@]}"} --health-cmd false --health-interval 2s --health-retries 2 -- '
      while :; do echo "mail queue: cannot reach the relay" >&2; nap 5; done'
    sample migrate ${network[@]+"${network[@]}"} -- '
      echo "applying 0042_add_index"; echo "error: relation \"orders\" is locked" >&2; exit 3'
    # About 500 lines a second. The rotation keeps it from ever filling a disk.
    sample firehose ${network[@]+"${network[@]}"} --log-driver json-file --log-opt max-size=5m --log-opt max-file=2 -- '
      n=0; while :; do
        for i in 1 2 3 4 5 6 7 8 9 10 11 12 13 14 15 16 17 18 19 20 21 22 23 24 25 26 27 28 29 30 31 32 33 34 35 36 37 38 39 40 41 42 43 44 45 46 47 48 49 50; do
          n=$((n+1)); echo "event=$n kind=click user=$((n*7919%10007)) page=/p/$((n*31%977))"
        done; nap 0.1
      done'
    sample kiosk ${network[@]+"${network[@]}"} --tty --env TERM=xterm-256color -- '
      n=0; while :; do n=$((n+1))
        printf "\033[1;3%dmkiosk\033[0m \033[7m %s \033[0m \033[38;5;%dmcustomer %d\033[0m\n" $((n%7+1)) "$(date +%T)" $((n%200+20)) $n; nap 1
      done'
  }
}

# An engine that was just started has all its containers stopped.
start_samples() {
  local ids
  ids=$(client ps -aq --filter "label=$SAMPLE_LABEL" --filter status=exited --filter status=created)
  # shellcheck disable=SC2086  # one word each
  [ -z "$ids" ] || client start $ids >/dev/null
}

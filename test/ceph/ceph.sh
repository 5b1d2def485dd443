#!/bin/bash
# Ceph on one node with its RADOS Gateway (S3), objects in memory, loopback interface only.
#
#   ceph.sh run   DIR PORT MONITOR_PORT   start, print "ready", stop when standard input ends
#   ceph.sh start DIR PORT MONITOR_PORT   start and return
#   ceph.sh stop  DIR                     end the daemons of DIR and remove DIR
#
# DIR is a scratch folder (an absolute path). The gateway answers at http://127.0.0.1:PORT and at
# http://BUCKET.localhost:PORT; its user has the keys $POTTO_S3_ACCESS_KEY and $POTTO_S3_SECRET_KEY, and may assume the
# role "reader" (STS), which may read all objects and nothing else.
# Exit status 69: Ceph isn't installed and can't be (not root, no apt-get, or POTTO_NO_INSTALL is set).
set -euo pipefail

readonly command=${1:?run, start or stop} dir=${2:?an absolute scratch folder}
readonly conf=$dir/ceph.conf
readonly packages=(radosgw ceph-mon ceph-osd curl)
readonly unavailable=69

require_packages() {
  local tool missing=no
  for tool in curl ceph ceph-authtool ceph-mon ceph-osd monmaptool radosgw radosgw-admin; do
    command -v "$tool" >/dev/null || missing=yes
  done
  [ "$missing" = yes ] || return 0
  if [ -n "${POTTO_NO_INSTALL:-}" ] || [ "$(id -u)" != 0 ] || ! command -v apt-get >/dev/null; then
    echo "Ceph is not installed: apt-get install --no-install-recommends ${packages[*]}" >&2
    exit $unavailable
  fi
  export DEBIAN_FRONTEND=noninteractive
  apt-get install -y --no-install-recommends "${packages[@]}" >&2 ||
    { apt-get update >&2 && apt-get install -y --no-install-recommends "${packages[@]}" >&2; } ||
    { echo "Ceph can't be installed" >&2; exit $unavailable; }
}

# cephx stays on: with "auth none" the gateway hangs. Pools of one copy, because there is one OSD.
write_configuration() {
  cat >"$conf" <<END
[global]
fsid = $(cat /proc/sys/kernel/random/uuid)
mon_initial_members = a
mon_host = [v2:127.0.0.1:$monitor_port]
ms_bind_msgr1 = false
public_addr = 127.0.0.1
cluster_addr = 127.0.0.1
keyring = $dir/keyring
osd_pool_default_size = 1
osd_pool_default_min_size = 1
osd_pool_default_pg_num = 4
osd_pool_default_pgp_num = 4
osd_pool_default_pg_autoscale_mode = off
osd_crush_chooseleaf_type = 0
mon_allow_pool_size_one = true
mon_max_pg_per_osd = 2000
mon_warn_on_insecure_global_id_reclaim_allowed = false
osd_objectstore = memstore
memstore_device_bytes = 1073741824
osd_memory_target = 939524096
run_dir = $dir/run
admin_socket = $dir/run/\$name.\$pid.asok
log_file = $dir/\$name.log
rgw_enable_apis = s3, sts
rgw_s3_auth_use_sts = true
rgw_sts_key = $(tr -dc a-f0-9 </dev/urandom | head -c 16)
rgw_enable_usage_log = false
rgw_run_sync_thread = false
rgw_dns_name = localhost
[osd]
keyring = $dir/osd/keyring
END
}

# Starts a daemon and notes its process at once, so that it can be ended however far it comes; in a session of its own,
# so that an interrupt at the terminal leaves it to `stop`.
launch() {
  local name=$1
  shift
  setsid "$@" -f </dev/null 3>&- &
  echo $! >"$dir/$name.pid"
  disown
}

start_monitor() {
  local monitor=(ceph-mon -c "$conf" -i a --mon-data "$dir/mon")
  monmaptool --create --fsid "$(sed -n 's/^fsid = //p' "$conf")" \
    --addv a "[v2:127.0.0.1:$monitor_port]" "$dir/monmap"
  ceph-authtool --create-keyring "$dir/keyring" --gen-key -n mon. --cap mon 'allow *'
  ceph-authtool "$dir/keyring" --gen-key -n client.admin --cap mon 'allow *' --cap osd 'allow *' --cap mgr 'allow *'
  "${monitor[@]}" --mkfs --monmap "$dir/monmap" --keyring "$dir/keyring"
  launch mon "${monitor[@]}"
}

start_osd() {
  local uuid key osd
  uuid=$(cat /proc/sys/kernel/random/uuid)
  key=$(ceph-authtool --gen-print-key)
  osd=(ceph-osd -c "$conf" -i 0 --osd-data "$dir/osd")
  echo "{\"cephx_secret\":\"$key\"}" | ceph -c "$conf" --connect-timeout 20 osd new "$uuid" 0 -i -
  ceph-authtool --create-keyring "$dir/osd/keyring" -n osd.0 --add-key "$key"
  "${osd[@]}" --osd-uuid "$uuid" --mkfs
  launch osd "${osd[@]}"
}

# --no-mon-config: the gateway otherwise waits for a configuration that this monitor never sends.
start_gateway() {
  launch rgw radosgw -c "$conf" -n client.admin --no-mon-config \
    --rgw-frontends "beast endpoint=127.0.0.1:$port"
  local tries=0
  until curl -s --max-time 2 -o "$dir/answer" "http://127.0.0.1:$port/"; do
    tries=$((tries + 1))
    if [ $tries -ge 240 ] || ! kill -0 "$(cat "$dir/rgw.pid")"; then
      echo "The gateway does not answer"
      return 1
    fi
    sleep 0.25
  done
  radosgw-admin -c "$conf" user create --uid potto --display-name potto \
    --access-key "$POTTO_S3_ACCESS_KEY" --secret "$POTTO_S3_SECRET_KEY"
  radosgw-admin -c "$conf" role create --role-name reader --path / --assume-role-policy-doc \
    '{"Version":"2012-10-17","Statement":[{"Effect":"Allow","Principal":{"AWS":["arn:aws:iam:::user/potto"]},"Action":["sts:AssumeRole"]}]}'
  radosgw-admin -c "$conf" role-policy put --role-name reader --policy-name read --policy-doc \
    '{"Version":"2012-10-17","Statement":[{"Effect":"Allow","Action":["s3:GetObject"],"Resource":"arn:aws:s3:::*"}]}'
}

start() {
  require_packages
  mkdir -p "$dir"/{mon,osd,run}
  write_configuration
  exec 3>&2
  trap 'tail -n 20 "$dir/start.log" >&3; stop' EXIT
  { start_monitor; start_osd; start_gateway; } >"$dir/start.log" 2>&1
  trap - EXIT
  exec 3>&-
}

# Ends only what was started here: the command line of the process must carry our configuration. Nothing is worth an
# orderly end, which takes seconds.
stop() {
  local daemon pid
  for daemon in rgw osd mon; do
    [ -f "$dir/$daemon.pid" ] || continue
    pid=$(cat "$dir/$daemon.pid")
    if tr '\0' ' ' <"/proc/$pid/cmdline" 2>/dev/null | grep -qF -- "$conf"; then
      kill -KILL "$pid"
    fi
  done
  rm -rf "$dir"
}

case $command in
  start | run)
    readonly port=${3:?the port of the gateway} monitor_port=${4:?the port of the monitor}
    : "${POTTO_S3_ACCESS_KEY:?}" "${POTTO_S3_SECRET_KEY:?}"
    export CEPH_CONF=$conf CEPH_ARGS="--conf $conf"
    start
    if [ "$command" = run ]; then
      trap stop EXIT
      echo ready
      cat >/dev/null
    else
      echo ready
    fi
    ;;
  stop) stop ;;
  *) echo "run, start or stop, not $command" >&2; exit 64 ;;
esac

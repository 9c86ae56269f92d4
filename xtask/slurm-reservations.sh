#!/usr/bin/env bash
# Times how long a real slurmctld takes to accept and to list advance reservations, as a peer of the desk's holds and
# commitments (docs/concepts/speed.md). One controller on loopback, 256 made-up nodes, no slurmd, its own munge: as root,
# with Debian's slurmctld, slurm-client and munge; it starts and ends them itself, in a folder of its own.
# Usage: xtask/slurm-reservations.sh COUNT...
set -euo pipefail
root=$(mktemp -d /tmp/slurm-reservations.XXXXXX)
chmod 755 "$root"
mkdir -p "$root"/{bin,munge,state,spool,log}
# The controller goes by the name that it was started under.
ln -s "$(command -v slurmctld-wlm || command -v slurmctld)" "$root/bin/slurmctld"
dd if=/dev/urandom of="$root/munge/key" bs=1024 count=1 status=none
chmod 400 "$root/munge/key"
chown -R munge:munge "$root/munge"
port=$(python3 -c 'import socket; s = socket.socket(); s.bind(("127.0.0.1", 0)); print(s.getsockname()[1])')
end() {
    for file in "$root/slurmctld.pid" "$root/munge/pid"; do
        if [ -s "$file" ]; then kill "$(cat "$file")" 2>/dev/null || true; fi
    done
    sleep 1
    rm -rf "$root"
}
trap end EXIT
runuser -u munge -- munged --key-file="$root/munge/key" --socket="$root/munge/sock" --pid-file="$root/munge/pid" \
    --log-file="$root/munge/log" --seed-file="$root/munge/seed"
cat >"$root/slurm.conf" <<END
ClusterName=made-up
SlurmctldHost=localhost(127.0.0.1)
SlurmctldPort=$port
SlurmUser=root
AuthType=auth/munge
AuthInfo=socket=$root/munge/sock
CredType=cred/munge
StateSaveLocation=$root/state
SlurmdSpoolDir=$root/spool
SlurmctldPidFile=$root/slurmctld.pid
SlurmctldLogFile=$root/log/slurmctld.log
ProctrackType=proctrack/linuxproc
TaskPlugin=task/none
SwitchType=switch/none
SelectType=select/cons_tres
SelectTypeParameters=CR_Core
SchedulerType=sched/backfill
AccountingStorageType=accounting_storage/none
JobAcctGatherType=jobacct_gather/none
MailProg=/bin/true
ResumeProgram=/bin/true
SuspendProgram=/bin/true
SuspendTime=-1
ResumeTimeout=36000
NodeName=n[0-255] CPUs=4 RealMemory=1024 State=CLOUD
PartitionName=batch Nodes=ALL Default=YES MaxTime=INFINITE State=UP
END
export SLURM_CONF=$root/slurm.conf
"$root/bin/slurmctld" -f "$SLURM_CONF"
for _ in $(seq 100); do
    if scontrol ping 2>/dev/null | grep -q UP; then break; fi
    sleep 0.1
done
scontrol ping | grep -q UP || { tail "$root/log/slurmctld.log" >&2; exit 1; }
made=0
echo "| slurmctld $(scontrol version | cut -d' ' -f2), one scontrol | accepted | seconds | a second | all listed in seconds |"
echo "|---|---:|---:|---:|---:|"
for count in "$@"; do
    # Two nodes for a day each: 128 side by side, then the next day. What is accepted overlaps nothing.
    python3 - "$made" "$count" >"$root/commands" <<'END'
import datetime, sys
first, count = int(sys.argv[1]), int(sys.argv[2])
start = datetime.datetime.now().replace(microsecond=0) + datetime.timedelta(days=30)
for number in range(first, count):
    node = number % 128 * 2
    at = start + datetime.timedelta(days=number // 128)
    print(f"create reservation reservationname=r{number} starttime={at.isoformat()} duration=1-00:00:00 "
          f"nodes=n[{node}-{node + 1}] users=root")
END
    begun=$(date +%s.%N)
    scontrol <"$root/commands" >"$root/said" 2>&1 || true
    ended=$(date +%s.%N)
    scontrol --oneliner show reservation >"$root/listed"
    listed=$(date +%s.%N)
    there=$(grep -c '^ReservationName=' "$root/listed" || true)
    if [ "$there" != "$count" ]; then
        echo "accepted $there of $count; it said:" >&2
        tail -3 "$root/said" >&2
        exit 1
    fi
    python3 - "$made" "$count" "$begun" "$ended" "$listed" <<'END'
import sys
made, count, begun, ended, listed = (float(text) for text in sys.argv[1:])
more = count - made
print(f"| from {made:.0f} to {count:.0f} reservations | {more:.0f} | {ended - begun:.2f} | {more / (ended - begun):.0f} | {listed - ended:.3f} |")
END
    made=$count
done

#!/bin/sh
# Sets up Slurm on this machine alone, from Debian's packages, to try the job array here: as root, where no other is set up.
set -eu
conf=/etc/slurm/slurm.conf cluster=edgelag-one-machine
if [ -e "$conf" ] && ! grep -q "^ClusterName=$cluster\$" "$conf"; then
    echo "$0: $conf of another cluster is there" >&2
    exit 2
fi
apt-get update -qq
apt-get install -y -qq --no-install-recommends munge slurmctld slurmd slurm-client >/dev/null
state=/var/lib/slurm/$cluster
mkdir -p "$state/ctld" "$state/d" /etc/slurm /run/munge
chown munge: /run/munge
host=$(hostname -s)
cat >"$conf" <<CONF
ClusterName=$cluster
SlurmctldHost=$host(127.0.0.1)
SlurmUser=root
StateSaveLocation=$state/ctld
SlurmdSpoolDir=$state/d
SlurmctldPidFile=$state/ctld.pid
SlurmdPidFile=$state/d.pid
SlurmctldLogFile=$state/ctld.log
SlurmdLogFile=$state/d.log
ProctrackType=proctrack/linuxproc
TaskPlugin=task/none
SelectType=select/cons_tres
SelectTypeParameters=CR_Core
ReturnToService=2
MpiDefault=none
NodeName=$host NodeAddr=127.0.0.1 CPUs=$(nproc) State=UNKNOWN
PartitionName=all Nodes=ALL Default=YES MaxTime=INFINITE State=UP
CONF
printf 'CgroupAutomount=no\nConstrainCores=no\n' >/etc/slurm/cgroup.conf
pgrep -x munged >/dev/null || su -s /bin/sh munge -c /usr/sbin/munged
pgrep -x slurmctld >/dev/null || slurmctld
pgrep -x slurmd >/dev/null || slurmd -N "$host"

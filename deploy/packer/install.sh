#!/bin/sh
# Runs on the machine that becomes the image.
set -eu
export DEBIAN_FRONTEND=noninteractive

apt-get update -qq
apt-get upgrade -y -qq
# haproxy: TLS before each server. nftables: 443 to a port that needs no root.
apt-get install -y -qq --no-install-recommends ca-certificates chrony curl haproxy jq libssl3 nftables openssl unzip
systemctl disable --now haproxy

# fetch URL SHA256 FILE
fetch() {
    curl -fsSL --proto '=https' --tlsv1.2 "$1" -o "$3"
    echo "$2  $3" | sha256sum -c - >/dev/null || { echo "install: $1 is not what its checksum says" >&2; exit 1; }
}
hashicorp() {
    fetch "https://releases.hashicorp.com/$1/$2/$1_$2_linux_amd64.zip" "$3" "/tmp/$1.zip"
    unzip -q -o "/tmp/$1.zip" "$1" -d /usr/local/bin
}

hashicorp consul 1.20.6 "$CONSUL_SHA256"
hashicorp nomad 1.9.7 "$NOMAD_SHA256"
hashicorp vault 1.19.3 "$VAULT_SHA256"
fetch "https://binaries.cockroachdb.com/cockroach-v24.3.11.linux-amd64.tgz" "$COCKROACH_SHA256" /tmp/cockroach.tgz
tar -xzf /tmp/cockroach.tgz -C /tmp
install -m 755 /tmp/cockroach-*/cockroach /usr/local/bin/cockroach
fetch "https://github.com/fabiolb/fabio/releases/download/v1.6.4/fabio-1.6.4-linux_amd64" "$FABIO_SHA256" /tmp/fabio
install -m 755 /tmp/fabio /usr/local/bin/fabio
install -m 755 /tmp/muster /usr/local/bin/muster

# Numbers that deploy/nomad counts on.
cat >/usr/lib/sysusers.d/muster-node.conf <<END_OF_USERS
u consul    64004 - /var/lib/consul -
u vault     64005 - /var/lib/vault -
u cockroach 64003 - /var/lib/cockroach -
u fabio     64002 - - -
u muster    64001 - - -
END_OF_USERS
systemd-sysusers
for user in consul vault cockroach; do install -d -m 700 -o "$user" -g "$user" "/var/lib/$user" "/etc/$user"; done
install -d -m 700 /var/lib/nomad /etc/nomad

install -m 644 /tmp/files/*.service /etc/systemd/system/
install -m 644 -o consul -g consul /tmp/files/consul.hcl /etc/consul/consul.hcl
install -m 644 -o vault -g vault /tmp/files/vault.hcl /etc/vault/vault.hcl
install -m 644 /tmp/files/nomad.hcl /etc/nomad/nomad.hcl
install -m 644 /tmp/files/nftables.conf /etc/nftables.conf
systemctl enable nftables chrony

# Nothing of this machine may be found in another.
rm -rf /tmp/files /tmp/muster /tmp/*.zip /tmp/cockroach* /tmp/fabio /etc/ssh/ssh_host_*
cloud-init clean --logs --machine-id

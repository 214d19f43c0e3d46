# shellcheck shell=sh
# Sourced by ./test --openstack and ./demo --cloud openstack --real: the whole OpenStack of Debian below a directory of its own, on loopback, with a hypervisor
# that only pretends: Keystone, Glance, Placement, Nova, Neutron and Octavia, MariaDB and RabbitMQ. Needs root, 4 GiB of memory and some minutes.
# What was there already is not touched. Packages that it installs stay, and where systemd runs, they start services of their own, which stay as well: try it
# on a machine that may be thrown away.

# openstack_missing: adds what start_openstack needs and is missing.
openstack_missing() {
    for package in keystone glance-api placement-api nova-api nova-conductor nova-scheduler nova-compute neutron-server octavia-api octavia-worker \
        rabbitmq-server mariadb-server uwsgi-plugin-python3 python3-pymysql python3-openstackclient python3-octaviaclient; do
        dpkg-query -W -f '${db:Status-Status}' "$package" 2>/dev/null | grep -q '^installed' || missing="$missing $package"
    done
}

# start_openstack DIRECTORY: everything answers afterwards. DIRECTORY/clouds.yaml has the clouds "rack" (a user with the role member in the project
# that instances are to be in) and "admin"; OS_CLOUD names the first. The image is "tiny", the flavor "m1.tiny", the network "private", the pool of a load balancer "web".
start_openstack() {
    stack=$1
    # The openstack program goes by them before it goes by clouds.yaml: it must not speak to another cloud.
    for name in $(env | sed -n 's/^\(OS_[A-Za-z0-9_]*\)=.*/\1/p'); do unset "$name"; done
    mkdir -p "$stack/log" "$stack/run" "$stack/home"
    : >"$stack/pids"
    password=$(od -An -N16 -tx1 /dev/urandom | tr -d ' \n')
    # shellcheck disable=SC2046 # one word a port
    set -- $(/usr/bin/python3 -c '
import socket
held = [socket.socket() for _ in range(12)]
for one in held: one.bind(("127.0.0.1", 0))
print(*(one.getsockname()[1] for one in held))')
    sql=$1 amqp=$2 distribution=$3 epmd=$4 identity=$5 image=$6 placement=$7 compute=$8 network=$9
    shift 9
    balancing=$1 health=$2

    say "its database and its broker"
    start_database
    start_broker
    say "the schemas of its services"
    write_configuration
    prepare_services
    say "its services"
    # Some speak HTTP of their own; those that are only WSGI, or serve one call at a time, have a server for it.
    OS_KEYSTONE_CONFIG_FILES="$stack/keystone.conf" serve keystone "$identity" /usr/bin/keystone-wsgi-public
    OS_PLACEMENT_CONFIG_DIR="$stack/placement" serve placement "$placement" /usr/bin/placement-api
    until_answers "$identity" /v3
    until_answers "$placement" /
    at=http://127.0.0.1
    fill catalogue "image=$at:$image" "placement=$at:$placement" "compute=$at:$compute/v2.1" "network=$at:$network" "load-balancer=$at:$balancing"
    run_service glance-api --config-file "$stack/glance.conf"
    run_service neutron-server --config-file "$stack/neutron.conf" --config-file "$stack/ml2.conf"
    for part in conductor scheduler compute api; do run_service "nova-$part" --config-file "$stack/nova.conf"; done
    until_answers "$image" /
    until_answers "$network" /
    until_answers "$compute" /
    bind_ports
    until_works "nova's hypervisor" nova_sees_a_host
    fill project
    start_octavia
    OS_CLIENT_CONFIG_FILE=$stack/clouds.yaml OS_CLOUD=rack
    export OS_CLIENT_CONFIG_FILE OS_CLOUD
    say "OpenStack answers at http://127.0.0.1:$identity/v3"
}

# stop_openstack DIRECTORY
stop_openstack() {
    [ -f "$1/pids" ] || return 0
    # In the order of their start, from the last to the first.
    sort -rn "$1/pids" | cut -d ' ' -f 2 | while read -r pid; do
        kill -- "-$pid" 2>/dev/null || true
        tries=0
        while kill -0 -- "-$pid" 2>/dev/null; do
            tries=$((tries + 1))
            # Some of them wait for what is under way, with which nobody goes on.
            [ "$tries" -lt 30 ] || kill -9 -- "-$pid" 2>/dev/null || true
            sleep 0.1
        done
    done
    # RabbitMQ's port mapper outlives it, and is to be told at its port: its command line does not name it.
    [ -z "${epmd:-}" ] || ERL_EPMD_PORT=$epmd epmd -kill >/dev/null 2>&1 || true
}

# started PID: ended by stop_openstack, with all that it starts: each is a session of its own, since workers outlive who was killed.
started() { echo "$(wc -l <"$stack/pids") $1" >>"$stack/pids"; }

run_service() {
    name=$1
    HOME="$stack/home" setsid "$@" >"$stack/log/$name.log" 2>&1 &
    started $!
}

# serve NAME PORT FILE [OPTION...]: a service that is only WSGI; options are of its server.
serve() {
    name=$1 port=$2 file=$3
    shift 3
    HOME="$stack/home" setsid uwsgi --plugins http,python3 --http "127.0.0.1:$port" --http-keepalive --so-keepalive --wsgi-file "$file" --processes 2 --master \
        --need-app --die-on-term --buffer-size 65535 "$@" >"$stack/log/$name.log" 2>&1 &
    started $!
}

until_answers() {
    tries=0
    until curl -s -o /dev/null --max-time 5 "http://127.0.0.1:$1$2"; do
        tries=$((tries + 1))
        [ "$tries" -lt 600 ] || { say "nobody answers at port $1"; tail -n 20 "$stack"/log/*.log >&2; return 1; }
        sleep 0.2
    done
}

start_database() {
    mariadb-install-db --no-defaults --user=root --datadir="$stack/mysql" --auth-root-authentication-method=socket --skip-test-db >"$stack/log/mysql.log" 2>&1
    setsid mariadbd --no-defaults --user=root --datadir="$stack/mysql" --socket="$stack/run/mysql.sock" --port="$sql" --bind-address=127.0.0.1 \
        --pid-file="$stack/run/mysql.pid" --max-connections=1000 --innodb-flush-log-at-trx-commit=0 >>"$stack/log/mysql.log" 2>&1 &
    started $!
    until_works mariadbd mariadb-admin --no-defaults --socket="$stack/run/mysql.sock" ping
    {
        for name in keystone glance placement nova_api nova nova_cell0 neutron octavia; do echo "CREATE DATABASE $name CHARACTER SET utf8;"; done
        echo "CREATE USER 'stack'@'127.0.0.1' IDENTIFIED BY '$password'; GRANT ALL ON *.* TO 'stack'@'127.0.0.1';"
    } | mariadb --no-defaults --socket="$stack/run/mysql.sock"
}

start_broker() {
    cat >"$stack/rabbitmq.conf" <<END
listeners.tcp.1 = 127.0.0.1:$amqp
default_user = stack
default_pass = $password
END
    echo '[].' >"$stack/rabbitmq-plugins"
    RABBITMQ_NODENAME="muster-$amqp@localhost" RABBITMQ_CONFIG_FILE="$stack/rabbitmq.conf" RABBITMQ_ENABLED_PLUGINS_FILE="$stack/rabbitmq-plugins" \
        RABBITMQ_MNESIA_BASE="$stack/rabbitmq" RABBITMQ_LOG_BASE="$stack/log" RABBITMQ_PID_FILE="$stack/run/rabbitmq.pid" HOME="$stack/home" \
        RABBITMQ_SERVER_ADDITIONAL_ERL_ARGS='-kernel inet_dist_use_interface {127,0,0,1}' RABBITMQ_DIST_PORT="$distribution" \
        ERL_EPMD_PORT="$epmd" ERL_EPMD_ADDRESS=127.0.0.1 setsid /usr/lib/rabbitmq/bin/rabbitmq-server >"$stack/log/rabbitmq.log" 2>&1 &
    started $!
    until_works RabbitMQ /usr/bin/python3 -c 'import socket, sys; socket.create_connection(("127.0.0.1", int(sys.argv[1])), 1)' "$amqp"
}

database() { echo "mysql+pymysql://stack:$password@127.0.0.1:$sql/$1?charset=utf8"; }

# asking SECTION [NAME=VALUE...]: how a service shows itself to another.
asking() {
    cat <<END
[$1]
auth_type = password
auth_url = http://127.0.0.1:$identity/v3
username = admin
password = $password
project_name = admin
user_domain_name = Default
project_domain_name = Default
region_name = RegionOne
END
}

write_configuration() {
    (
        umask 077
        mkdir -p "$stack/placement" "$stack/images" "$stack/nova" "$stack/neutron" "$stack/octavia"
        cat >"$stack/keystone.conf" <<END
[DEFAULT]
log_dir =
use_stderr = true
[database]
connection = $(database keystone)
[token]
provider = fernet
expiration = 3600
[fernet_tokens]
key_repository = $stack/fernet
[credential]
key_repository = $stack/credentials
END
        cat >"$stack/placement/placement.conf" <<END
[DEFAULT]
use_stderr = true
[placement_database]
connection = $(database placement)
[api]
auth_strategy = keystone
$(asking keystone_authtoken)
www_authenticate_uri = http://127.0.0.1:$identity/v3
END
        cat >"$stack/glance.conf" <<END
[DEFAULT]
bind_host = 127.0.0.1
bind_port = $image
workers = 1
use_stderr = true
log_file =
[database]
connection = $(database glance)
[glance_store]
stores = file
default_store = file
filesystem_store_datadir = $stack/images
[paste_deploy]
flavor = keystone
config_file = /etc/glance/glance-api-paste.ini
$(asking keystone_authtoken)
www_authenticate_uri = http://127.0.0.1:$identity/v3
END
        cat >"$stack/nova.conf" <<END
[DEFAULT]
transport_url = rabbit://stack:$password@127.0.0.1:$amqp/
state_path = $stack/nova
my_ip = 127.0.0.1
host = rack
compute_driver = fake.FakeDriver
enabled_apis = osapi_compute
osapi_compute_listen = 127.0.0.1
osapi_compute_listen_port = $compute
osapi_compute_workers = 2
vif_plugging_is_fatal = false
vif_plugging_timeout = 0
use_stderr = true
log_file =
[api]
auth_strategy = keystone
[api_database]
connection = $(database nova_api)
[database]
connection = $(database nova)
[oslo_concurrency]
lock_path = $stack/nova/locks
[conductor]
workers = 1
[scheduler]
workers = 1
discover_hosts_in_cells_interval = 5
[vnc]
enabled = false
[glance]
api_servers = http://127.0.0.1:$image
$(asking placement)
$(asking neutron)
$(asking service_user)
$(asking cinder)
$(asking keystone_authtoken)
www_authenticate_uri = http://127.0.0.1:$identity/v3
END
        cat >"$stack/neutron.conf" <<END
[DEFAULT]
bind_host = 127.0.0.1
bind_port = $network
core_plugin = ml2
service_plugins =
transport_url = rabbit://stack:$password@127.0.0.1:$amqp/
state_path = $stack/neutron
api_paste_config = /etc/neutron/api-paste.ini
notify_nova_on_port_status_changes = false
notify_nova_on_port_data_changes = false
api_workers = 1
rpc_workers = 1
use_stderr = true
log_file =
[oslo_concurrency]
lock_path = $stack/neutron/locks
[database]
connection = $(database neutron)
[quotas]
quota_port = 500
$(asking keystone_authtoken)
www_authenticate_uri = http://127.0.0.1:$identity/v3
$(asking nova)
$(asking placement)
END
        cat >"$stack/ml2.conf" <<END
[ml2]
type_drivers = vlan
tenant_network_types = vlan
mechanism_drivers = openvswitch
extension_drivers = port_security
[ml2_type_vlan]
network_vlan_ranges = physnet1:100:2000
END
        # Balancers that are only written down: no machine is made for them, and no traffic goes through.
        cat >"$stack/octavia.conf" <<END
[DEFAULT]
transport_url = rabbit://stack:$password@127.0.0.1:$amqp/
use_stderr = true
log_file =
[api_settings]
bind_host = 127.0.0.1
bind_port = $balancing
[database]
connection = $(database octavia)
[health_manager]
bind_ip = 127.0.0.1
bind_port = $health
heartbeat_key = $password
[oslo_messaging]
topic = octavia
[oslo_concurrency]
lock_path = $stack/octavia/locks
[certificates]
ca_certificate = $stack/octavia/ca.pem
ca_private_key = $stack/octavia/ca.key
[controller_worker]
client_ca = $stack/octavia/ca.pem
amphora_driver = amphora_noop_driver
compute_driver = compute_noop_driver
network_driver = network_noop_driver
image_driver = image_noop_driver
distributor_driver = distributor_noop_driver
amp_boot_network_list = 11111111-1111-1111-1111-111111111111
amp_flavor_id = 1
amp_image_tag = amphora
workers = 1
$(asking service_auth)
$(asking keystone_authtoken)
www_authenticate_uri = http://127.0.0.1:$identity/v3
END
        cat >"$stack/clouds.yaml" <<END
clouds:
  admin:
    auth: { auth_url: "http://127.0.0.1:$identity/v3", username: admin, password: "$password", project_name: admin, user_domain_name: Default, project_domain_name: Default }
    region_name: RegionOne
  rack:
    auth: { auth_url: "http://127.0.0.1:$identity/v3", username: autoscaler, password: "$password", project_name: instances, user_domain_name: Default, project_domain_name: Default }
    region_name: RegionOne
END
    )
}

# prepared NAME COMMAND...: runs it to its end; what it says is shown where it fails.
prepared() {
    name=$1
    shift
    HOME="$stack/home" "$@" >>"$stack/log/$name.prepare" 2>&1 || { say "$* failed:"; tail -n 20 "$stack/log/$name.prepare" >&2; return 1; }
}

prepare_services() {
    prepared keystone keystone-manage --config-file "$stack/keystone.conf" db_sync
    prepared keystone keystone-manage --config-file "$stack/keystone.conf" fernet_setup --keystone-user root --keystone-group root
    prepared keystone keystone-manage --config-file "$stack/keystone.conf" credential_setup --keystone-user root --keystone-group root
    url=http://127.0.0.1:$identity/v3
    OS_BOOTSTRAP_PASSWORD=$password OS_BOOTSTRAP_REGION_ID=RegionOne OS_BOOTSTRAP_PUBLIC_URL=$url OS_BOOTSTRAP_INTERNAL_URL=$url OS_BOOTSTRAP_ADMIN_URL=$url \
        prepared keystone keystone-manage --config-file "$stack/keystone.conf" bootstrap
    OS_PLACEMENT_CONFIG_DIR="$stack/placement" prepared placement placement-manage --config-file "$stack/placement/placement.conf" db sync
    prepared glance glance-manage --config-file "$stack/glance.conf" db_sync
    prepared neutron neutron-db-manage --config-file "$stack/neutron.conf" --config-file "$stack/ml2.conf" upgrade head
    prepared nova nova-manage --config-file "$stack/nova.conf" api_db sync
    prepared nova nova-manage --config-file "$stack/nova.conf" cell_v2 map_cell0
    prepared nova nova-manage --config-file "$stack/nova.conf" cell_v2 create_cell --name cell1
    prepared nova nova-manage --config-file "$stack/nova.conf" db sync
    # It makes certificates for balancers, also for those that are none.
    prepared octavia openssl req -x509 -newkey rsa:2048 -nodes -keyout "$stack/octavia/ca.key" -out "$stack/octavia/ca.pem" -days 2 -subj /CN=muster
    prepared octavia octavia-db-manage --config-file "$stack/octavia.conf" upgrade head
}

# fill WHAT...: as the administrator, over the services' own API.
fill() { OS_CLIENT_CONFIG_FILE="$stack/clouds.yaml" HOME="$stack/home" prepared fill eng/openstack-fill "$@"; }

# An agent that says that ports of this host can be bound: there are none, since nothing is plugged in.
bind_ports() {
    mariadb --no-defaults --socket="$stack/run/mysql.sock" neutron <<'END'
INSERT INTO agents (id, agent_type, `binary`, topic, host, admin_state_up, created_at, started_at, heartbeat_timestamp, configurations, `load`, resources_synced)
VALUES ('5e1a7a2c-6f2e-4f3c-9a49-0f6a1d3c0001', 'Open vSwitch agent', 'neutron-openvswitch-agent', 'N/A', 'rack', 1, '2020-01-01', '2020-01-01', '2037-01-01',
    '{"bridge_mappings": {"physnet1": "br-ex"}, "tunnel_types": [], "datapath_type": "system", "integration_bridge": "br-int", "ovs_hybrid_plug": false, "vhostuser_socket_dir": "/var/run/openvswitch", "ovs_capabilities": {"datapath_types": ["system"], "iface_types": []}}',
    0, 1);
END
}

nova_sees_a_host() {
    nova-manage --config-file "$stack/nova.conf" cell_v2 discover_hosts >/dev/null 2>&1
    nova-manage --config-file "$stack/nova.conf" cell_v2 list_hosts 2>/dev/null | grep -q ' rack '
}

# Octavia asks the catalogue for the others when it starts.
start_octavia() {
    serve octavia "$balancing" /usr/bin/octavia-wsgi --pyargv "--config-file $stack/octavia.conf"
    run_service octavia-worker --config-file "$stack/octavia.conf"
    until_answers "$balancing" /
    fill balancer
}

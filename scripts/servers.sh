#!/bin/sh
# Makes RabbitMQ and PostgreSQL available to the tests: a Docker engine, or else the local programs,
# installed when they are missing and this account may install. Starts nothing.
set -eu

have_docker() { command -v docker >/dev/null && docker info >/dev/null 2>&1; }
have_rabbitmq() { [ -x /usr/lib/rabbitmq/bin/rabbitmq-server ] || command -v rabbitmq-server >/dev/null; }
have_postgresql() { ls /usr/lib/postgresql/*/bin/initdb >/dev/null 2>&1 || command -v initdb >/dev/null; }
have_programs() { have_rabbitmq && have_postgresql; }

as_root() {
    if [ "$(id -u)" = 0 ]; then env "$@"; else sudo -n env "$@"; fi
}

may_install() {
    command -v apt-get >/dev/null || return 1
    [ "$(id -u)" = 0 ] || sudo -n true 2>/dev/null
}

# A package that starts its service here would take the ports and stay behind.
forbid_starts() {
    policy=/usr/sbin/policy-rc.d
    [ -e "$policy" ] && return
    as_root sh -c "printf '#!/bin/sh\nexit 101\n' >$policy && chmod +x $policy"
    trap 'as_root rm -f "$policy"' EXIT
    trap 'exit 130' INT TERM
}

install_programs() {
    forbid_starts
    as_root apt-get update -qq
    as_root DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends \
        rabbitmq-server postgresql >/dev/null
}

if have_docker || have_programs; then exit 0; fi

if may_install; then
    echo "Installing RabbitMQ and PostgreSQL for the tests ..."
    install_programs
    have_programs && exit 0
fi

cat >&2 <<'TEXT'
The tests need RabbitMQ (3.10 or newer) and PostgreSQL (15 or newer), and neither a Docker engine
answers nor are the programs installed. Do one of these, then run it again:
  - start Docker, or
  - install them: apt-get install rabbitmq-server postgresql
                  brew install rabbitmq postgresql
TEXT
exit 1

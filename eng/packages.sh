# Sourced by ./build and ./test: installs packages of the distribution, where there is a way to.

# install PACKAGE...: succeeds when they are there afterwards.
install() {
    command -v apt-get >/dev/null || return 1
    if [ "$(id -u)" = 0 ]; then
        sudo=
    elif command -v sudo >/dev/null; then
        sudo="sudo -n"
    else
        return 1
    fi
    say "installing $*"
    # shellcheck disable=SC2086 # empty for root
    { $sudo apt-get update -qq && $sudo env DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends "$@"; } >&2
}

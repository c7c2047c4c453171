# Sourced by /bin/sh for every hook of codex-tandem, with the event's name in $tandem_event: looks whether there is anything to do,
# with nothing but what the shell itself can, and starts Node only then. Ends with 0 whatever happens, since 2 would keep Claude Code
# from stopping.
#
# What is looked for lies in the state folder, by the one rule of the command line: TANDEM_HOME, else the system's place. Which of
# them it is, this does not ask: a folder that is not there holds nothing, and a TANDEM_HOME that a repository brings along does not
# count for the program.
#   gate/on<path of the workspace>/.gate-is-on   the review gate is on there; written by `tandem gate on`
#   gate/on/.everywhere                          the same where paths are no such names; the program knows where
#   notices/<session>/                           jobs of the session have ended
#   brokers/<key>/broker.json                    a broker runs, or has run
tandem_has_work() {
  case $tandem_event in
    stop | session-start)
      [ -d "$1/gate/on" ] || return 1
      [ -f "$1/gate/on/.everywhere" ] && return 0
      tandem_path=$PWD
      while [ ! -f "$1/gate/on$tandem_path/.gate-is-on" ]; do
        [ -n "$tandem_path" ] || return 1
        tandem_path=${tandem_path%/*}
      done
      ;;
    user-prompt-submit)
      [ -n "$CLAUDE_CODE_SESSION_ID" ] && [ -d "$1/notices/$CLAUDE_CODE_SESSION_ID" ]
      ;;
    session-end)
      for tandem_record in "$1"/brokers/*/broker.json; do
        [ -f "$tandem_record" ] && return 0
      done
      return 1
      ;;
    *) return 1 ;;
  esac
}

set -- "${XDG_STATE_HOME:-$HOME/.local/state}/codex-tandem" \
  "$HOME/Library/Application Support/codex-tandem" "$LOCALAPPDATA/codex-tandem" ${TANDEM_HOME:+"$TANDEM_HOME"}
# Where Claude Code was opened, without links: the name of a workspace in the state folder.
cd -P "${CLAUDE_PROJECT_DIR:-.}" 2>/dev/null || exit 0
for tandem_root in "$@"; do
  if tandem_has_work "$tandem_root"; then
    command -v node >/dev/null 2>&1 || {
      echo '{"systemMessage":"codex-tandem needs Node 20.19 or newer, and there is no node on PATH; its hook does nothing."}'
      exit 0
    }
    exec node "$CLAUDE_PLUGIN_ROOT/bin/tandem" hook "$tandem_event"
  fi
done
exit 0

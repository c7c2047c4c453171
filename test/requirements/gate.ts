export const gateRequirements = {
  "gate.snapshot": {
    promise:
      "The gate's baseline is kept beside the repository, whole and exact, without a write or a program of the repository.",
    source: "issue 6.6 (the change since the baseline); DESIGN §2 (theirs stays theirs), §7 (git reads)",
  },
  "gate.rules": {
    promise: "What becomes of a stop is one pure function of what is known: it ends for every input.",
    source: "issue 6.6 (three outcomes, rounds, stop_hook_active)",
  },
  "gate.switch": {
    promise:
      "`tandem gate on|off|status` switches the gate of one folder, off by default, states cost and loop risk, and keeps the baseline.",
    source: "issue 6.6; user-pains 25 (enabled but never runs)",
  },
  "gate.option": {
    promise:
      "The plugin's option switches the gate on in each repository that Claude Code is opened in, but not where a person has switched it off.",
    source: "issue 6.1 (userConfig), 6.6",
  },
  "gate.repository": {
    promise:
      "A repository can neither switch the gate on nor make it cost or block more, nor make it useless.",
    source: "issue 6.6; DESIGN §7 (project file may only narrow)",
  },
  "gate.allow": {
    promise: "A review without a grave finding lets the stop pass and its files become the baseline.",
    source: "issue 6.6 (ALLOW)",
  },
  "gate.block": {
    promise:
      "A grave finding on changed lines sends Claude Code back with the findings, round, cost so far and the command that switches the gate off.",
    source: "issue 6.6 (BLOCK); user-pains 6",
  },
  "gate.anchored": {
    promise: "Only a finding of severity high or above with anchor exact can block.",
    source: "issue 6.6; DESIGN §6 (anchor)",
  },
  "gate.could-not-run": {
    promise:
      "Quota, timeout, crash, no login, bad output and an unreadable tree let the stop pass with a visible warning; a strict gate sends it back within its rounds.",
    source: "issue 6.6 (COULD-NOT-RUN); user-pains 6",
  },
  "gate.rounds": {
    promise: "Claude Code is sent back at most twice (setting) for one prompt of one session.",
    source: "issue 6.6 (rounds counted in our state per session and prompt id)",
  },
  "gate.same-tree": {
    promise: "The same files are judged once.",
    source: "issue 6.6 (same tree already judged: no second run)",
  },
  "gate.unchanged": {
    promise: "Files that equal the baseline pass without Codex.",
    source: "issue 6.6 (equal: allow without Codex)",
  },
  "gate.foreign-stop": {
    promise: "`stop_hook_active` without a block of ours passes.",
    source: "issue 6.6",
  },
  "gate.run": {
    promise:
      "The gate's review is a job like any other: read-only, ephemeral, without servers, the repository untrusted, on either engine, direct or by a broker.",
    source: "issue 6.6; DESIGN §2 (kind gate), §3",
  },
  "gate.sessions": {
    promise:
      "Sessions in one workspace do not count each other's rounds and do not review the same files twice.",
    source: "issue 6.6 (per session and prompt id)",
  },
  "gate.words": {
    promise:
      "What the gate says fits into what Claude Code takes whole, and holds no character that a terminal obeys.",
    source: "claude-code.md C3 (10,000 characters); DESIGN §6 (control characters out)",
  },
  "gate.cancel": {
    promise: "A review for which Claude Code waits no longer is ended.",
    source: "DESIGN §2 (every run ends)",
  },
  "gate.budget": {
    promise: "The gate spends at most its tokens in one session.",
    source: "issue 6.6 (token budget per session)",
  },
  "gate.hook-events": {
    promise:
      "Only events that both pinned clients know are hooked, and the gate's limit lies below the hook's.",
    source: "issue 6.5; claude-code.md C3 (one unknown event drops all hooks)",
  },
  "gate.no-node": {
    promise: "Where there is nothing to do a hook is a shell that starts nothing.",
    source: "issue 6.5 (gate off costs no Node start); user-pains 40",
  },
  "gate.hook-fails": {
    promise:
      "No hook ends with anything but 0: a broken installation neither traps a session nor refuses a prompt.",
    source: "issue 6.6 (can never trap); claude-code.md C3 (exit 2 blocks)",
  },
  "gate.marker": {
    promise: "The shell finds the gate of exactly the workspaces in which the command line switched it on.",
    source: "issue 6.5 (test a marker file); user-pains 25 (CLI and hook agree)",
  },
  "gate.notice": {
    promise: "A prompt tells once of jobs of its session that have ended and were not read.",
    source: "issue 6.2 (a notice on the next prompt); user-pains 26",
  },
  "gate.session-end": {
    promise:
      "The end of a session ends idle brokers that no other session claims, and never a job or a result.",
    source: "issue 6.5; DESIGN §5; user-pains 4",
  },
  "gate.e2e.block": {
    promise: "The real Claude Code is told the findings and stops once they are mended.",
    source: "issue 6 (block then allow, real Claude Code, both pinned versions)",
  },
  "gate.e2e.slash": {
    promise:
      "`/codex:gate on|off|status` switches the gate of the folder in the real Claude Code, at no cost.",
    source: "issue 6 items 2 and 6",
  },
  "gate.e2e.ends": {
    promise: "A session of the real Claude Code ends whatever the gate comes to.",
    source: "issue 6 (proof that every session ends); user-pains 6",
  },
  "gate.e2e.seen": {
    promise:
      "A person at the terminal sees once why a stop was sent back and how the gate is switched off, and each stop that passed unreviewed.",
    source: "issue 6.6 (visible warning; names the off switch), issue 6 (the TUI in a pty); user-pains 6",
  },
  "gate.e2e.off": {
    promise: "A session of the real Claude Code with the gate off starts no Node.",
    source: "issue 6.5; user-pains 40",
  },
  "gate.e2e.session-end": {
    promise: "Of two sessions of the real Claude Code the end of one takes nothing from the other.",
    source: "issue 6 (two sessions at once where one ends; /clear in the middle); user-pains 4",
  },
} as const;

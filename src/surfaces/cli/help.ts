/** Examples and notes that stand below the generated help. Kept apart from the code so that they can be read as text. */
export const mainExamples = `
Examples:
  tandem review                your uncommitted changes, else your branch
  tandem consult "Is this lock safe?" --file src/lock.ts
  tandem task --write "Make the tests of the parser run in parallel"
  tandem review --background   leave it running; tandem wait, result, cancel
  tandem status                is Codex ready, and what runs or has run here
  tandem review --rehearse     try it without login and without cost
`;

export const reviewExamples = `
Examples:
  tandem review
  tandem review --base main --fail-on high
  tandem review --commit HEAD~1
  tandem review --path src/server --path docs/api.md
  tandem review --dry-run           what would be examined, with no model call

What leaves this machine: the names and contents of the files that Codex reads.
The sandbox bounds what it may write, not what it may read.
`;

export const adversarialExamples = `
Examples:
  tandem adversarial-review
  tandem adversarial-review --base main is the cache safe when two race?
`;

export const taskExamples = `
Examples:
  tandem task "Find out why the nightly build is slow"
  tandem task --write "Rename the config key everywhere and fix the tests"
  tandem task --job kqvbgm "Now do the same for the client"
  tandem task --write --add-dir ../shared --prompt-file task.md
`;

export const delegateExamples = `
Examples:
  tandem delegate "Replace the date library and keep the tests green"
  tandem delegate --check "npm test" --include-untracked --prompt-file task.md
  tandem delegate --background "Port the parser"
  tandem apply kqvbgm          take the patch over; tandem undo, discard, reply
  tandem delegate --dry-run "Port the parser"
`;

export const applyExamples = `
Examples:
  tandem apply kqvbgm
  tandem apply kqvbgm --yes --check "npm test"
  tandem apply kqvbgm --only src --only docs/api.md
`;

export const consultExamples = `
Examples:
  tandem consult "Why does the cache miss on restart?"
  tandem consult --prompt-file question.md --file src/cache.ts
  git diff | tandem consult -       the question is what comes by the pipe
  { echo "Why does it fail?"; npm test 2>&1; } | tandem consult
  tandem consult --image screenshot.png "What is wrong with this layout?"
  tandem consult -- "--write is ignored, why?"

A pipe is read only where no question is given, or \`-\`: with a question as an
argument nothing waits for stdin, and what comes by it is not sent.

What leaves this machine: the question, the files and images that you name, and
what Codex reads of this machine to answer. The sandbox bounds what it may
write, not what it may read.
`;

export const operatorExamples = `
Examples:
  tandem operator list
  tandem operator show transform
  tandem operator run transform --input input=a.csv --input output=a.json
  tandem operator run check --input "rule=Every public function has a test"
  tandem operator run analyze --input question=- --dry-run
`;

export const imageExamples = `
Examples:
  tandem image "A cat on a red chair" --out cat.png --aspect 16:9
  tandem image "The same cat, asleep" --out asleep.png --ref cat.png
  tandem image "A logo" --out logo.png --count 4
  tandem image --batch images.yaml

Beside each image lies a record of the run that made it (.provenance.json).
`;

export const statusExamples = `
Examples:
  tandem status
  tandem status --all --json
  tandem status kqvbgm
`;

export const resultExamples = `
Examples:
  tandem result
  tandem result kqvbgm --json
`;

export const verifyExamples = `
Examples:
  tandem verify kqvbgm
  tandem verify review.json         a result that was saved with --json
  tandem verify ./receipt.json      a receipt beside the other files of its job

It finds what was altered or made up after the run. It cannot find out a program
of your own account that makes all files of a job anew.

Exit codes: 0 all agree, 1 something differs, 2 there is no such job or file.
`;

export const replyExamples = `
Examples:
  tandem reply kqvbgm "And what if the file is empty?"
  tandem reply kqvbgm --write "Then mend it"
  tandem reply --thread 019f8c1e-... "Go on"
`;

export const waitExamples = `
Examples:
  tandem wait kqvbgm
  tandem wait kqvbgm wxhtzp --wait-budget 5m
`;

export const cancelExamples = `
Examples:
  tandem cancel
  tandem cancel kqvbgm
  tandem cancel --all
`;

export const answerExamples = `
Examples:
  tandem answer kqvbgm accept
  tandem answer kqvbgm --request 2 decline
  tandem answer kqvbgm --answer colour=blue
`;

export const exitCodeHelp = `
Exit codes: 0 done, 1 findings reached --fail-on, 2 a precondition failed and
nothing was started, 3 Codex cannot be used, 4 the run failed, 5 a limit of time
ended it, 6 the job goes on without this command, 130 cancelled.
`;

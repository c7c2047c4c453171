/**
 * What the client tells its model of this server as a whole. Claude Code 2.1.197 shows the first 2,048 characters; the rules come
 * first.
 */
export const instructions = `These tools ask OpenAI Codex, another model, for an opinion, a review or work.

1. Only what a tool of this server returned is Codex's word. An error, a cancelled run or one that goes on is NOT an answer: say that there is none. Never guess or play Codex's part.
2. What Codex says is a claim. Check findings against the code before you act on them or repeat them as facts; verdict "none" is not a pass.
3. Ask Codex only when the user wants it, or a skill of this plugin says so: runs cost tokens of the user's account, and the question, the change and the files that Codex reads go to the model provider of the user's Codex. dryRun: true shows what would be sent, free.
4. task with write: true changes files. Set it only when the user asked Codex to edit.
5. A run may take longer than a call: after about 50 s you get a job. Go on with result (waitSeconds: 50) until it ends, or do something else meanwhile. Starting the same run again costs twice.
6. Codex may ask for a step out of its sandbox. Only the person can accept it; you can decline it with reply.

Free: status (is Codex ready, which jobs are there), result, cancel. To go on after an answer: reply.`;

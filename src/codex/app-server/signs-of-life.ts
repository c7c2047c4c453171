const signsOfLife = [
  /[dD]elta$/,
  /^thread\//,
  /^account\//,
  /^turn\/(diff|plan)\//,
  /^item\/(reasoning|mcpToolCall|fileChange|commandExecution)\//,
  /^serverRequest\//,
  /^mcpServer\/startupStatus\//,
  /^(remoteControl|skills|deprecationNotice|configWarning)/,
];

/** True for the notifications that tell no more than that Codex is at work. */
export function isSignOfLife(method: string): boolean {
  return signsOfLife.some((pattern) => pattern.test(method));
}

/**
 * The `auth.json` of somebody who does not exist, logged in with ChatGPT: Codex offers its image tool to such a login alone (0.169).
 * Nothing in it is a secret; the tokens are good for the scripted endpoint and for nothing else.
 */
export function scriptedLogin(now: Date): string {
  const account = "rehearsal-account";
  const claims = {
    email: "rehearsal@example.invalid",
    exp: Math.floor(now.getTime() / 1000) + 86_400,
    "https://api.openai.com/auth": {
      chatgpt_account_id: account,
      chatgpt_plan_type: "pro",
      chatgpt_user_id: "rehearsal-user",
    },
  };
  const token = ["header", "claims", "signature"]
    .map((part) => (part === "claims" ? claims : part === "header" ? { alg: "none", typ: "JWT" } : part))
    .map((part) => Buffer.from(JSON.stringify(part)).toString("base64url"))
    .join(".");
  return JSON.stringify({
    auth_mode: "chatgpt",
    OPENAI_API_KEY: null,
    tokens: { id_token: token, access_token: token, refresh_token: "rehearsal", account_id: account },
    last_refresh: now.toISOString(),
  });
}

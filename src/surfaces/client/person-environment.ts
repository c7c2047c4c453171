import { withoutRepositoryVariables } from "../../settings/repository-variables.ts";

/** The environment of this process without what the repository has chosen in the person's place. */
export function personEnvironment(): NodeJS.ProcessEnv {
  const { env, platform } = process;
  // The rest takes a part of the time of a short command.
  if (env["CLAUDECODE"] !== "1") return env;
  return withoutRepositoryVariables(env, { folder: currentFolder(), userHome: userHome(), platform });
}

function currentFolder(): string {
  try {
    return process.cwd();
  } catch {
    return "/"; // It was removed, and whatever settings it had.
  }
}

/** Not what the environment says. */
function userHome(): string {
  const { homedir, userInfo } = process.getBuiltinModule("node:os");
  try {
    return userInfo().homedir;
  } catch {
    return homedir(); // A user that the system does not list, as in some containers.
  }
}

/**
 * All that shaking hands does not need. In the bundle this is a file of its own, so that the server answers its first message before
 * the half of its code is read. It throws nothing that the other half would have to tell apart.
 */

export { beginSession } from "./begin-session.ts";
export { answerCall } from "./calls/answer-call.ts";
export { leaveOwnSession, passOwnSession } from "./claim-session.ts";
export { readResource, resources, resourceTemplates } from "./resources.ts";
export { openServerLog } from "./server-log.ts";
export { listTools } from "./tools/all-tools.ts";

// src/domain/events.ts
function phaseAfter(event) {
  switch (event.type) {
    case "thread_started":
      return "starting";
    case "command_started":
    case "tool_started":
      return "running_command";
    case "turn_started":
    case "command_completed":
    case "tool_completed":
    case "files_changed":
    case "reasoning":
    case "message":
      return "thinking";
    case "turn_completed":
      return "verifying";
    case "usage":
    case "retrying":
    case "warning":
    case "request_answered":
    case "stray_output":
    case "unknown":
      return void 0;
  }
}

export {
  phaseAfter
};

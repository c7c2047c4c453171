export const workspaceRequirements = {} as const;

export const settingsRequirements = {} as const;

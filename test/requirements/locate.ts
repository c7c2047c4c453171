export const locateRequirements = {} as const;

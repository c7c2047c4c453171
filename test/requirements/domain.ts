export const domainRequirements = {} as const;

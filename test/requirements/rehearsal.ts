export const rehearsalRequirements = {} as const;

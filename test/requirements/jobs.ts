export const jobsRequirements = {} as const;

/** Lengths of time in milliseconds. */
export const second = 1000;
export const minute = 60 * second;
export const hour = 60 * minute;
const day = 24 * hour;

/** Limits of time start at a tenth of a second, so that a test can be quick, and end at a day. */
export const timeLimits = { minimum: 100, maximum: day };

/** Git writes many files with as many processes as there are cores: of 20,000 files in a third of the time and less (git 2.39, ext4). */
export const inParallel: readonly string[] = [
  "-c",
  "checkout.workers=0",
  "-c",
  "checkout.thresholdForParallelism=200",
];

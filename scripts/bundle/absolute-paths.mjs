/** One sentence for each file in which a path of the building machine has stayed. */
export function findAbsolutePaths(repository, files) {
  const traces = [
    repository.replace(/[\\/]+$/, ""),
    /["'`(\s](?:\/|[A-Za-z]:[\\/])[^"'`()\s]*[\\/]node_modules[\\/]/,
  ];
  return [...files].flatMap(([path, bytes]) => {
    const text = bytes.toString();
    const found = traces.some((trace) =>
      typeof trace === "string" ? text.includes(trace) : trace.test(text),
    );
    return found ? [`${path} contains a path of this machine; the bundle must be the same everywhere.`] : [];
  });
}

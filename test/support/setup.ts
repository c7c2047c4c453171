/** A process warning in a test (deprecated call, leaked listener, unhandled rejection) is a fault. */
process.on("warning", (warning) => {
  throw warning;
});

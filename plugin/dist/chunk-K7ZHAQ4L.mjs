// src/tasks/thread-options.ts
function threadOptions(request, { workTreeRoot, untrusted }) {
  const { cwd, tier, network, model, effort, profile, ephemeral, title, environment, mcpServers, overrides } = request;
  return {
    cwd,
    tier,
    network,
    untrusted,
    ephemeral,
    environment,
    mcpServers,
    overrides,
    name: `tandem: ${title}`,
    ...workTreeRoot === void 0 ? {} : { workTreeRoot },
    ...model === void 0 ? {} : { model },
    ...effort === void 0 ? {} : { effort },
    ...profile === void 0 ? {} : { profile },
    isolation: request.isolation,
    addDirectories: request.addDirectories,
    ...request.resume === void 0 ? {} : { resume: request.resume }
  };
}

export {
  threadOptions
};

/**
 * The floors of docs/architecture.md, held by a rule: an import never runs up,
 * and src/gpu never sees a browser or React.
 */
const floors = {
  experiment: [],
  data: ['experiment'],
  reference: ['experiment', 'data'],
  shaders: [],
  gpu: ['shaders', 'experiment', 'data'],
  session: ['gpu', 'experiment', 'data', 'reference'],
  export: ['gpu', 'experiment', 'data', 'reference'],
  ui: ['session', 'export', 'experiment', 'data', 'gpu/device'],
  cli: ['session', 'export', 'gpu', 'experiment', 'data', 'reference'],
};

const floorRules = Object.entries(floors).map(([room, below]) => ({
  name: `${room}-imports-only-downward`,
  severity: 'error',
  from: { path: `^src/${room}/`, pathNot: '[.]test[.]tsx?$' },
  to: { path: '^src/', pathNot: [room, ...below].map((r) => `^src/${r}`) },
}));

module.exports = {
  forbidden: [
    { name: 'no-circular', severity: 'error', from: {}, to: { circular: true } },
    ...floorRules,
    {
      name: 'only-ui-sees-react',
      severity: 'error',
      from: { path: '^src/', pathNot: '^src/ui/' },
      to: { path: 'node_modules/(react|react-dom|zustand|recharts)/' },
    },
    {
      name: 'only-cli-sees-node',
      severity: 'error',
      from: { path: '^src/', pathNot: ['^src/cli/', '[.]test[.]tsx?$', '^src/testing/'] },
      to: { dependencyTypes: ['core'] },
    },
  ],
  options: {
    doNotFollow: { path: 'node_modules' },
    tsPreCompilationDeps: true,
    tsConfig: { fileName: 'tsconfig.json' },
  },
};

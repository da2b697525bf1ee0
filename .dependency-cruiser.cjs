/** Folder borders and cycles over all imports, types too. See README, "Where things are". */
const ours = ['shared', 'electron', 'renderer', 'sync-server', 'test', 'scripts'];

/** A folder may reach itself, the folders of ours that are named, node if said so, and the packages that match. */
function border(folder, { folders = [], packages, isNodeAllowed = false }) {
  const others = ours.filter((name) => name !== folder && !folders.includes(name));
  const from = { path: `^${folder}/` };
  return [
    {
      name: `${folder}-reaches-our-folders`,
      severity: 'error',
      from,
      to: { path: `^(${others.join('|')})/` },
    },
    {
      name: `${folder}-reaches-packages`,
      severity: 'error',
      from,
      to: {
        dependencyTypes: ['npm', 'npm-dev', 'npm-optional', 'npm-peer', 'npm-no-pkg', 'npm-unknown'],
        pathNot: `node_modules/(@types/)?(${packages})/`,
      },
    },
    ...(isNodeAllowed
      ? []
      : [{ name: `${folder}-reaches-node`, severity: 'error', from, to: { dependencyTypes: ['core'] } }]),
  ];
}

module.exports = {
  forbidden: [
    { name: 'no-cycles', severity: 'error', from: {}, to: { circular: true } },
    { name: 'nothing-imports-tests', severity: 'error', from: { pathNot: '^test/' }, to: { path: '^test/' } },
    {
      name: 'imports-are-found',
      severity: 'error',
      from: {},
      to: { couldNotResolve: true, pathNot: '^electron$' },
    },
    ...border('shared', { packages: 'zod' }),
    ...border('electron', { folders: ['shared'], packages: 'electron|rxjs|zod', isNodeAllowed: true }),
    ...border('renderer', {
      folders: ['shared'],
      packages: 'react|react-dom|zustand|rxdb|rxjs|zod|dexie|@fontsource-variable/inter|vite',
    }),
    ...border('sync-server', {
      folders: ['shared'],
      packages:
        'fastify|@fastify/[a-z-]+|fastify-type-provider-zod|@node-rs/argon2|kysely|libsql|pg|pino|prom-client|zod|node',
      isNodeAllowed: true,
    }),
  ],
  options: {
    tsPreCompilationDeps: true,
    tsConfig: { fileName: 'tsconfig.base.json' },
    doNotFollow: { path: 'node_modules' },
    exclude: { path: '^(out|\\.cache|\\.profiles|test/bench/peer-rxdb-server)/' },
    enhancedResolveOptions: {
      exportsFields: ['exports'],
      conditionNames: ['import', 'require', 'node', 'default', 'types'],
    },
  },
};

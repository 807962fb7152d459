/** Which folder may import which: docs/architecture.md explains the picture. */
const mayImport = {
  config: [],
  instagram: [],
  telemetry: ['config'],
  database: ['config', 'telemetry'],
  http: ['config'],
  dashboard: [],
  access: ['config', 'database', 'http'],
  accounts: ['config', 'database', 'http', 'instagram'],
  queue: ['config', 'database', 'telemetry'],
  webhooks: ['config', 'database', 'http', 'queue', 'instagram', 'accounts', 'telemetry'],
  automation: ['config', 'database', 'http', 'queue', 'instagram', 'accounts', 'telemetry'],
  monitoring: [
    'config',
    'database',
    'http',
    'queue',
    'webhooks',
    'automation',
    'accounts',
    'instagram',
    'telemetry',
  ],
};

/** @type {import('dependency-cruiser').IConfiguration} */
module.exports = {
  forbidden: [
    { name: 'no-cycles', severity: 'error', from: {}, to: { circular: true } },
    ...Object.entries(mayImport).map(([folder, allowed]) => ({
      name: `${folder}-imports-only-what-it-may`,
      severity: 'error',
      from: { path: `^src/${folder}/` },
      to: { path: '^src/', pathNot: [folder, ...allowed].map((name) => `^src/${name}/`) },
    })),
    {
      name: 'the-browser-knows-of-the-server-only-what-an-automation-is-made-of',
      severity: 'error',
      from: { path: '^web/' },
      to: { path: '^src/', pathNot: '^src/automation/automation\\.types\\.ts$' },
    },
    {
      name: 'what-the-browser-knows-imports-nothing',
      severity: 'error',
      from: { path: '^src/automation/automation\\.types\\.ts$' },
      to: {},
    },
    {
      name: 'nothing-of-the-browser-in-the-server',
      severity: 'error',
      from: { path: '^src/' },
      to: { path: '^web/' },
    },
    {
      name: 'embedded-store-knows-nothing-of-the-app',
      severity: 'error',
      from: { path: '^src/database/embedded/' },
      to: { path: '^src/', pathNot: '^src/database/embedded/' },
    },
    {
      name: 'embedded-store-needs-three-packages',
      severity: 'error',
      from: { path: '^src/database/embedded/', pathNot: '\\.spec\\.ts$' },
      to: { dependencyTypes: ['npm', 'npm-dev'], pathNot: 'node_modules/(bson|lmdb|re2js)/' },
    },
    {
      name: 'mongoose-only-in-persistence',
      severity: 'error',
      from: {
        path: '^src/',
        pathNot: '(\\.schema|\\.repository)(\\.spec)?\\.ts$|^src/database/|\\.module\\.ts$',
      },
      to: { path: 'node_modules/(mongoose|mongodb)/' },
    },
    {
      name: 'no-development-dependency-in-the-product',
      severity: 'error',
      from: { path: '^src/', pathNot: '\\.spec\\.ts$' },
      to: { dependencyTypes: ['npm-dev'], dependencyTypesNot: ['type-only'] },
    },
    {
      name: 'nothing-unresolved',
      severity: 'error',
      from: {},
      to: { couldNotResolve: true },
    },
  ],
  options: {
    doNotFollow: { path: 'node_modules' },
    tsPreCompilationDeps: true,
    tsConfig: { fileName: 'tsconfig.json' },
    enhancedResolveOptions: { exportsFields: ['exports'], conditionNames: ['import', 'node', 'default'] },
    moduleSystems: ['es6', 'cjs'],
  },
};

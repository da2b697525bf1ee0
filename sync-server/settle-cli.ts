import { settle } from './settle.ts';

/** `npm run --silent settle -- [--check] FILE`; see settle.ts. */
const { stdout, stderr, exitStatus } = await settle(process.argv.slice(2));
process.stderr.write(stderr);
process.stdout.write(stdout);
process.exitCode = exitStatus;

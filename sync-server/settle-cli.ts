import { settle } from './settle.ts';

/** `npm run --silent settle -- [--check] FILE`; see settle.ts. */
const { stdout, stderr, exitStatus } = await settle(process.argv.slice(2));
// A reader that has seen enough (`settle FILE | head`) is no failure.
process.stdout.on('error', (error: NodeJS.ErrnoException) => {
  if (error.code !== 'EPIPE') throw error;
});
process.stderr.write(stderr);
process.stdout.write(stdout);
process.exitCode = exitStatus;

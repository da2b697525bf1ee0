/** Import this first: the renderer forbids zod to generate code, which no window's policy forbids here, and seeds would take longer. */
import '../../renderer/zod-without-eval.ts';
import { z } from 'zod';

z.config({ jitless: false });

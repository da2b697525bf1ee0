/** What a command is: who may call it, and what goes in and out. */
import { z } from 'zod';

/** What a window is; its role decides which commands it may call. */
export const windowRoleSchema = z.enum(['welcome', 'desk', 'chat', 'mini']);
export type WindowRole = z.infer<typeof windowRoleSchema>;

export const nothing = z.null();
export const desk: WindowRole[] = ['desk'];
export const chat: WindowRole[] = ['chat'];
/** Windows of somebody who is signed in. */
export const work: WindowRole[] = ['desk', 'chat'];
export const all: WindowRole[] = ['welcome', 'desk', 'chat'];
/** The mini timer: it may look, pause and show, nothing else. */
export const mini: WindowRole[] = ['mini'];
export const everyWindow: WindowRole[] = [...all, ...mini];

/** Parsed on both sides; an answer is `{ ok: true, value }` or `{ ok: false, code, details }`. */
export function command<I extends z.ZodType, O extends z.ZodType>(roles: WindowRole[], input: I, output: O) {
  return { roles, input, output };
}

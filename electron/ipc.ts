/** Registers every command in one loop: trusted sender → parse → handler → `{ ok, value | code }` (SECURITY.md D5). */
import { ipcMain, type IpcMainInvokeEvent, type WebContents, type WebFrameMain } from 'electron';
import { AppError } from '../shared/errors.ts';
import {
  APP_ORIGIN,
  COMMAND_CHANNEL_PREFIX,
  COMMANDS,
  EVENT_CHANNEL_PREFIX,
  type CommandInput,
  type CommandName,
  type CommandOutput,
  type EventName,
  type EventPayload,
} from '../shared/ipc.ts';
import type { WindowRole } from '../shared/ipc/command.ts';

/** Largest input of a command, UTF-16 units of its JSON; the outbox's answers are the largest. */
const MAX_INPUT_LENGTH = 4_000_000;

export type CommandHandlers = {
  [N in CommandName]: (
    input: CommandInput<N>,
    sender: WebContents,
  ) => Promise<CommandOutput<N>> | CommandOutput<N>;
};

/** The handlers of one theme's commands. */
export type HandlersOf<C> = Pick<CommandHandlers, keyof C & CommandName>;

export interface IpcDeps {
  handlers: CommandHandlers;
  roleOf(sender: WebContents): WindowRole | undefined;
  onBug(name: string, error: unknown): void;
}

export function registerCommands({ handlers, roleOf, onBug }: IpcDeps): void {
  for (const name of Object.keys(COMMANDS) as CommandName[]) {
    const { roles, input } = COMMANDS[name];
    ipcMain.handle(`${COMMAND_CHANNEL_PREFIX}${name}`, async (event, raw: unknown) => {
      try {
        const role = trustedRole(event, roleOf);
        if (role === undefined || !roles.includes(role)) throw new AppError('untrustedSender');
        if ((JSON.stringify(raw)?.length ?? 0) > MAX_INPUT_LENGTH) throw new AppError('tooLarge');
        const parsed = input.safeParse(raw);
        if (!parsed.success) throw new AppError('badInput', { issue: parsed.error.issues[0]?.message });
        const handler = handlers[name] as (input: unknown, sender: WebContents) => unknown;
        return { ok: true, value: await handler(parsed.data, event.sender) };
      } catch (error) {
        if (error instanceof AppError) return { ok: false, code: error.code, details: error.details };
        onBug(name, error);
        return { ok: false, code: 'internal' };
      }
    });
  }
}

/** Events go to windows that are still there; a missed one is healed by the next. */
export function sendEvent<N extends EventName>(to: WebContents, name: N, payload: EventPayload<N>): void {
  if (!to.isDestroyed()) to.send(`${EVENT_CHANNEL_PREFIX}${name}`, payload);
}

function trustedRole(event: IpcMainInvokeEvent, roleOf: IpcDeps['roleOf']): WindowRole | undefined {
  const frame: WebFrameMain | null = event.senderFrame;
  if (frame === null || frame.parent !== null || frame !== event.sender.mainFrame) return undefined;
  if (!frame.url.startsWith(`${APP_ORIGIN}/`)) return undefined;
  return roleOf(event.sender);
}

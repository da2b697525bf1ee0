/**
 * The renderer's side of the IPC contract: the only file that touches `window.api`.
 * `call` throws AppError with the code that main answered; `on` gives back the function that ends the subscription.
 */
import './zod-without-eval.ts';
import { AppError } from '../shared/errors.ts';
import type {
  Bridge,
  CommandInput,
  CommandName,
  CommandOutput,
  EventName,
  EventPayload,
} from '../shared/ipc.ts';

declare global {
  interface Window {
    readonly api: Bridge;
  }
}

export interface Api {
  /** Asks main; throws AppError with one of the closed codes when main refuses. */
  call<N extends CommandName>(name: N, input: CommandInput<N>): Promise<CommandOutput<N>>;
  /** Listens to an event of main until the returned function is called. */
  on<N extends EventName>(name: N, listener: (payload: EventPayload<N>) => void): () => void;
}

/** Wraps a bridge; tests hand in their own, windows take `api` below. */
export function createApi(bridge: () => Bridge): Api {
  return {
    async call(name, input) {
      const result = await bridge().call(name, input);
      if (!result.ok) throw new AppError(result.code, result.details ?? {});
      return result.value;
    },
    on: (name, listener) => bridge().on(name, listener),
  };
}

export const api: Api = createApi(() => window.api);

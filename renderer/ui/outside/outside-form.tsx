/** A session held outside: whose, what kind, then either a timer that starts now or the times that are typed. */
import { useId, useState, type ReactElement } from 'react';
import { judgeOutside } from '../../../shared/outside.ts';
import { api } from '../../api.ts';
import type { ErrorCode } from '../../../shared/errors.ts';
import { useDeskChats } from '../../stores/desk-chats.ts';
import { setDesk } from '../../stores/desk.ts';
import { useLive } from '../../stores/live.ts';
import { useOutside } from '../../stores/outside.ts';
import { codeOfError } from '../../words/errors.ts';
import { OLD_SENTENCE, REFUSAL_SENTENCES, TOPICS } from '../../words/outside.ts';
import { closeOverlay, Dialog } from '../desk/dialog.tsx';
import { Problem } from '../parts.tsx';
import { Field } from './field.tsx';
import { SessionEffect } from './session-effect.tsx';
import { TimeFields } from './time-fields.tsx';
import { useSessionTimes } from './use-session-times.ts';

export function OutsideForm(): ReactElement {
  const draft = useOutside((state) => state.draft);
  const users = useDeskChats((state) => state.users);
  const nowMs = useLive((state) => state.live?.serverNowMs ?? 0);
  const [userId, setUserId] = useState(draft.userId ?? '');
  const [topic, setTopic] = useState(draft.topic === '' ? TOPICS[0] : draft.topic);
  const [note, setNote] = useState('');
  const [isBusy, setBusy] = useState(false);
  const [problem, setProblem] = useState<ErrorCode | null>(null);
  const times = useSessionTimes(draft, nowMs);
  const topicsId = useId();
  const { startMs, elapsedMs } = times;
  const isWhole = startMs !== null && elapsedMs !== null;
  const judged = isWhole ? judgeOutside({ startMs, elapsedMs }, nowMs) : null;
  const isNamed = userId !== '' && topic.trim() !== '';
  const isReady = isNamed && isWhole && judged?.refusal === null;
  const inOrder = [...users].sort((a, b) => (a.name ?? a.id).localeCompare(b.name ?? b.id));

  async function run(work: () => Promise<unknown>): Promise<void> {
    setBusy(true);
    try {
      await work();
      closeOverlay();
    } catch (error) {
      setProblem(codeOfError(error));
    } finally {
      setBusy(false);
    }
  }

  const save = () =>
    run(async () => {
      if (!isReady) return;
      const { timerId } = draft;
      await api.call('saveOutsideSession', { timerId, userId, topic, startMs, elapsedMs, note });
      setDesk({ page: 'outside' });
    });
  const startTimer = () =>
    run(async () => {
      await api.call('startOutsideTimer', { userId, topic: topic.trim() });
      setDesk({ page: 'desk' });
    });

  return (
    <Dialog
      title="Session held outside"
      actions={
        <button
          type="submit"
          form={`${topicsId}-form`}
          className="btn pri"
          data-testid="outside-save"
          disabled={!isReady || isBusy}
        >
          Enter session
        </button>
      }
    >
      <form
        className="form"
        id={`${topicsId}-form`}
        onSubmit={(event) => {
          event.preventDefault();
          void save();
        }}
      >
        <div className="pair">
          <Field label="Client">
            <select
              className="input"
              data-testid="outside-client"
              autoFocus
              value={userId}
              onChange={(event) => setUserId(event.target.value)}
            >
              <option value="">Choose a client</option>
              {inOrder.map((user) => (
                <option key={user.id} value={user.id}>
                  {user.name ?? user.id}
                </option>
              ))}
            </select>
          </Field>
          <Field label="Kind">
            <input
              className="input"
              data-testid="outside-topic"
              list={topicsId}
              maxLength={200}
              value={topic}
              onChange={(event) => setTopic(event.target.value)}
            />
            <datalist id={topicsId}>
              {TOPICS.map((one) => (
                <option key={one} value={one} />
              ))}
            </datalist>
          </Field>
        </div>
        {draft.timerId === null && (
          <div className="row between card quiet">
            <span className="s12">It begins now: let a timer run, and enter it when it is over.</span>
            <button
              type="button"
              className="btn s"
              data-testid="outside-start"
              disabled={!isNamed || isBusy}
              onClick={() => void startTimer()}
            >
              Start a timer
            </button>
          </div>
        )}
        <TimeFields times={times} />
        <div role="status" className="stack gap5">
          {judged !== null && judged.refusal !== null && (
            <p className="st-out st s12" data-testid="outside-refusal" data-code={judged.refusal}>
              {REFUSAL_SENTENCES[judged.refusal]}
            </p>
          )}
          {judged?.refusal === null && judged.isOld && <p className="s12 st-low st">{OLD_SENTENCE}</p>}
          {isWhole && judged?.refusal === null && (
            <SessionEffect userId={userId} startMs={startMs} elapsedMs={elapsedMs} />
          )}
        </div>
        <Field label="Note, never shown to the client">
          <textarea
            className="input area"
            data-testid="outside-note"
            rows={2}
            maxLength={2000}
            value={note}
            onChange={(event) => setNote(event.target.value)}
          />
        </Field>
        {problem !== null && <Problem code={problem} />}
      </form>
    </Dialog>
  );
}

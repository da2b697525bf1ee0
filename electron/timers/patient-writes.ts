/**
 * Writes that must reach the disk in their order, however long it is full: what could not be saved is kept in memory and
 * tried again, so that a second that ran is never forgotten while the app lives.
 */
export interface PatientWrites {
  write(save: () => Promise<void>): void;
  /** Tries what is left once more, e.g. with every tick. */
  retry(): void;
  /** Nothing waits for room on the disk. */
  isAllSaved(): boolean;
  /** Resolves when every write under way has been tried, the kept ones once more. */
  settled(): Promise<void>;
}

export function createPatientWrites(onFailed: (error: unknown) => void): PatientWrites {
  let kept: (() => Promise<void>)[] = [];
  let retrying: Promise<void> | null = null;
  const underWay = new Set<Promise<void>>();

  function attempt(save: () => Promise<void>): void {
    const watched = save()
      .catch((error: unknown) => {
        kept.push(save);
        onFailed(error);
      })
      .finally(() => underWay.delete(watched));
    underWay.add(watched);
  }

  async function retryInOrder(): Promise<void> {
    try {
      while (kept.length > 0) {
        await kept[0]!();
        kept = kept.slice(1);
      }
    } catch (error) {
      onFailed(error);
    } finally {
      retrying = null;
    }
  }

  function retry(): void {
    if (kept.length > 0) retrying ??= retryInOrder();
  }

  return {
    write(save) {
      // What comes after a kept write waits behind it, so that an undone end stays undone.
      if (kept.length > 0) kept.push(save);
      else attempt(save);
    },
    retry,
    isAllSaved: () => kept.length === 0,
    async settled() {
      while (underWay.size > 0) await Promise.allSettled([...underWay]);
      retry();
      await retrying;
    },
  };
}

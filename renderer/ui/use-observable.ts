/** An RxJS observable as a React value; undefined before its first value. */
import { useEffect, useState } from 'react';
import type { Observable } from 'rxjs';

/** `observable` null: nothing to observe. Keep it stable with useMemo: a new one starts anew. */
export function useObservable<T>(
  observable: Observable<T> | null,
  onError?: (error: unknown) => void,
): T | undefined {
  const [seen, setSeen] = useState<{ of: Observable<T>; value: T } | null>(null);
  useEffect(() => {
    if (observable === null) return;
    const subscription = observable.subscribe({
      next: (value) => setSeen({ of: observable, value }),
      error: (error: unknown) => onError?.(error),
    });
    return () => subscription.unsubscribe();
    // The latest handler need not restart the subscription.
    // eslint-disable-next-line react-hooks/exhaustive-deps
  }, [observable]);
  return seen !== null && seen.of === observable ? seen.value : undefined;
}

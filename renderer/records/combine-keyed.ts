import { combineLatest, map, Observable, of, shareReplay, switchMap } from 'rxjs';

/**
 * One inner observable per key, combined into a map; an inner observable lives as long as its key stays in the list,
 * so that a new key does not restart the others' queries.
 */
export function combineKeyed<T>(
  keys$: Observable<readonly string[]>,
  observe: (key: string) => Observable<T>,
): Observable<Map<string, T>> {
  return new Observable((subscriber) => {
    const kept = new Map<string, Observable<T>>();
    const of$ = (key: string) => {
      let inner = kept.get(key);
      if (inner === undefined)
        kept.set(key, (inner = observe(key).pipe(shareReplay({ bufferSize: 1, refCount: true }))));
      return inner;
    };
    return keys$
      .pipe(
        switchMap((keys) => {
          for (const key of [...kept.keys()]) if (!keys.includes(key)) kept.delete(key);
          if (keys.length === 0) return of(new Map<string, T>());
          return combineLatest(keys.map(of$)).pipe(
            map((values) => new Map(keys.map((key, index) => [key, values[index]!]))),
          );
        }),
      )
      .subscribe(subscriber);
  });
}

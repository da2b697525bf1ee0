/** Whether two lists of ids hold the same ids in the same order. */
export function isSameList(a: string[], b: string[]): boolean {
  return a.length === b.length && a.every((item, index) => item === b[index]);
}

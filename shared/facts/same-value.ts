/**
 * Are two JSON values equal, whatever the order of an object's fields? 0 and -0 are one number.
 * Walks a list of its own instead of recursing, so that a file of brackets cannot exhaust the stack.
 */
export function isSameValue(a: unknown, b: unknown): boolean {
  const open: [unknown, unknown][] = [[a, b]];
  for (let next = open.pop(); next !== undefined; next = open.pop()) {
    const [left, right] = next;
    if (left === right) continue;
    if (typeof left !== 'object' || typeof right !== 'object' || left === null || right === null)
      return false;
    if (Array.isArray(left) !== Array.isArray(right)) return false;
    const fields = Object.keys(left);
    if (fields.length !== Object.keys(right).length) return false;
    for (const field of fields) {
      if (!Object.hasOwn(right, field)) return false;
      open.push([(left as Record<string, unknown>)[field], (right as Record<string, unknown>)[field]]);
    }
  }
  return true;
}

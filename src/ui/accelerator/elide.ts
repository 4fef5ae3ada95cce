/**
 * Which of `count` things a drawing with room for `slots` shows: all of them, or the first, the last
 * and those around `must`; null stands for the ones left out between two neighbours. `slots`: at least 5.
 */
export function elided(count: number, slots: number, must: number): (number | null)[] {
  if (count <= slots) return Array.from({ length: count }, (_, i) => i);
  const range = (from: number, to: number) =>
    Array.from({ length: to - from + 1 }, (_, i) => from + i);
  // A gap at either end where `must` is near the other one, else at both.
  if (must < slots - 2) return [...range(0, slots - 3), null, count - 1];
  if (must > count - slots + 1) return [0, null, ...range(count - slots + 2, count - 1)];
  const middle = slots - 4;
  const from = must - Math.floor(middle / 2);
  return [0, null, ...range(from, from + middle - 1), null, count - 1];
}

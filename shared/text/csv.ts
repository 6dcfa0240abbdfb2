/** A table as RFC 4180 has it, with line feeds. NaN, infinite numbers and null are empty cells. */
export function csvOf(head: readonly string[], rows: readonly (readonly (string | number | null)[])[]): string {
  const cell = (value: string | number | null): string => {
    if (value === null || (typeof value === 'number' && !Number.isFinite(value))) return '';
    const words = String(value);
    return /[",\r\n]/u.test(words) ? `"${words.replaceAll('"', '""')}"` : words;
  };
  return [head, ...rows]
    .map((row) => row.map(cell).join(','))
    .join('\n')
    .concat('\n');
}

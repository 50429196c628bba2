import type { Tally } from '../services/import/types.ts';

/** `1,234,567` */
export function formatCount(count: number): string {
  return count.toLocaleString('en-US');
}

/** `1 product`, `1,234 products` */
export function formatProducts(count: number): string {
  return `${formatCount(count)} ${count === 1 ? 'product' : 'products'}`;
}

/** `512 B`, `16.3 KB`, `606.1 MB`: powers of ten, as the Hub's pages have them. */
export function formatBytes(bytes: number): string {
  if (bytes < 1000) return `${bytes} B`;
  let value = bytes / 1000;
  for (const unit of ['KB', 'MB']) {
    if (value < 999.95) return `${value.toFixed(1)} ${unit}`;
    value /= 1000;
  }
  return `${value.toFixed(1)} GB`;
}

/** `0.4 s`, `12.3 s`, `3 min 20 s`, `2 h 5 min` */
export function formatDuration(ms: number): string {
  const seconds = ms / 1000;
  if (seconds < 59.95) return `${seconds.toFixed(1)} s`;
  const minutes = Math.floor(Math.round(seconds) / 60);
  if (minutes < 60) return `${minutes} min ${Math.round(seconds) % 60} s`;
  return `${Math.floor(minutes / 60)} h ${minutes % 60} min`;
}

/** How many lines have come to an end of any kind. */
export function linesDone({ indexed, unchanged, failed }: Tally): number {
  return indexed + unchanged + failed;
}

/** `120 of 250, 2 failed, 19.5/s, 6.7 s left`; without `total`, which is not always known, `120, 2 failed, 19.5/s`. */
export function formatProgress(tally: Tally, elapsedMs: number, total?: number): string {
  const done = linesDone(tally);
  const perSecond = elapsedMs > 0 ? (done * 1000) / elapsedMs : 0;
  const parts = [total === undefined ? formatCount(done) : `${formatCount(done)} of ${formatCount(total)}`];
  if (tally.failed > 0) parts.push(`${formatCount(tally.failed)} failed`);
  parts.push(`${perSecond.toFixed(1)}/s`);
  if (total !== undefined && total > done && perSecond > 0) {
    parts.push(`${formatDuration(((total - done) * 1000) / perSecond)} left`);
  }
  return parts.join(', ');
}

/** `indexed 240, unchanged 8, failed 2 in 12.3 s (19.5/s)`; the rate is that of what was indexed. */
export function formatSummary(tally: Tally, elapsedMs: number): string {
  const perSecond = elapsedMs > 0 ? (tally.indexed * 1000) / elapsedMs : 0;
  const counts = `indexed ${formatCount(tally.indexed)}, unchanged ${formatCount(tally.unchanged)}, failed ${formatCount(tally.failed)}`;
  return `${counts} in ${formatDuration(elapsedMs)} (${perSecond.toFixed(1)}/s)`;
}

/** `12.90 EUR`; a currency that Intl does not know the digits of gets two. */
export function formatPrice(price: number, currency: string): string {
  return `${price.toFixed(digitsOf(currency))} ${currency}`;
}

function digitsOf(currency: string): number {
  try {
    const options = new Intl.NumberFormat('en', { style: 'currency', currency }).resolvedOptions();
    return options.maximumFractionDigits ?? 2;
  } catch {
    return 2;
  }
}

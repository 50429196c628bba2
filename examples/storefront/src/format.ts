/** A price as people write it here: `€12.90`. */
export function formatPrice(price: number, currency: string): string {
  return new Intl.NumberFormat(undefined, { style: 'currency', currency }).format(price);
}

/** `1 product`, `250 products`. */
export function formatCount(count: number, noun: string): string {
  return `${count.toLocaleString()} ${noun}${count === 1 ? '' : 's'}`;
}

/** `in-stock` as people read it: `In stock`. */
export function toLabel(name: string): string {
  const words = name.replace(/[-_]/g, ' ');
  return words.charAt(0).toUpperCase() + words.slice(1);
}

const OWN_IMAGES = /^\/(demo\/images|images)\//;
const THIS_MACHINE = /^(localhost|127\.0\.0\.1|\[::1\])$/;

/** Where to load an image from: those of the server itself by their path, so that a phone in the same network sees them. */
export function imageSource(url: string): string {
  const { hostname, pathname } = new URL(url, location.href);
  return THIS_MACHINE.test(hostname) && OWN_IMAGES.test(pathname) ? pathname : url;
}

/** What is kept of currencies: as many as three letters can name. */
const digits = new Map<string, number>();

/** How many digits a currency has behind the point, by ISO 4217: 2 for EUR, 0 for JPY. 2 for what is no currency. */
function fractionDigits(currency: string): number {
  const known = digits.get(currency);
  if (known !== undefined) return known;
  if (!/^[A-Z]{3}$/.test(currency)) return 2;
  const options = new Intl.NumberFormat('en', { style: 'currency', currency }).resolvedOptions();
  const found = options.maximumFractionDigits ?? 2;
  digits.set(currency, found);
  return found;
}

/** A price in minor units, as agents are told prices: 1999 for 19.99 EUR. */
export function toMinorUnits(price: number, currency: string): number {
  return Math.round(price * 10 ** fractionDigits(currency));
}

/** The price that an amount in minor units stands for. */
export function fromMinorUnits(amount: number, currency: string): number {
  return amount / 10 ** fractionDigits(currency);
}

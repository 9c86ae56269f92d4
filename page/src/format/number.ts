// Numbers as the reader's own country writes them, with units.

const whole = new Intl.NumberFormat(undefined, { maximumFractionDigits: 0 });
const short = new Intl.NumberFormat(undefined, { notation: "compact", maximumSignificantDigits: 3 });
const hundredths = new Intl.NumberFormat(undefined, { minimumFractionDigits: 2, maximumFractionDigits: 2 });
const percent = new Intl.NumberFormat(undefined, { style: "percent", maximumFractionDigits: 1 });

export const gpus = (count: number): string => `${whole.format(count)} GPUs`;
export const count = (value: number): string => whole.format(value);
export const compact = (value: number): string => short.format(value);
export const share = (value: number): string => percent.format(value);
export const perHour = (price: number, currency: string): string => `${hundredths.format(price)} ${currency}/GPUh`;
export const money = (amount: number, currency: string): string => `${short.format(amount)} ${currency}`;

/// Hours, and from two days on days beside them.
export function hours(value: number): string {
  const text = `${whole.format(value)} h`;
  return value >= 48 ? `${text} (${compact(value / 24)} d)` : text;
}

import { InvalidArgumentError } from 'commander';

/* What options take. Each throws what commander prints beside the option's name. */

export function positive(value: string): number {
  const number = Number(value);
  if (!(number > 0)) throw new InvalidArgumentError('must be a number greater than 0.');
  return number;
}

export function positiveWhole(value: string): number {
  const number = Number(value);
  if (!(Number.isSafeInteger(number) && number > 0)) {
    throw new InvalidArgumentError('must be a whole number greater than 0.');
  }
  return number;
}

export function notNegative(value: string): number {
  const number = Number(value);
  if (value.trim() === '' || !(number >= 0)) throw new InvalidArgumentError('must be a number, 0 or more.');
  return number;
}

export function minutes(value: string): number {
  const number = Number(value);
  if (value.trim() === '' || !(number >= 0)) {
    throw new InvalidArgumentError('must be a number of minutes, 0 or more.');
  }
  return number;
}

/** `Date` alone takes anything: 5 is a day in 2001, and the 31st of February one in March. */
const TIME = /^\d{4}-\d{2}-(\d{2})(T\d{2}:\d{2}(:\d{2}(\.\d+)?)?(Z|[+-]\d{2}:\d{2})?)?$/;

export function time(value: string): Date {
  const [, day] = TIME.exec(value) ?? [];
  const date = new Date(value);
  const isDay = new Date(value.slice(0, 'yyyy-mm-dd'.length)).getUTCDate() === Number(day);
  if (!isDay || Number.isNaN(date.getTime())) {
    throw new InvalidArgumentError('must be a time like 2026-01-31T12:00:00Z.');
  }
  return date;
}

export function httpUrl(value: string): string {
  if (!URL.canParse(value) || !/^https?:$/.test(new URL(value).protocol)) {
    throw new InvalidArgumentError('must be an http or https URL.');
  }
  return value.replace(/\/+$/, '');
}

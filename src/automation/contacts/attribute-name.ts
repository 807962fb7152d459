const ATTRIBUTE_NAME = /^[\p{L}\p{N}_-]{1,64}$/u;
const RESERVED = new Set(['__proto__', 'constructor', 'prototype']);

/** Names that can stand in a template and in the path of a field of the database. */
export const isAttributeName = (name: string): boolean => ATTRIBUTE_NAME.test(name) && !RESERVED.has(name);

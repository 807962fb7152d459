/** A host that must not be called: it is, or resolves to, something that is not the public internet. */
export class ForbiddenAddressError extends Error {
  override readonly name = 'ForbiddenAddressError';
  readonly code = 'address_not_public';
  readonly delivery = 'refused';

  constructor() {
    super('The address is not a public one.');
  }
}

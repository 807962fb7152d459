/** A text that can't be saved as a template; the message says what is wrong with which placeholder. */
export class TemplateError extends Error {
  override readonly name = 'TemplateError';
  readonly code = 'template_invalid';
}

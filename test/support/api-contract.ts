import { Ajv2020, type ValidateFunction } from 'ajv/dist/2020.js';
import addFormats from 'ajv-formats';
import type { ApiDocument } from '../../src/monitoring/api-docs/api-document.js';

/** Compares real answers with what the API's description says of them. */
export class ApiContract {
  private readonly ajv = new Ajv2020({ strict: false, allErrors: true });
  private readonly validators = new Map<string, ValidateFunction>();
  /** `GET /api/…` with its status, of every answer that was compared. */
  readonly seen = new Set<string>();

  constructor(private readonly document: ApiDocument) {
    addFormats.default(this.ajv);
    this.ajv.addSchema({ $id: 'api', components: document.components });
  }

  /**
   * Fetches, and fails when status, type or body of the answer are not as described.
   *
   * @param path with its parameters filled in
   * @param template as it is in the description, for example `/api/admin/jobs/{id}`
   */
  async fetch(
    url: string,
    method: string,
    path: string,
    template: string,
    init: RequestInit = {},
  ): Promise<unknown> {
    const answer = await fetch(url + path, { ...init, method, redirect: 'manual' });
    const text = await answer.text();
    const name = `${method} ${template} ${answer.status}`;
    const responses = this.document.paths[template]?.[method.toLowerCase()]?.responses;
    const described = responses?.[String(answer.status)];
    if (!described)
      throw new Error(`${name} is not described (${Object.keys(responses ?? {}).join(', ')}): ${text}`);
    this.seen.add(name);
    const [type] = Object.keys(described.content ?? {});
    if (type === undefined) {
      if (text !== '') throw new Error(`${name} has a body, and is described without one`);
      return undefined;
    }
    if (!answer.headers.get('content-type')?.startsWith(type)) {
      throw new Error(`${name} is ${answer.headers.get('content-type')}, and described as ${type}`);
    }
    if (type !== 'application/json') return text;
    const body = JSON.parse(text) as unknown;
    const validate = this.validatorOf(name, described.content![type]!.schema);
    if (!validate(body)) {
      throw new Error(`${name} is not as described: ${this.ajv.errorsText(validate.errors)}\n${text}`);
    }
    return body;
  }

  private validatorOf(name: string, schema: object | undefined): ValidateFunction {
    const known = this.validators.get(name);
    if (known) return known;
    const text = JSON.stringify(schema ?? {}).replaceAll('"#/components/', '"api#/components/');
    const made = this.ajv.compile(JSON.parse(text) as object);
    this.validators.set(name, made);
    return made;
  }
}

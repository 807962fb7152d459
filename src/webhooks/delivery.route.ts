import { z } from 'zod';
import { WEBHOOK_PATH } from './webhook-path.js';

/** The route of {@link DeliveryEndpoint}, which no controller has, for the API's description. */
export const deliveryRoute = {
  method: 'POST',
  path: WEBHOOK_PATH,
  at: 'DeliveryEndpoint.handle',
  guarded: false,
  changesNothing: false,
  query: undefined,
  body: z
    .looseObject({
      object: z.literal('instagram'),
      entry: z.array(z.looseObject({ id: z.string(), time: z.number().optional() })).min(1),
    })
    .describe("Instagram's envelope, signed: X-Hub-Signature-256 is sha256=<HMAC of these bytes>"),
  status: 200,
  doc: {
    summary: "Takes Instagram's deliveries: EVENT_RECEIVED once everything in them is on disk",
    contentType: 'text/plain',
    errors: {
      400: 'not_json, not_an_envelope, envelope_empty',
      401: 'signature_missing, signature_malformed, signature_mismatch',
      413: 'body_too_large',
      415: 'bad_request',
      503: 'not_stored',
    },
  },
};

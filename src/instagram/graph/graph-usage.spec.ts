import { describe, expect, it } from '@jest/globals';
import { parseUsage } from './graph-usage.js';

describe('parseUsage', () => {
  it('reads both headers', () => {
    const headers = {
      'x-app-usage': '{"call_count":28,"total_time":25,"total_cputime":24}',
      'x-business-use-case-usage': JSON.stringify({
        '17841400000000001': [
          {
            type: 'instagram',
            call_count: 95,
            total_cputime: 20,
            total_time: 21,
            estimated_time_to_regain_access: 3,
          },
          { type: 'messenger' },
        ],
      }),
    };
    const businessId = '17841400000000001';
    expect(parseUsage(headers)).toEqual({
      app: { callCountPercent: 28, totalTimePercent: 25, totalCpuTimePercent: 24 },
      business: [
        {
          businessId,
          type: 'instagram',
          callCountPercent: 95,
          totalCpuTimePercent: 20,
          totalTimePercent: 21,
          regainAccessMs: 180_000,
        },
        {
          businessId,
          type: 'messenger',
          callCountPercent: 0,
          totalCpuTimePercent: 0,
          totalTimePercent: 0,
          regainAccessMs: 0,
        },
      ],
    });
  });

  it.each(['', '{', '[]', 'null', '1', '{"1":{}}', '{"1":[null,2,[]]}'])(
    'takes %j for no statement',
    (value) => {
      expect(parseUsage({ 'x-business-use-case-usage': value })).toEqual({ business: [] });
    },
  );

  it('takes absent headers for no statement', () => {
    expect(parseUsage({})).toEqual({ business: [] });
  });
});

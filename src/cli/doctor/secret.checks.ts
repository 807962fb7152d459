import type { AppConfig } from '../../config/app-config.js';
import { fail, ok, warn, type Finding } from './finding.js';

/** Fewer different characters than this in a secret mean that a person made it up, or that a key hung. */
const FEW_CHARACTERS = 8;
const FULL_TOKEN_LENGTH = 32;
const COMMON = /^(change.?me|secret|password|passw0rd|admin|test|token|example|your.?|12345)/i;
const MAKE_ONE = 'make one with: openssl rand -hex 32';

interface Secret {
  variable: string;
  value: string;
  /** Shorter ones are guessed sooner than they are worth. */
  atLeast: number;
  advice: string;
}

/** How hard the secrets are to guess. Their values stay here. */
export function checkSecrets({ meta, access, security }: AppConfig): Finding[] {
  const atMeta = 'take it from the app dashboard at Meta again; what is there is long and random';
  const secrets: Secret[] = [
    ...meta.appSecrets.map((value) => ({ variable: 'META_APP_SECRET', value, atLeast: 16, advice: atMeta })),
    {
      variable: 'META_VERIFY_TOKEN',
      value: meta.verifyToken,
      atLeast: 12,
      advice: `${MAKE_ONE}, and enter it at Meta as well`,
    },
    { variable: 'ADMIN_TOKEN', value: access.adminToken, atLeast: FULL_TOKEN_LENGTH, advice: MAKE_ONE },
    ...access.readTokens.map((value) => ({
      variable: 'ADMIN_READ_TOKENS',
      value,
      atLeast: FULL_TOKEN_LENGTH,
      advice: MAKE_ONE,
    })),
    ...security.encryptionKeys.map((value) => ({
      variable: 'ENCRYPTION_KEY',
      value,
      atLeast: 64,
      advice: `${MAKE_ONE}, and put it in front of the old one with a comma: that still opens what it sealed`,
    })),
  ];
  const findings = secrets.flatMap(weaknessOf);
  const repeated = repeatedIn(secrets);
  if (repeated.length > 0) {
    findings.push(
      warn(
        'secrets',
        `${repeated.join(' and ')} are the same: who learns one has both`,
        `for each of them, ${MAKE_ONE}`,
      ),
    );
  }
  return findings.length > 0 ? findings : [ok('secrets', 'long enough, and they look random')];
}

function weaknessOf({ variable, value, atLeast, advice }: Secret): Finding[] {
  const different = new Set(value.toLowerCase()).size;
  if (COMMON.test(value) || different < Math.min(FEW_CHARACTERS, value.length / 2)) {
    return [fail('secrets', `${variable} is easy to guess`, advice)];
  }
  if (value.length < atLeast) {
    return [warn('secrets', `${variable} has ${value.length} characters; ${atLeast} are better`, advice)];
  }
  return [];
}

function repeatedIn(secrets: Secret[]): string[] {
  const twice = secrets.filter(({ variable, value }) =>
    secrets.some((other) => other.value === value && other.variable !== variable),
  );
  return [...new Set(twice.map(({ variable }) => variable))];
}

import { describe, expect, it } from '@jest/globals';
import { isPublicAddress, urlProblem } from './public-address.js';

describe('isPublicAddress', () => {
  it.each(['93.184.216.34', '8.8.8.8', '172.32.0.1', '2606:4700::1111', '2a00:1450:4001::1'])(
    '%s is',
    (ip) => {
      expect(isPublicAddress(ip)).toBe(true);
    },
  );

  it.each([
    '0.0.0.0',
    '10.1.2.3',
    '100.64.0.1',
    '127.0.0.1',
    '127.255.255.254',
    '169.254.169.254',
    '172.16.0.1',
    '172.31.255.255',
    '192.168.1.1',
    '198.18.0.1',
    '224.0.0.1',
    '255.255.255.255',
    '::',
    '::1',
    '192.0.0.8',
    '192.0.2.1',
    '198.51.100.1',
    '203.0.113.9',
    '240.0.0.1',
    '::127.0.0.1',
    '64:ff9b:1::7f00:1',
    '100::1',
    '5f00::1',
    'fec0::1',
    'fe80::1%eth0',
    '::ffff:10.0.0.1',
    '::ffff:8.8.8.8',
    '64:ff9b::a00:1',
    'fc00::1',
    'fd00:ec2::254',
    'fe80::1',
    'ff02::1',
    '2001::1',
    '2001:db8::1',
    '2002:a00:1::',
    'not an address',
    '',
  ])('%s is not', (ip) => {
    expect(isPublicAddress(ip)).toBe(false);
  });
});

describe('urlProblem', () => {
  it.each(['https://example.org/', 'http://8.8.8.8:8080/', 'https://xn--bcher-kva.example/'])(
    '%s is fine',
    (url) => {
      expect(urlProblem(url)).toBeNull();
    },
  );

  it.each([
    'http://127.0.0.1/',
    'http://2130706433/',
    'http://0x7f.1/',
    'http://0177.0.0.1/',
    'http://127.1/',
    'http://017700000001/',
    'http://0x7f000001/',
    'http://2852039166/latest/meta-data/',
    'http://169.254.169.254/latest/meta-data/',
    'http://100.100.100.200/',
    'http://metadata.google.internal/',
    'http://１２７.０.０.１/',
    'http://127。0。0。1/',
    'http://%31%32%37.0.0.1/',
    'http://[::ffff:7f00:1]/',
    'http://[0:0:0:0:0:ffff:10.0.0.1]/',
    'http://[64:ff9b::7f00:1]/',
    'http://[2002:7f00:1::]/',
    'http://[fd00:ec2::254]/',
    'http://[fe80::1]/',
    'http://[::1]/',
    'http://[::ffff:127.0.0.1]/',
    'http://localhost/',
    'http://localhost./',
    'http://db/',
    'http://api.internal/',
    'http://printer.local/',
    'https://user:password@example.org/',
  ])('%s is not', (url) => {
    expect(urlProblem(url)).not.toBeNull();
  });
});

import type { JWK } from 'jose';
import { createECDH, generateKeyPair, createPublicKey } from 'node:crypto';
import { promisify } from 'node:util';
import { keyFile, secretFile } from '../../crypto/key-file.js';

/** The name of this service's client at the development issuers. */
export const clientId = 'min-kommune';

/** The private key of the client (ES256), from the data folder. */
export function clientKey(dataDir: string): JWK {
  const seed = keyFile(dataDir, 'development-porter.key');
  const curve = createECDH('prime256v1');
  curve.setPrivateKey(seed);
  const point = curve.getPublicKey();
  return { kty: 'EC', crv: 'P-256', x: point.subarray(1, 33).toString('base64url'), y: point.subarray(33).toString('base64url'), d: seed.toString('base64url'), alg: 'ES256', kid: 'min-kommune', use: 'sig' };
}

/** The private key of the issuers (RS256), from the data folder. Makes it at the first use, which takes a moment. */
export async function issuerKey(dataDir: string): Promise<JWK> {
  const { privateKey } = await promisify(generateKeyPair)('rsa', { modulusLength: 2048 });
  const stored = secretFile(dataDir, 'development-utstedere.jwk', JSON.stringify({ ...privateKey.export({ format: 'jwk' }), alg: 'RS256', kid: 'utvikling', use: 'sig' }));
  return JSON.parse(stored) as JWK;
}

/** The public part of a key. */
export const publicJwk = ({ alg, kid, use, ...key }: JWK): JWK => ({ ...createPublicKey({ key: key as never, format: 'jwk' }).export({ format: 'jwk' }), alg, kid, use }) as JWK;

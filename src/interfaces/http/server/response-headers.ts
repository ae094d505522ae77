/** The content security policy of a page that may load only what the directives say, and that no other page may frame. */
export const contentSecurityPolicy = (...directives: readonly string[]): string =>
  ["default-src 'none'", ...directives, "base-uri 'none'", "form-action 'none'", "frame-ancestors 'none'"].join('; ');

/** The policy of the API's documentation page. Swagger UI sets styles in its elements, and embeds small images. */
export const documentationPolicy = contentSecurityPolicy("script-src 'self'", "style-src 'self' 'unsafe-inline'", "img-src 'self' data:", "connect-src 'self'");

/** The headers that every response has. @param https whether browsers reach the service by https alone, which they then remember. */
export const fixedHeaders = (https: boolean): Readonly<Record<string, string>> => ({
  'X-Content-Type-Options': 'nosniff',
  'Cache-Control': 'no-store',
  // `@fastify/cors` adds it to every response, so those that are sent without Fastify must have it too.
  Vary: 'Origin',
  'Content-Security-Policy': contentSecurityPolicy(),
  'Referrer-Policy': 'no-referrer',
  ...(https && { 'Strict-Transport-Security': 'max-age=31536000' }),
});

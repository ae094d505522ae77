// Jest runs a spec in a realm of its own, and Node's `structuredClone` makes objects of another. oidc-provider asks whether an
// object's constructor is `Object`, which is then another `Object`. Import this file before the app is started.

function cloned(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(cloned);
  return typeof value === 'object' && value !== null ? Object.fromEntries(Object.entries(value).map(([name, inner]) => [name, cloned(inner)])) : value;
}
globalThis.structuredClone = cloned as typeof structuredClone;

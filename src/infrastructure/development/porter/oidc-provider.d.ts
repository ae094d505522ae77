/** The parts of oidc-provider that the development issuers use. The package has no types of its own. */
declare module 'oidc-provider' {
  import type { IncomingMessage, ServerResponse } from 'node:http';

  export interface Context {
    type: string;
    body: unknown;
    set(name: string, value: string): void;
    readonly oidc: {
      readonly params?: Readonly<Record<string, string | undefined>>;
      readonly result?: { readonly login?: object };
      readonly client: { readonly clientId: string };
      readonly session: { readonly accountId?: string; readonly acr?: string; readonly authorizations?: Readonly<Record<string, object>>; sidFor(clientId: string): string };
      readonly provider: Provider;
    };
  }
  interface Grant {
    addOIDCScope(scope: string): void;
    addOIDCClaims(claims: readonly string[]): void;
    save(): Promise<string>;
  }

  export default class Provider {
    constructor(issuer: string, configuration: object);
    readonly Grant: new (of: { readonly clientId: string; readonly accountId: string }) => Grant;
    proxy: boolean;
    callback(): (request: IncomingMessage, response: ServerResponse) => Promise<void>;
    interactionDetails(request: IncomingMessage, response: ServerResponse): Promise<{ readonly params: Readonly<Record<string, string | undefined>> }>;
    interactionFinished(request: IncomingMessage, response: ServerResponse, result: object, options?: object): Promise<void>;
    on(event: string, listener: (...told: readonly never[]) => void): this;
  }

  interface Prompt {
    readonly checks: { add(check: object): void };
  }
  export const interactionPolicy: {
    readonly base: () => { get(name: string): Prompt; remove(name: string): void } & readonly Prompt[];
    readonly Check: {
      new (reason: string, description: string, check: (context: Context) => boolean): object;
      readonly REQUEST_PROMPT: boolean;
      readonly NO_NEED_TO_PROMPT: boolean;
    };
  };
}

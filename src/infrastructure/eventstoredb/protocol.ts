import type { EventStoreDBClient } from '@eventstore/db-client';
import type * as Shared from '@eventstore/db-client/generated/shared_pb.js';
import type { Status } from '@eventstore/db-client/generated/status_pb.js';
import type { StreamsClient as Streams } from '@eventstore/db-client/generated/streams_grpc_pb.js';
import type * as Messages from '@eventstore/db-client/generated/streams_pb.js';
import type { ClientDuplexStream } from '@grpc/grpc-js';
import { createRequire } from 'node:module';

// The generated definitions and the parts of the client that BatchAppend needs. They are CommonJS without named exports that an
// import could see, and google-protobuf registers types globally, so these are the client's own copies.
const require = createRequire(import.meta.url);

export const { BatchAppendReq } = require('@eventstore/db-client/generated/streams_pb') as typeof Messages;
export const { Empty, StreamIdentifier, UUID } = require('@eventstore/db-client/generated/shared_pb') as typeof Shared;
const { StreamsClient } = require('@eventstore/db-client/generated/streams_grpc_pb') as { readonly StreamsClient: typeof Streams };
const { unpackToCommandError } = require('@eventstore/db-client/dist/streams/appendToStream/unpackError') as {
  readonly unpackToCommandError: (error: Status, stream: string) => Error;
};
const { convertToCommandError, parseUUID } = require('@eventstore/db-client/dist/utils') as {
  readonly convertToCommandError: (error: Error) => Error;
  readonly parseUUID: (uuid: Shared.UUID | undefined) => string;
};
/** `convertToCommandError` turns the error of a call into the client's class for it, `unpackToCommandError` that of one append. */
export { convertToCommandError, parseUUID, unpackToCommandError };

export type { BatchAppendResp } from '@eventstore/db-client/generated/streams_pb.js';
export type BatchAppendCall = ClientDuplexStream<Messages.BatchAppendReq, Messages.BatchAppendResp>;

/** The protected members of the client through which it opens calls. */
interface ClientInternals {
  /** Returns a function that opens a call once for each channel, and makes the client connect anew when the call fails. */
  GRPCStreamCreator(
    service: typeof Streams,
    name: string,
    open: (service: Streams) => BatchAppendCall,
    opened: WeakMap<Streams, BatchAppendCall>,
  ): () => Promise<BatchAppendCall>;
  callArguments(options: { requiresLeader: boolean }, call: { deadline: number }): Parameters<Streams['batchAppend']>;
}

/** Returns the function that gives the client's present BatchAppend call. `opened` is told of each new call. */
export function batchAppendCalls(client: EventStoreDBClient, opened: (call: BatchAppendCall) => void): () => Promise<BatchAppendCall> {
  const internals = client as unknown as ClientInternals;
  const open = (service: Streams): BatchAppendCall => {
    const call = service.batchAppend(...internals.callArguments({ requiresLeader: true }, { deadline: Infinity }));
    opened(call);
    return call;
  };
  return internals.GRPCStreamCreator(StreamsClient, 'batchAppend', open, new WeakMap());
}

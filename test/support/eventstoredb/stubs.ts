import { createRequire } from 'node:module';
import type { ServerFeaturesService as Features } from '@eventstore/db-client/generated/serverfeatures_grpc_pb.js';
import type { StreamsService as Streams } from '@eventstore/db-client/generated/streams_grpc_pb.js';

// The client's own copies: google-protobuf keeps what it has loaded in one global place, and two copies of the stubs in
// a process would spoil one another.
const require = createRequire(import.meta.url);
const client = createRequire(require.resolve('@eventstore/db-client'));

export const grpc = client('@grpc/grpc-js') as typeof import('@grpc/grpc-js');
export const streams = require('@eventstore/db-client/generated/streams_pb') as typeof import('@eventstore/db-client/generated/streams_pb.js');
export const shared = require('@eventstore/db-client/generated/shared_pb') as typeof import('@eventstore/db-client/generated/shared_pb.js');
export const status = require('@eventstore/db-client/generated/status_pb') as typeof import('@eventstore/db-client/generated/status_pb.js');
export const code = require('@eventstore/db-client/generated/code_pb') as typeof import('@eventstore/db-client/generated/code_pb.js');
export const features = require('@eventstore/db-client/generated/serverfeatures_pb') as typeof import('@eventstore/db-client/generated/serverfeatures_pb.js');
export const { StreamsService } = require('@eventstore/db-client/generated/streams_grpc_pb') as { readonly StreamsService: typeof Streams };
export const { ServerFeaturesService } = require('@eventstore/db-client/generated/serverfeatures_grpc_pb') as {
  readonly ServerFeaturesService: typeof Features;
};
const protobuf = <T>(name: string): T => client(`google-protobuf/google/protobuf/${name}_pb`) as T;
export const { Any } = protobuf<typeof import('google-protobuf/google/protobuf/any_pb.js')>('any');
export const { Empty } = protobuf<typeof import('google-protobuf/google/protobuf/empty_pb.js')>('empty');

export type { ReadReq, ReadResp, AppendReq, AppendResp, BatchAppendReq, BatchAppendResp } from '@eventstore/db-client/generated/streams_pb.js';

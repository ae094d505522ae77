import type * as Code from '@eventstore/db-client/generated/code_pb.js';
import type { GossipService as Gossip } from '@eventstore/db-client/generated/gossip_grpc_pb.js';
import type * as GossipMessages from '@eventstore/db-client/generated/gossip_pb.js';
import type { ServerFeaturesService as FeaturesService } from '@eventstore/db-client/generated/serverfeatures_grpc_pb.js';
import type * as Features from '@eventstore/db-client/generated/serverfeatures_pb.js';
import type * as Shared from '@eventstore/db-client/generated/shared_pb.js';
import type * as Status from '@eventstore/db-client/generated/status_pb.js';
import type { StreamsService as Service } from '@eventstore/db-client/generated/streams_grpc_pb.js';
import type * as Streams from '@eventstore/db-client/generated/streams_pb.js';
import type * as Grpc from '@grpc/grpc-js';
import type { Any as ProtobufAny } from 'google-protobuf/google/protobuf/any_pb.js';
import type { Empty as ProtobufEmpty } from 'google-protobuf/google/protobuf/empty_pb.js';
import { createRequire } from 'node:module';

// Loads the client's own copies, because google-protobuf registers loaded types in one global place. Two copies of the stubs
// in a process would corrupt each other.
const require = createRequire(import.meta.url);
const client = createRequire(require.resolve('@eventstore/db-client'));

export const grpc = client('@grpc/grpc-js') as typeof Grpc;
export const streams = require('@eventstore/db-client/generated/streams_pb') as typeof Streams;
export const shared = require('@eventstore/db-client/generated/shared_pb') as typeof Shared;
export const status = require('@eventstore/db-client/generated/status_pb') as typeof Status;
export const code = require('@eventstore/db-client/generated/code_pb') as typeof Code;
export const features = require('@eventstore/db-client/generated/serverfeatures_pb') as typeof Features;
export const { StreamsService } = require('@eventstore/db-client/generated/streams_grpc_pb') as { readonly StreamsService: typeof Service };
export const { ServerFeaturesService } = require('@eventstore/db-client/generated/serverfeatures_grpc_pb') as {
  readonly ServerFeaturesService: typeof FeaturesService;
};
export const gossip = require('@eventstore/db-client/generated/gossip_pb') as typeof GossipMessages;
export const { GossipService } = require('@eventstore/db-client/generated/gossip_grpc_pb') as { readonly GossipService: typeof Gossip };
export const { Any } = client('google-protobuf/google/protobuf/any_pb') as { readonly Any: typeof ProtobufAny };
export const { Empty } = client('google-protobuf/google/protobuf/empty_pb') as { readonly Empty: typeof ProtobufEmpty };

export type { ReadReq, ReadResp, AppendReq, AppendResp, BatchAppendReq, BatchAppendResp } from '@eventstore/db-client/generated/streams_pb.js';

import type { AnyProjection } from '../application/ports/projection.js';
import { decodeGeneration, encodeGeneration, type Generation } from '../application/ports/search-generation.js';
import { innsynssok } from '../application/views/innsynssok.js';
import type { Checkpoint, ViewStore } from './view-store.js';

/** A generation of the search index, with its checkpoint. */
export interface BegunGeneration extends Checkpoint {
  readonly generation: Generation;
}

/** All generations with a checkpoint under the view's name. */
export const begunGenerations = async (views: ViewStore, view: AnyProjection = innsynssok): Promise<readonly BegunGeneration[]> =>
  (await views.checkpoints())
    .filter(({ name }) => name === view.name)
    .map((checkpoint) => ({ ...checkpoint, generation: decodeGeneration(checkpoint.version) }));

/** The view whose checkpoint records the progress of a generation. */
export const checkpointViewOf = (generation: Generation, view: AnyProjection = innsynssok): AnyProjection => ({ ...view, version: encodeGeneration(generation) });

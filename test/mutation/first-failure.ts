import StrykerEnvironment from '@stryker-mutator/jest-runner/jest-env/node';

/** Skips all tests after the first failure in a file, because one failure kills a mutant. Jest itself runs them. */
export default class extends StrykerEnvironment {
  constructor(...world: ConstructorParameters<typeof StrykerEnvironment>) {
    super(...world);
    const { handleTestEvent } = this;
    let failed = false;
    this.handleTestEvent = async (event, state) => {
      if (event.name === 'test_fn_failure' || event.name === 'hook_failure') failed = true;
      if (event.name === 'test_start' && failed) event.test.mode = 'skip';
      await handleTestEvent?.(event as never, state);
    };
  }
}

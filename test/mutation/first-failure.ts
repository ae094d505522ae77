import StrykerEnvironment from '@stryker-mutator/jest-runner/jest-env/node';

/** Skips what comes after the first failure in a file, which Jest itself does not: a mutant dies once. */
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

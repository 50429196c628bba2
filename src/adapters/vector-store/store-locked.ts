import { StartupError } from '../../errors.ts';

/** Another process has the store open. The command line talks to the running server instead, then. */
export class StoreLockedError extends StartupError {
  constructor(folder: string, options?: ErrorOptions) {
    super(
      `The store in ${folder} is in use by another Vitrine process. Stop that one first, or point this one to another folder (DATA_DIR).`,
      options,
    );
    this.name = 'StoreLockedError';
  }
}

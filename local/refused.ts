/** What cannot be done, in a sentence for whoever asked for it. */
export class Refused extends Error {
  /** 1, or 2 for a command line that does not say what to do. */
  readonly exitCode: 1 | 2;

  constructor(exitCode: Refused['exitCode'], message: string, options?: ErrorOptions) {
    super(message, options);
    this.name = 'Refused';
    this.exitCode = exitCode;
  }
}

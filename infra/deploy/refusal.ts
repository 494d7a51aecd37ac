/** Why nothing is deployed, in a line for whoever asked. */
export class Refusal extends Error {}

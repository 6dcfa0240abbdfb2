/** What of a foreign model the catalogue lacks: an operator, with the setting that is the reason in brackets. */
export class Unsupported extends Error {
  constructor(readonly operator: string) {
    super(operator);
    this.name = 'Unsupported';
  }
}

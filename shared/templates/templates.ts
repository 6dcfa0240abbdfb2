import type { Locale } from '../text/locale.ts';
import type { GradloomDocument } from '../graph/document.ts';
import type { JsonValue } from '../graph/json.ts';
import { autoencoder } from './autoencoder.ts';
import { densenet } from './densenet.ts';
import { dianet } from './dianet.ts';
import { digitsCnn } from './digitsCnn.ts';
import { linearRnn } from './linearRnn.ts';
import { plainMlp, residualMlp } from './perceptrons.ts';
import { plainOrResidual } from './plainOrResidual.ts';
import { regionAttention } from './regionAttention.ts';
import { iterativeAttention, pictureAtOnce } from './visualQuestions.ts';
import { rla } from './rla.ts';
import { rlaNet } from './rlaNet.ts';
import { resnet } from './resnet.ts';
import { resnetCifar } from './resnetCifar.ts';
import { sigmoidChain } from './sigmoidChain.ts';
import { addingProblem, copyProblem } from './sequenceProblems.ts';
import { transformerEncoder } from './transformer.ts';
import type { Template } from './template.ts';
import { TemplateError, templateValues } from './template.ts';
import { unet } from './unet.ts';

/** Every template, the example that Gradloom opens with first. */
export const templates: readonly Template[] = [
  plainOrResidual,
  plainMlp,
  residualMlp,
  digitsCnn,
  autoencoder,
  resnetCifar,
  resnet,
  densenet,
  unet,
  rla,
  rlaNet,
  dianet,
  addingProblem,
  copyProblem,
  transformerEncoder,
  regionAttention,
  iterativeAttention,
  pictureAtOnce,
  sigmoidChain,
  linearRnn,
];

/**
 * Makes a document from a template. Settings that are not given take their defaults; numbers and switches may come as
 * text. Names that the document holds are in `locale`. Throws a TemplateError where there is no such template or setting,
 * or a value is not allowed.
 */
export function createTemplate(
  name: string,
  settings: Readonly<Record<string, JsonValue>> = {},
  locale: Locale = 'en',
): GradloomDocument {
  const template = templates.find((candidate) => candidate.name === name);
  if (template === undefined) {
    const known = templates.map((candidate) => candidate.name).join(', ');
    throw new TemplateError(`There is no template "${name}"; there are ${known}.`);
  }
  return template.create(templateValues(template, settings, locale));
}

import type { Template, TemplateFamily } from '#shared/templates/template';
import { templateFamilies } from '#shared/templates/template';
import { locales } from '#shared/text/locale';
import { isTextKey, text } from '#shared/text/text';
import { plain } from './paletteSearch.ts';

/** What people also call a template's network, in any language; never shown. By the template's name. */
const otherNames: Readonly<Record<string, string>> = {
  'plain-or-residual': 'example vanishing gradient 示例 梯度消失',
  'plain-mlp': 'mlp perceptron fully connected 感知机',
  'residual-mlp': 'mlp perceptron skip 感知机',
  'digits-cnn': 'mnist convolutional lenet',
  'resnet-cifar': 'resnet-20 resnet-32 resnet-44 resnet-56 resnet-110 cifar10',
  resnet: 'resnet-50 resnet-101 resnet-152 resnet50 imagenet',
  unet: 'u-net segmentation 分割',
  autoencoder: 'auto-encoder compression bottleneck',
  rla: 'recurrent layer aggregation notes 笔记',
  'rla-net': 'recurrent layer aggregation rla-resnet50 imagenet',
  dianet: 'dense implicit attention dia-lstm',
};

/** The templates whose names, help or settings hold every word of a query, in either language; all where it is empty. */
export function searchTemplates(templates: readonly Template[], query: string): readonly Template[] {
  const parts = plain(query)
    .split(/\s+/)
    .filter((part) => part !== '');
  if (parts.length === 0) return templates;
  return templates.filter((template) => {
    const words = plain(wordsOf(template));
    return parts.every((part) => words.includes(part));
  });
}

function wordsOf({ name, family, source = '' }: Template): string {
  const keys = [`template.${name}.name`, `template.${name}.help`, `template.family.${family}`];
  const shown = keys.filter(isTextKey).flatMap((key) => locales.map((locale) => text(locale, key)));
  return [name, source, otherNames[name] ?? '', ...shown].join(' ');
}

/** Templates by family, in the order of the families; families without any are left out. */
export function templatesByFamily(
  templates: readonly Template[],
): readonly { readonly family: TemplateFamily; readonly templates: readonly Template[] }[] {
  return templateFamilies
    .map((family) => ({ family, templates: templates.filter((template) => template.family === family) }))
    .filter((group) => group.templates.length > 0);
}

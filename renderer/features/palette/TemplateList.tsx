import { useId, useState } from 'react';
import type { JSX } from 'react';
import type { GradloomDocument } from '#shared/graph/document';
import type { JsonValue } from '#shared/graph/json';
import type { Template, TemplateSetting } from '#shared/templates/template';
import { createTemplate, templates } from '#shared/templates/templates';
import { useLocale, useText } from '../../platform/i18n.ts';
import { Button } from '../../ui/Button.tsx';
import { Icon } from '../../ui/Icon.tsx';
import { NumberField } from '../../ui/NumberField.tsx';
import { SelectField } from '../../ui/SelectInput.tsx';
import { Toggle } from '../../ui/Toggle.tsx';
import { wordsUnder } from '../../ui/words.ts';
import styles from './Palette.module.css';

export interface TemplateListProps {
  /** Shows a document that has no file yet; the one on the canvas is asked for first where it is not saved. */
  onOpen(document: GradloomDocument): void;
}

/** Whole networks, each with what can be set of it; opened as a new document. */
export function TemplateList({ onOpen }: TemplateListProps): JSX.Element {
  const [open, setOpen] = useState<string | null>(templates[0]?.name ?? null);
  return (
    <div className={styles.templates}>
      {templates.map((template) => (
        <TemplateCard
          key={template.name}
          template={template}
          open={open === template.name}
          onOpen={onOpen}
          onToggle={() => setOpen(open === template.name ? null : template.name)}
        />
      ))}
    </div>
  );
}

function TemplateCard(
  props: TemplateListProps & { readonly template: Template; readonly open: boolean; onToggle(): void },
): JSX.Element {
  const { template, open, onOpen, onToggle } = props;
  const say = useText();
  const locale = useLocale();
  const id = useId();
  const [changed, setChanged] = useState<Readonly<Record<string, JsonValue>>>({});
  return (
    <section className={styles.card}>
      <h3>
        <button type="button" className={styles.cardHead} aria-expanded={open} aria-controls={id} onClick={onToggle}>
          <Icon name={open ? 'chevronDown' : 'chevronRight'} size={14} />
          {wordsUnder(locale, `template.${template.name}.name`, template.name)}
        </button>
      </h3>
      {open && (
        <div id={id} className={styles.cardBody}>
          <p className={styles.cardHelp}>{wordsUnder(locale, `template.${template.name}.help`, '')}</p>
          {template.settings.map((setting) => (
            <SettingField
              key={setting.key}
              setting={setting}
              value={changed[setting.key] ?? setting.default}
              onChange={(value) => setChanged({ ...changed, [setting.key]: value })}
            />
          ))}
          <Button look="primary" onClick={() => onOpen(createTemplate(template.name, changed, locale))}>
            {say('palette.template.open')}
          </Button>
        </div>
      )}
    </section>
  );
}

function SettingField(props: {
  readonly setting: TemplateSetting;
  readonly value: JsonValue;
  onChange(value: JsonValue): void;
}): JSX.Element {
  const { setting, value, onChange } = props;
  const locale = useLocale();
  const label = wordsUnder(locale, `template.setting.${setting.key}`, setting.key);
  switch (setting.kind) {
    case 'integer':
    case 'number':
      return (
        <NumberField
          label={label}
          value={Number(value)}
          minimum={setting.minimum}
          maximum={setting.maximum}
          integer={setting.kind === 'integer'}
          onCommit={onChange}
        />
      );
    case 'boolean':
      return <Toggle label={label} value={value === true} onChange={onChange} />;
    case 'choice':
      return (
        <SelectField
          label={label}
          layout="column"
          value={String(value)}
          options={setting.options.map((option) => ({
            value: option,
            label: wordsUnder(
              locale,
              `option.${setting.key}.${option}`,
              wordsUnder(locale, `palette.option.${option}`, option),
            ),
          }))}
          onChange={onChange}
        />
      );
  }
}

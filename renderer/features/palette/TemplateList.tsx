import { useDeferredValue, useId, useMemo, useRef, useState } from 'react';
import type { JSX } from 'react';
import { check } from '#shared/check/check';
import type { GradloomDocument } from '#shared/graph/document';
import type { JsonValue } from '#shared/graph/json';
import { templateOptionWords, templateSettingWords } from '#shared/graph/settingWords';
import type { Template, TemplateSetting } from '#shared/templates/template';
import { createTemplate, templates } from '#shared/templates/templates';
import { wordsUnder } from '#shared/text/text';
import { useLocale, useText } from '../../platform/i18n.ts';
import { Button } from '../../ui/Button.tsx';
import { classes } from '../../ui/classes.ts';
import { DefinitionButton } from '../../ui/DefinitionButton.tsx';
import { EmptyState } from '../../ui/EmptyState.tsx';
import { Fact, FactList } from '../../ui/FactList.tsx';
import { count, shortCount } from '../../ui/format.ts';
import { Icon } from '../../ui/Icon.tsx';
import { NumberField } from '../../ui/NumberField.tsx';
import { SearchField } from '../../ui/SearchField.tsx';
import { SelectField } from '../../ui/SelectInput.tsx';
import { Toggle } from '../../ui/Toggle.tsx';
import { existingKey } from '../../ui/words.ts';
import styles from './Palette.module.css';
import { searchTemplates, templatesByFamily } from './templateSearch.ts';

type Settings = Readonly<Record<string, JsonValue>>;

export interface TemplateListProps {
  /** Shows a document that has no file yet; the one on the canvas is asked for first where it is not saved. */
  onOpen(document: GradloomDocument): void;
}

/** Whole networks by family, each with what can be set of it; opened as a new document. Typing narrows them down. */
export function TemplateList({ onOpen }: TemplateListProps): JSX.Element {
  const say = useText();
  const [open, setOpen] = useState<string | null>(templates[0]?.name ?? null);
  const [query, setQuery] = useState('');
  const field = useRef<HTMLInputElement>(null);
  const list = useRef<HTMLDivElement>(null);
  const found = searchTemplates(templates, query);
  const focusHead = (index: number): void => heads(list.current)[index]?.focus();
  return (
    <div className={styles.layers}>
      <SearchField
        field={field}
        label={say('palette.templates.search')}
        query={query}
        onQuery={setQuery}
        onTake={() => {
          const [first] = found;
          if (first === undefined) return;
          setOpen(first.name);
          focusHead(0);
        }}
        onLeave={() => focusHead(0)}
      />
      <div
        ref={list}
        className={styles.templates}
        onKeyDown={(event) => {
          const all = heads(event.currentTarget);
          const now = all.findIndex((head) => head === document.activeElement);
          if (now < 0) return;
          if (event.key === 'ArrowDown') all[now + 1]?.focus();
          else if (event.key === 'ArrowUp') (all[now - 1] ?? field.current)?.focus();
          else return;
          event.preventDefault();
        }}
      >
        {found.length === 0 && (
          <EmptyState icon="search" title={say('palette.templates.nothing', { query: query.trim() })} />
        )}
        {templatesByFamily(found).map(({ family, templates: members }) => (
          <section key={family}>
            <h2 className={styles.family}>{say(`template.family.${family}`)}</h2>
            {members.map((template) => (
              <TemplateCard
                key={template.name}
                template={template}
                open={open === template.name}
                onOpen={onOpen}
                onToggle={() => setOpen(open === template.name ? null : template.name)}
              />
            ))}
          </section>
        ))}
      </div>
    </div>
  );
}

function heads(list: HTMLElement | null): HTMLElement[] {
  return [...(list?.querySelectorAll<HTMLElement>('[data-template]') ?? [])];
}

function TemplateCard(
  props: TemplateListProps & { readonly template: Template; readonly open: boolean; onToggle(): void },
): JSX.Element {
  const { template, open, onOpen, onToggle } = props;
  const say = useText();
  const locale = useLocale();
  const id = useId();
  const [changed, setChanged] = useState<Settings>({});
  return (
    <section className={classes(styles.card, open && styles.openCard)}>
      <h3>
        <button
          type="button"
          data-template={template.name}
          className={styles.cardHead}
          aria-expanded={open}
          aria-controls={id}
          onClick={onToggle}
        >
          <Icon name={open ? 'chevronDown' : 'chevronRight'} size={14} />
          {wordsUnder(locale, `template.${template.name}.name`, template.name)}
        </button>
      </h3>
      {open && (
        <div id={id} className={styles.cardBody}>
          <p className={styles.cardHelp}>{wordsUnder(locale, `template.${template.name}.help`, '')}</p>
          {template.source !== undefined && <p className={styles.source}>{template.source}</p>}
          {template.settings.map((setting) => (
            <SettingField
              key={setting.key}
              setting={setting}
              value={changed[setting.key] ?? setting.default}
              onChange={(value) => setChanged({ ...changed, [setting.key]: value })}
            />
          ))}
          <Preview template={template} settings={changed} />
          <Button look="primary" onClick={() => onOpen(createTemplate(template.name, changed, locale))}>
            {say('palette.template.open')}
          </Button>
        </div>
      )}
    </section>
  );
}

/** What the network would have and cost with these settings; it follows typing when there is time. */
function Preview({ template, settings }: { readonly template: Template; readonly settings: Settings }): JSX.Element {
  const say = useText();
  const deferred = useDeferredValue(settings);
  const totals = useMemo(() => check(createTemplate(template.name, deferred)).totals, [template, deferred]);
  return (
    <FactList>
      <Fact name={say('measure.weights')} aside={<DefinitionButton measure="weights" />} strong>
        {count(totals.trainable)}
      </Fact>
      <Fact name={say('measure.multiplyAdds')} aside={<DefinitionButton measure="multiplyAdds" />}>
        {shortCount(totals.multiplyAdds)}
      </Fact>
    </FactList>
  );
}

function SettingField(props: {
  readonly setting: TemplateSetting;
  readonly value: JsonValue;
  onChange(value: JsonValue): void;
}): JSX.Element {
  const { setting, value, onChange } = props;
  const say = useText();
  const locale = useLocale();
  const label = templateSettingWords(locale, setting.key);
  const helpKey = existingKey(`template.setting.${setting.key}.help`);
  const help = helpKey === undefined ? {} : { help: say(helpKey) };
  switch (setting.kind) {
    case 'integer':
    case 'number':
      return (
        <NumberField
          label={label}
          {...help}
          value={Number(value)}
          minimum={setting.minimum}
          maximum={setting.maximum}
          integer={setting.kind === 'integer'}
          onCommit={onChange}
        />
      );
    case 'boolean':
      return <Toggle label={label} {...help} value={value === true} onChange={onChange} />;
    case 'choice':
      return (
        <SelectField
          label={label}
          {...help}
          layout="column"
          value={String(value)}
          options={setting.options.map((option) => ({
            value: option,
            label: templateOptionWords(locale, setting.key, option),
          }))}
          onChange={onChange}
        />
      );
  }
}

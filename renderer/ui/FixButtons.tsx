import type { JSX } from 'react';
import type { Locale } from '#shared/text/locale';
import { Button } from './Button.tsx';
import { describeMessage } from './words.ts';
import type { Message } from './words.ts';

/** The ways out of a problem, one button each. */
export function FixButtons<Fix extends Message>(props: {
  readonly fixes: readonly Fix[];
  readonly locale: Locale;
  readonly onApply: (fix: Fix) => void;
}): JSX.Element {
  const { fixes, locale, onApply } = props;
  return (
    <>
      {fixes.map((fix) => (
        <Button
          key={fix.code + JSON.stringify(fix.values)}
          size="small"
          icon="wand"
          onClick={() => {
            onApply(fix);
          }}
        >
          {describeMessage(locale, 'fix', fix)}
        </Button>
      ))}
    </>
  );
}

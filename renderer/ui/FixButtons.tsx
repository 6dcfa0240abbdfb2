import type { JSX } from 'react';
import { Button } from './Button.tsx';
import type { Message } from './words.ts';

/** The ways out of a problem, one button each. */
export function FixButtons<Fix extends Message>(props: {
  readonly fixes: readonly Fix[];
  readonly describe: (fix: Fix) => string;
  readonly onApply: (fix: Fix) => void;
}): JSX.Element {
  const { fixes, describe, onApply } = props;
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
          {describe(fix)}
        </Button>
      ))}
    </>
  );
}

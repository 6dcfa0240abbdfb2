import { Component } from 'react';
import type { JSX, ReactNode } from 'react';
import { save } from '../features/files/fileActions.ts';
import { useText } from '../platform/i18n.ts';
import { Button } from '../ui/Button.tsx';
import styles from './Boundary.module.css';

export interface BoundaryProps {
  readonly children: ReactNode;
  /** Drawn besides the message: what saving may need, where the whole window broke. */
  readonly rescue?: ReactNode;
}

interface BoundaryState {
  readonly problem: unknown;
  readonly broke: boolean;
}

/**
 * Keeps an error in one part of the window from taking the rest along. The document lives in a store outside React, so it
 * is unharmed and can be saved from here.
 */
export class Boundary extends Component<BoundaryProps, BoundaryState> {
  override state: BoundaryState = { problem: null, broke: false };

  static getDerivedStateFromError(problem: unknown): BoundaryState {
    return { problem, broke: true };
  }

  override render(): ReactNode {
    if (!this.state.broke) return this.props.children;
    return (
      <>
        <Broken
          problem={this.state.problem}
          whole={this.props.rescue !== undefined}
          onAgain={() => this.setState({ problem: null, broke: false })}
        />
        {this.props.rescue}
      </>
    );
  }
}

function Broken(props: { readonly problem: unknown; readonly whole: boolean; onAgain(): void }): JSX.Element {
  const say = useText();
  const words = props.problem instanceof Error ? (props.problem.stack ?? props.problem.message) : String(props.problem);
  return (
    <div className={styles.broken} role="alert">
      <h2 className={styles.title}>{say(props.whole ? 'app.broken.window' : 'app.broken.title')}</h2>
      <p>{say('app.broken.safe')}</p>
      <div className={styles.actions}>
        <Button look="primary" onClick={() => void save()}>
          {say('app.broken.save')}
        </Button>
        <Button onClick={props.onAgain}>{say('app.broken.again')}</Button>
      </div>
      <details className={styles.details}>
        <summary>{say('app.broken.details')}</summary>
        <pre>{words}</pre>
      </details>
    </div>
  );
}

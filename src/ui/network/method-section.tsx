import { useMemo } from 'react';
import { type Facts, factsOf, type LayerFacts, methodTitle } from '../../experiment/facts.ts';
import type { LayerShape } from '../../experiment/shapes.ts';
import type { ExperimentSpec } from '../../experiment/spec.ts';
import { bytes, count, whole } from '../common/format.ts';
import { TableTwin, type Twin } from '../common/table-twin.tsx';
import { usePage } from '../page.ts';
import { shownSpec } from '../state/page-state.ts';
import { layerTitle, METHOD } from '../text.ts';

/** What is stored, what propagates, what a test uses, and what that costs in bits and multiplications. */
export function MethodSection({ shapes }: { readonly shapes: readonly LayerShape[] }) {
  const edited = usePage(shownSpec);
  const mode = usePage((state) => state.mode);
  const spec = useMemo((): ExperimentSpec => ({ ...edited, mode }), [edited, mode]);
  const facts = useMemo(() => factsOf(spec, shapes), [spec, shapes]);
  const tables = useMemo(() => [tableOf(facts)], [facts]);
  return (
    <section className="method" aria-labelledby="method-title">
      <h3 id="method-title">Method</h3>
      <p className="method-name">{methodTitle(spec)}</p>
      <dl className="costs">
        {linesOf(facts).map(([term, text]) => (
          <div key={term}>
            <dt>{term}</dt>
            <dd>{text}</dd>
          </div>
        ))}
      </dl>
      <p className="caption">{facts.remaining}</p>
      <TableTwin of="Method" tables={tables} />
    </section>
  );
}

function linesOf({ weights, bits, trainingBits, multiplications, real, ...facts }: Facts) {
  return [
    ['Stored', facts.stored],
    ['Propagated', facts.propagated],
    ['In a test', facts.used],
    [
      'A weight',
      `${bits === 1 ? '1 bit' : `${bits} bits`} in a test, ${trainingBits} while training`,
    ],
    [
      'All weights',
      `${whole(weights)}: ${bytes(weights / 8)} as bits, ${bytes(4 * weights)} as real numbers`,
    ],
    ['To train', timesText(multiplications.training, real.training)],
    ['To test', timesText(multiplications.test, real.test)],
  ] as const;
}

/** `269 k of 607 k multiplications an example`: of those that real weights take. */
function timesText(own: number, real: number): string {
  if (own === real) return `${count(own)} multiplications an example`;
  if (own > real)
    return `${count(own)} multiplications an example; real weights take ${count(real)}`;
  return `${own === 0 ? 'none' : count(own)} of ${count(real)} multiplications an example`;
}

function tableOf({ layers, weights, multiplications, real }: Facts): Twin {
  const row = (name: string, layer: Omit<LayerFacts, 'name'>) => ({
    key: name,
    cells: [
      name,
      // A companion's are not there when training is over.
      ...(layer.weights === 0
        ? ['–', '–', '–']
        : [whole(layer.weights), bytes(layer.weights / 8), bytes(4 * layer.weights)]),
      whole(layer.multiplications.training),
      whole(layer.real.training),
      whole(layer.multiplications.test),
      whole(layer.real.test),
    ],
  });
  return {
    caption: METHOD.table,
    columns: [...METHOD.columns],
    rows: [
      ...layers.map((layer) => row(rowTitle(layer.name), layer)),
      row('All', { weights, multiplications, real }),
    ],
  };
}

const rowTitle = (name: string): string => {
  const [layer = name, part] = name.split('.');
  return part === undefined ? layerTitle(layer) : `${layerTitle(layer)}, ${part}`;
};

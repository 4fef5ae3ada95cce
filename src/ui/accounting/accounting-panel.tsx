import { useMemo, useState } from 'react';
import { accountingOf, NUMBER_FORMATS, type NumberFormat } from '../../experiment/energy.ts';
import { factsOf, methodTitle } from '../../experiment/facts.ts';
import type { LayerShape } from '../../experiment/shapes.ts';
import type { ExperimentSpec } from '../../experiment/spec.ts';
import { Segmented } from '../common/segmented.tsx';
import { NO_NET, useNet } from '../common/use-net.ts';
import '../styles/accounting.css';
import { accountCells, accountTitle, comparisonsOf, FORMAT_HELP, LAYER_COLUMNS } from './rows.ts';

/** What the method at hand saves of memory, multiplications and energy, and what it does not. */
export default function AccountingPanel() {
  const { spec, layers } = useNet();
  if (layers === null) return <p className="caption">{NO_NET}</p>;
  return <Accounting spec={spec} layers={layers} />;
}

interface AccountingProps {
  readonly spec: ExperimentSpec;
  readonly layers: readonly LayerShape[];
}

function Accounting({ spec, layers }: AccountingProps) {
  const [format, setFormat] = useState<NumberFormat>('fp32');
  const facts = useMemo(() => factsOf(spec, layers), [spec, layers]);
  const accounting = useMemo(() => accountingOf(facts, format), [facts, format]);
  return (
    <div className="accounting">
      <div className="accounting-head">
        <p>
          <b>{methodTitle(spec)}</b>, beside the same net with real weights. It stores{' '}
          {facts.stored}, propagates {facts.propagated}, and is tested with {facts.used}.{' '}
          {facts.remaining}
        </p>
        <Segmented
          name="Arithmetic"
          value={format}
          segments={NUMBER_FORMATS.map((value) => ({
            value,
            label: value,
            help: FORMAT_HELP[value],
          }))}
          onChange={setFormat}
        />
      </div>
      <div className="accounting-scroll" tabIndex={0} role="group" aria-label="Accounts of the net">
        <table className="accounting-total" data-mode={spec.mode}>
          <caption>The whole net; multiplications and energy of one example</caption>
          <thead>
            <tr>
              <th scope="col">What</th>
              <th scope="col">Real weights</th>
              <th scope="col">This method</th>
              <th scope="col">Saved</th>
            </tr>
          </thead>
          <tbody>
            {comparisonsOf(accounting.total).map(({ name, real, own, saved, bars }) => (
              <tr key={name}>
                <th scope="row">{name}</th>
                <td>
                  <Bar of="real" length={bars.real} />
                  {real}
                </td>
                <td>
                  <Bar of="own" length={bars.own} />
                  {own}
                </td>
                <td>{saved}</td>
              </tr>
            ))}
          </tbody>
        </table>
      </div>
      <div
        className="accounting-scroll"
        tabIndex={0}
        role="group"
        aria-label="Accounts of the layers"
      >
        <table>
          <caption>By layer; multiplications, additions and energy of one example</caption>
          <thead>
            <tr>
              {LAYER_COLUMNS.map((column) => (
                <th key={column} scope="col">
                  {column}
                </th>
              ))}
            </tr>
          </thead>
          <tbody>
            {accounting.layers.map((layer) => (
              <Row key={layer.name} cells={accountCells(layer, accountTitle(layer.name))} />
            ))}
          </tbody>
          <tfoot>
            <Row cells={accountCells(accounting.total, 'Total')} />
          </tfoot>
        </table>
      </div>
      <Notes />
    </div>
  );
}

const Bar = ({ of, length }: { readonly of: 'real' | 'own'; readonly length: number }) => (
  <i className="accounting-bar" data-of={of} style={{ width: `calc(${length} * var(--full))` }} />
);

function Row({ cells: [head, ...cells] }: { readonly cells: readonly string[] }) {
  return (
    <tr>
      <th scope="row">{head}</th>
      {cells.map((cell, i) => (
        <td key={i}>{cell}</td>
      ))}
    </tr>
  );
}

const Notes = () => (
  <ul className="accounting-notes caption">
    <li>
      Training makes three products of each layer: forward, back to its inputs (the first layer
      needs none) and to its weights. All of them add; which of them multiply depends on the method.
      Zeros of a padding count as work.
    </li>
    <li>
      Not counted: batch norm, activations, the loss, the update, and the one multiplication an
      output that takes H and batch norm together. In training the stored weights and the
      optimiser’s numbers stay real, so memory does not shrink there.
    </li>
    <li>
      Energy is an estimate: operations counted here times what one takes at 45 nm (M. Horowitz,
      Computing’s energy problem, ISSCC 2014). It is arithmetic alone. Memory is left out, and a
      word from DRAM takes hundreds of times as much as an operation.
    </li>
  </ul>
);

import { COLOURS, type Colour } from './colours.ts';

function Swatch({ colour: { tokens, line } }: { readonly colour: Colour }) {
  const [first, last = first] = tokens;
  if (line !== undefined) {
    return <i aria-hidden="true" style={{ borderTop: `3px ${line} var(--${first})` }} />;
  }
  // Two halves beside each other: no shade between them means anything.
  return (
    <i aria-hidden="true" className="swatch">
      <i style={{ background: `var(--${first})` }} />
      <i style={{ background: `var(--${last})` }} />
    </i>
  );
}

/** What each colour means. */
export const ColourLegend = () => (
  <dl className="colours">
    {COLOURS.map((colour) => (
      <div key={colour.name}>
        <dt>
          <Swatch colour={colour} />
          {colour.name}
        </dt>
        <dd>{colour.text}</dd>
      </div>
    ))}
  </dl>
);

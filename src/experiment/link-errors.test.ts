import { BOUNDS } from './spec.ts';
import { describe, expect, test } from 'vitest';
import { decodeLink, MAX_LINK_LENGTH } from './link.ts';

const errorOf = (hash: string): string => {
  const result = decodeLink(hash);
  return result.ok ? 'no error' : result.error;
};

describe('what a link may not say', () => {
  test.each([
    ['data=mnist', 'The link has no v; allowed is v=1.'],
    ['#v=1&v=1', 'The link has the key "v" more than once; allowed is once.'],
    ['#v=x', 'The link is of version "x", which is unknown; allowed is 1.'],
    ['#v=0', 'The link is of version "0", which is unknown; allowed is 1.'],
    ['#v=1&mode=real', 'The link\'s mode is "real"; allowed is one of none, det, stoch.'],
    [
      '#v=1&seed=1e3x',
      'The link\'s seed is "1e3x"; allowed is a whole number from 0 to 4294967295.',
    ],
    ['#v=1&seed=1.5', 'The link\'s seed is "1.5"; allowed is a whole number from 0 to 4294967295.'],
    ['#v=1&lr=0x1', 'The link\'s lr is "0x1"; allowed is a number from 1e-9 to 1000.'],
    ['#v=1&lr=Infinity', 'The link\'s lr is "Infinity"; allowed is a number from 1e-9 to 1000.'],
    ['#v=1&batch=', 'The link\'s batch is ""; allowed is a whole number from 1 to 4096.'],
    ['#v=1&mu=0.9', 'The link\'s mu is "0.9"; allowed is mu with opt=nesterov or momentum only.'],
    [
      '#v=1&opt=nesterov&ramp=0.7:250',
      'The link\'s ramp is "0.7:250"; allowed is ramp with opt=momentum only.',
    ],
    [
      '#v=1&decay=steps:230:200',
      'The link\'s decay is "steps:230:200"; allowed is linear:500 (over so many epochs), div:1.000004 (by step) or steps:200:230 (ascending epochs).',
    ],
    ['#v=1&run=0', 'The link\'s run is "0"; allowed is 1.'],
    [
      '#v=1&hide=runs-runs',
      'The link\'s hide is "runs-runs"; allowed is parts of the page, each once, such as settings-runs: data, recipe, settings, weights, seed, compare, speed, example, inside, runs, step, cost, export, share.',
    ],
    ['#v=1&embed', 'The link has the part "embed"; allowed is key=value.'],
    ['#v=1&lr=0.00005', "The link's lrend is 0.0001; allowed is at most lr, 0.00005."],
    ['#v=1&learn=ebp', "The link's bn does not fit learn=ebp; allowed with it is none."],
    [
      '#v=1&learn=ebp&bn=none&drop=0.5',
      "The link's drop does not fit learn=ebp; allowed with it is 0.",
    ],
    [
      '#v=1&learn=ebp&bn=none&net=8C3-256',
      "The link's net[0] does not fit: learn=ebp takes plain dense layers only.",
    ],
    [
      '#v=1&learn=ebp&bn=none&changes=5.rate.0.1',
      'The link\'s changes is "5.rate.0.1"; allowed is none with learn=ebp.',
    ],
    [
      '#v=1&net=8192-8192',
      "The link's net has 73\u202f613\u202f312 weights; allowed are at most 33\u202f554\u202f432.",
    ],
  ])('%s', (hash, error) => {
    expect(decodeLink(hash)).toEqual({ ok: false, error });
  });

  test.each([
    'net=',
    'net=0',
    'net=256-',
    'net=-256',
    'net=1e2',
    'net=9000',
    'net=240k0',
    'net=240k17',
    'net=240n0',
    'net=240n1.2.3',
    'net=8C3n1k2',
    'net=240x0',
    'decay=',
    'heads=',
    'heads=dense1',
    'heads=dense1@0',
    'heads=dense1:dense1@0.1',
    'heads=dense1@0.1(1)',
    'decay=linear',
    'decay=linear:5:6',
    'decay=div:0.5',
    'decay=div:1.1:2',
    'decay=steps:',
    'decay=exp:5',
    'opt=momentum&ramp=0.7',
    'opt=momentum&ramp=1:5',
    'opt=momentum&ramp=0.7:5:5',
    'net=P2k2',
    `net=${new Array(BOUNDS.layers.max + 1).fill(1).join('-')}`,
    'changes=',
    'changes=5.rate',
    'changes=5.rate.0',
    'changes=9.rate.1_8.rate.1',
    'changes=5.momentum.0.5',
    'changes=5.mode.deterministic',
    'changes=2e9.mode.det',
    'changes=-1.mode.det',
    'changes=5.mode.det_',
    'changes=5.version.1',
    'changes=5.rate.1.',
  ])('%s', (field) => {
    expect(errorOf(`#v=1&${field}`)).toMatch(
      /^The link's (net|changes|decay|ramp|heads) is ".*"; allowed is .*\.?$/,
    );
  });

  test('a newer version gets its own sentence, whatever else it says', () => {
    expect(errorOf('#v=2&optimiser=lion')).toBe(
      'The link was made by a newer version of the playground (its version is 2, this one reads 1); reload the page, or update it.',
    );
  });

  test('a stranger can neither fill the page nor break out of the sentence', () => {
    expect(errorOf(`#v=1&mode=${'x'.repeat(5000)}`).length).toBeLessThan(120);
    expect(errorOf(`#v=1&${'x'.repeat(5000)}=1`).length).toBeLessThan(400);
    expect(errorOf(`#${'x'.repeat(1e6)}`)).toBe(
      `The link is 1000000 characters long; allowed are at most ${MAX_LINK_LENGTH}.`,
    );
    expect(errorOf('#v=1&mode=a%0A%E2%80%AEb')).toBe(
      'The link\'s mode is "a??b"; allowed is one of none, det, stoch.',
    );
  });
});

/** From anything to a spec: fields are checked one by one, then how they go together. */
import * as v from 'valibot';
import { shapeOf } from './datasets.ts';
import { grouped } from './digits.ts';
import { dropConnectRefusal } from './drop-connect.ts';
import { quote, shown } from './quote.ts';
import { fail, ok, type Result } from './result.ts';
import { learningRefusal } from './learning.ts';
import { retrainingRefusal } from './retraining.ts';
import { layOut, outputsOf } from './shapes.ts';
import { BOUNDS, type ExperimentSpec, SpecSchema } from './spec.ts';
import { FORMATS, upToDate } from './versions.ts';

/** `network.hidden[2].units` style path of a valibot issue. */
function pathOf(issue: v.BaseIssue<unknown>): string {
  const parts = (issue.path ?? []).map(({ key }) =>
    typeof key === 'number' ? `[${key}]` : `.${String(key)}`,
  );
  return parts.join('').replace(/^\./, '');
}

/**
 * Read a spec from anything: fields are checked one by one, unknown fields are refused.
 * The error names the field, what was found and what is allowed.
 */
export function parseSpec(input: unknown): Result<ExperimentSpec> {
  const current =
    typeof input === 'object' && input !== null && 'version' in input
      ? upToDate<unknown>(FORMATS.spec, 'The experiment', input.version, input)
      : ok(input);
  if (!current.ok) return current;
  const parsed = v.safeParse(SpecSchema, current.value, { abortEarly: true });
  if (parsed.success) return checkWhole(parsed.output);
  const issue = parsed.issues[0];
  const path = pathOf(issue);
  if (issue.type === 'strict_object') {
    return issue.expected === 'never'
      ? fail(`The experiment has an unknown field ${quote(path)}.`)
      : issue.input === undefined
        ? fail(`The experiment lacks the field ${quote(path)}.`)
        : fail(`The experiment's ${path || 'text'} must be an object.`);
  }
  return fail(`The experiment's ${path} is ${shown(issue.input)}; allowed is ${issue.message}.`);
}

/** Bounds that no single field shows. */
function checkWhole(spec: ExperimentSpec): Result<ExperimentSpec> {
  const laid = layOut(spec, shapeOf(spec.data));
  if (!laid.ok) return laid;
  const refusal = learningRefusal(spec);
  if (refusal !== null) return fail(refusal);
  const weights = laid.value.reduce(
    (sum, { I, O, companion }) =>
      sum + I * O + (companion === null ? 0 : companion.I * companion.O),
    0,
  );
  const activations = spec.batch * laid.value.reduce((sum, layer) => sum + outputsOf(layer), 0);
  if (weights > BOUNDS.weights.max) {
    return fail(
      `The experiment's network has ${grouped(weights)} weights; allowed are at most ${grouped(BOUNDS.weights.max)}.`,
    );
  }
  if (activations > BOUNDS.activations.max) {
    return fail(
      `The experiment's network has ${grouped(activations)} outputs for a batch of ${spec.batch}; allowed are at most ${grouped(BOUNDS.activations.max)}.`,
    );
  }
  const dropConnect = dropConnectRefusal(spec);
  if (dropConnect !== null) return fail(dropConnect);
  const retraining = retrainingRefusal(spec);
  if (retraining !== null) return fail(retraining);
  if (spec.rate.end > spec.rate.start) {
    return fail(
      `The experiment's rate.end is ${spec.rate.end}; allowed is at most rate.start, ${spec.rate.start}.`,
    );
  }
  return ok(spec);
}

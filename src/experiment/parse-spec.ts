/** From anything to a spec: fields are checked one by one, then how they go together. */
import * as v from 'valibot';
import { shapeOf } from './datasets.ts';
import { dropConnectRefusal } from './drop-connect.ts';
import { fail, ok, type Result } from './result.ts';
import { learningRefusal } from './learning.ts';
import { retrainingRefusal } from './retraining.ts';
import { layOut, outputsOf } from './shapes.ts';
import { BOUNDS, type ExperimentSpec, SPEC_VERSION, SpecSchema } from './spec.ts';

/** `network.hidden[2].units` style path of a valibot issue. */
function pathOf(issue: v.BaseIssue<unknown>): string {
  const parts = (issue.path ?? []).map(({ key }) =>
    typeof key === 'number' ? `[${key}]` : `.${String(key)}`,
  );
  return parts.join('').replace(/^\./, '');
}

const shown = (input: unknown): string => {
  // Undefined and functions have no JSON, whatever JSON.stringify's type says.
  const json = JSON.stringify(input) as string | undefined;
  const text = typeof input === 'string' ? `"${input}"` : (json ?? 'nothing');
  return text.length > 60 ? `${text.slice(0, 57)}...` : text;
};

/**
 * Read a spec from anything: fields are checked one by one, unknown fields are refused.
 * The error names the field, what was found and what is allowed.
 */
export function parseSpec(input: unknown): Result<ExperimentSpec> {
  if (
    typeof input === 'object' &&
    input !== null &&
    'version' in input &&
    typeof input.version === 'number' &&
    input.version > SPEC_VERSION
  ) {
    return fail(
      `This experiment was made by a newer version (${shown(input.version)}) of the playground; this one reads version ${SPEC_VERSION}.`,
    );
  }
  const parsed = v.safeParse(SpecSchema, input, { abortEarly: true });
  if (parsed.success) return checkWhole(parsed.output);
  const issue = parsed.issues[0];
  const path = pathOf(issue);
  if (issue.type === 'strict_object') {
    return issue.expected === 'never'
      ? fail(`The experiment has an unknown field "${path}".`)
      : issue.input === undefined
        ? fail(`The experiment lacks the field "${path}".`)
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
      `The experiment's network has ${weights} weights; allowed are at most ${BOUNDS.weights.max}.`,
    );
  }
  if (activations > BOUNDS.activations.max) {
    return fail(
      `The experiment's network has ${activations} outputs for a batch of ${spec.batch}; allowed are at most ${BOUNDS.activations.max}.`,
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

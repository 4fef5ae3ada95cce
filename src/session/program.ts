/** What a training step of a run consists of: its dispatches in order, and their WGSL as it is compiled. */
import { moduleText } from '../gpu/kernel.ts';
import type { Trainer } from '../gpu/trainer.ts';
import type { ProgramDispatch, ProgramShader, StepProgram } from './protocol.ts';

export function programOf({ mode, dispatches }: Pick<Trainer, 'mode' | 'dispatches'>): StepProgram {
  const shaders: ProgramShader[] = [];
  const known = new Map<string, number>();
  const listed = dispatches.map(({ label, kernel, source, constants, x, y }): ProgramDispatch => {
    const text = moduleText(source);
    const shader = known.get(text) ?? shaders.length;
    if (shader === shaders.length) {
      known.set(text, shader);
      shaders.push({ kernel, files: source.parts.map(({ file }) => file), text });
    }
    return { label, kernel, shader, constants, groups: [x, y] };
  });
  return { mode, dispatches: listed, shaders };
}

/** Programs in C, compiled where a compiler is. */
import { execFileSync } from 'node:child_process';

/** True where the command `cc` is there. */
export function hasCompiler(): boolean {
  try {
    execFileSync('cc', ['--version'], { stdio: 'ignore' });
    return true;
  } catch {
    return false;
  }
}

/** Compile a C99 file; every warning is an error. */
export function compile(source: string, program: string): void {
  const warnings = ['-Wall', '-Wextra', '-Wpedantic', '-Wconversion', '-Werror'];
  execFileSync('cc', ['-std=c99', '-O2', ...warnings, '-o', program, source]);
}

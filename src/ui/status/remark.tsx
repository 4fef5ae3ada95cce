import { playground, usePage } from '../page.ts';

/** Something a person should know of this run; it stops nothing, and goes when dismissed. */
export function Remark() {
  const remark = usePage((state) => state.remark);
  if (remark === null) return null;
  return (
    <p className="remark" role="note">
      {remark}
      <button
        type="button"
        className="quiet"
        aria-label="Dismiss"
        onClick={() => {
          playground.set({ remark: null });
        }}
      >
        ×
      </button>
    </p>
  );
}

import type { ComponentChildren } from "preact";
import { useEffect, useRef } from "preact/hooks";

interface DialogProps {
  readonly title: string;
  readonly onClose: () => void;
  readonly children: ComponentChildren;
  /** Buttons beside the one that closes. */
  readonly actions?: ComponentChildren;
  readonly closeLabel?: string;
}

/** A modal dialog by the browser's own element: focus stays in it, Escape closes it. */
export function Dialog({ title, onClose, children, actions, closeLabel = "Close" }: DialogProps) {
  const element = useRef<HTMLDialogElement>(null);
  useEffect(() => element.current?.showModal(), []);
  return (
    <dialog ref={element} onClose={onClose} aria-labelledby="dialog-title">
      <h2 id="dialog-title">{title}</h2>
      <div class="dialog-body">{children}</div>
      <div class="dialog-actions">
        <button type="button" onClick={() => element.current?.close()}>
          {closeLabel}
        </button>
        {actions}
      </div>
    </dialog>
  );
}

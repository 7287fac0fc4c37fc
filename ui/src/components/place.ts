const ROOM = 18; // rem, the tallest a popup gets

/** Keeps a fixed popup under its field, or above it where there is more room. */
export function placeBelow(field: HTMLElement): (popup: HTMLElement) => () => void {
  return (popup) => {
    const place = () => {
      const at = field.getBoundingClientRect();
      const rem = parseFloat(getComputedStyle(document.documentElement).fontSize);
      const below = innerHeight - at.bottom - 8;
      const above = at.top - 8;
      const up = below < 10 * rem && above > below;
      popup.style.left = `${at.left}px`;
      popup.style.width = `${Math.min(Math.max(at.width, 16 * rem), innerWidth - at.left - 8)}px`;
      popup.style.maxHeight = `${Math.min(ROOM * rem, up ? above : below)}px`;
      popup.style.top = up ? "" : `${at.bottom + 4}px`;
      popup.style.bottom = up ? `${innerHeight - at.top + 4}px` : "";
    };
    place();
    addEventListener("scroll", place, true);
    addEventListener("resize", place);
    return () => {
      removeEventListener("scroll", place, true);
      removeEventListener("resize", place);
    };
  };
}

// The value of a field with photos: their names, sorted, or null.
import type { FieldValue } from "../../api/generated";
import { canChoose, CommandError } from "../../api/transport";

/** What the register takes; asked here before the picture is read into memory. */
export const PICTURE_BYTES = 32 << 20;

/** Whether a copied picture can be pasted: the window's page is given none by WebKitGTK, which shows it on Linux. */
export function takesPastes(inWindow = canChoose, browser = navigator.userAgent): boolean {
  return !inWindow || browser.includes("Windows");
}

export function photoIds(value: FieldValue | undefined): string[] {
  return Array.isArray(value) ? value.filter((id) => typeof id === "string") : [];
}

export function withPhoto(value: FieldValue | undefined, id: string): FieldValue {
  return [...new Set([...photoIds(value), id])].sort();
}

export function withoutPhoto(value: FieldValue | undefined, id: string): FieldValue {
  const left = photoIds(value).filter((one) => one !== id);
  return left.length === 0 ? null : left;
}

export function tooLarge(n_bytes: number): CommandError | null {
  if (n_bytes <= PICTURE_BYTES) return null;
  return new CommandError({ code: "photo.too_large", params: { max_mb: PICTURE_BYTES >> 20 }, incident: "" });
}

export async function base64Of(file: Blob): Promise<string> {
  const url = await new Promise<string>((resolve, reject) => {
    const reader = new FileReader();
    reader.onload = () => resolve(String(reader.result));
    reader.onerror = () => reject(new CommandError({ code: "photo.unreadable", params: {}, incident: "" }));
    reader.readAsDataURL(file);
  });
  return url.slice(url.indexOf(",") + 1);
}

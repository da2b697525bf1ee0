/** A countdown as it is shown and as it is read aloud: the same second in every window, the tray and a notice. Pure. */

/** Time that is left: a begun second still counts, so that `00:00` means that nothing is left. */
export function formatCountdown(ms: number): string {
  return formatSeconds(Math.ceil(Math.max(0, ms) / 1000));
}

/** `05:12`, from one hour `1:03:20`. */
export function formatSeconds(seconds: number): string {
  const two = (value: number) => String(value).padStart(2, '0');
  const hours = Math.floor(seconds / 3600);
  const rest = `${two(Math.floor(seconds / 60) % 60)}:${two(seconds % 60)}`;
  return hours === 0 ? rest : `${hours}:${rest}`;
}

/** `2 minutes`, `30 seconds`. */
export function spellOutCountdown(ms: number): string {
  const seconds = Math.ceil(Math.max(0, ms) / 1000);
  const minutes = Math.floor(seconds / 60);
  const parts = [
    ...(minutes > 0 ? [`${minutes} ${minutes === 1 ? 'minute' : 'minutes'}`] : []),
    ...(seconds % 60 > 0 || minutes === 0
      ? [`${seconds % 60} ${seconds % 60 === 1 ? 'second' : 'seconds'}`]
      : []),
  ];
  return parts.join(' ');
}

/** The text of an autostart entry (Desktop Entry Specification 1.5, "The Exec key"). Pure. */

/** `command` is the program and its arguments, as the system would hand them over. */
export function desktopEntry(command: readonly string[]): string {
  return [
    '[Desktop Entry]',
    'Type=Application',
    'Name=Chatclock',
    `Exec=${command.map(quoted).join(' ')}`,
    'Terminal=false',
    'X-GNOME-Autostart-enabled=true',
    '',
  ].join('\n');
}

/** Quotes for the Exec key, then the escapes of a string value; a percent sign would be a field code. */
function quoted(argument: string): string {
  const inQuotes = argument
    .replace(/[\r\n]/g, '')
    .replace(/["`$\\]/g, '\\$&')
    .replaceAll('%', '%%');
  return `"${inQuotes}"`.replaceAll('\\', '\\\\');
}

/** The ledger of a scene as its database holds it. */
import type { CoreScene } from './core-scene.ts';

/** Entries in short: `cause: debit -> credit amount`, in order. */
export async function entriesOf({ storage }: CoreScene) {
  return storage.db.selectFrom('ledger_entry').selectAll().orderBy('position').execute();
}

/** Balances by account and commodity over all periods; zero ones left out. */
export async function balancesOf({ storage }: CoreScene): Promise<Record<string, number>> {
  const balances: Record<string, number> = {};
  for (const row of await storage.db.selectFrom('ledger_account').selectAll().orderBy('account').execute()) {
    const name = `${row.account} ${row.commodity}`;
    balances[name] = (balances[name] ?? 0) + row.balance;
  }
  return Object.fromEntries(Object.entries(balances).filter(([, balance]) => balance !== 0));
}

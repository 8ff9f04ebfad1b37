import type { Catalog } from '../../policy/catalog.ts';

/**
 * Words of jobs, teams and shifts, which shared mailboxes are called by: `support@`, `night.shift@`. None of them is a
 * common name. What a product calls its jobs itself stands in its catalog.
 */
const commonWords: ReadonlySet<string> = new Set(
  `abuse academy account accountant accounting accounts accueil achats acquisition admin administration administrator
  advisor affiliate agency agent alerts alpha analyst analytics api app applications approver apps architect archive
  assistant associate atencion audit auditor automation ayuda backend backoffice backup banking beta billing board
  booking bookkeeper bookkeeping bot bounce brand broker buchhaltung builds bureau business buyer buying call campaign
  campus care career cashier center channel chat checkout chief claims class clerk client clinic cloud club coach
  coaching comercial commerce committee community company complaint compliance compras comptabilite concierge consultant
  consulting contact content contract contractor control coordinator copy core corporate council counsel counter courier
  creative credit crew critical customer data database debug delivery demo department deploy depot design designer desk
  dev developer development devops digital director dispatch dispatcher distribution division docs doctor documents
  domain donations driver duty editor editorial education einkauf email emea emergency empfang employee engineer
  engineering enterprise entwicklung escalation estate evening event events examiner executive expense export extern
  external facilities facility facturacion faculty feedback finance financial fleet floor forms founder freelancer front
  frontdesk frontend fulfillment fulfilment funding gallery global governance grants group growth guest hardware head
  headquarters health hello help helpdesk helpline hilfe hiring host hostmaster hotel hotline housekeeping hq hr human
  import inbound inbox incident info information infra infrastructure inquiries insights inspection inspector insurance
  integration intern internal international interns inventory investor invoice invoices invoicing it jobs kasse kitchen
  kontakt kundendienst lab laboratory lager launch lead leader leadership leads leasing legal leitung library licensing
  loans local logistics logs loyalty mail mailbox maintenance management manager manufacturing market marketing media
  medical member members membership merchandising merchant mobile moderation moderator money monitoring morning movers
  network news newsletter night noc nurse office officer onboarding oncall online operations operator ops order orders
  outbound outreach owner partner partners partnership parts patient payable payment payments payroll people permit
  personalabteilung pharmacy phone photo planner planning platform pool portal post postmaster press pricing principal
  print printing privacy processing procurement product production professor program programme project projects promo
  promotion property provider public publishing purchase purchasing qa quality queue quote ranger reader receivable
  recepcion reception receptionist rechnung rechnungen records recruiter recruiting recruitment refund refunds region
  regional registrar registration regulatory release renewals rental repair reporter reporting reports request requests
  research researcher reseller reservations resident resource response restaurant retail retention return returns
  revenue review reviewer risk root route safety sale sales salesforce sandbox schedule scheduling science scientist
  secretariat secretary security seller selling senior server service services settlement shared shift shipping shop
  showroom signup site social software soporte sourcing spam specialist sponsor sre staff staffing standby station stock
  store strategy student studio subscriptions success supervisor supplier supply support survey system systems talent
  tax teacher teaching team tech technical technician technik technology telephone tenant test tester testing third
  ticket tickets tier tours trade trading traffic trainee trainer training transfer transport travel treasurer treasury
  triage trust tutor underwriting university user vendor ventas ventes verification verkauf versand vertrieb verwaltung
  video visitor volunteer warehouse warranty watch web webmaster website weekend welcome wholesale workshop writer`.split(
    /\s+/,
  ),
);

const wordsByCatalog = new WeakMap<Catalog, ReadonlySet<string>>();

/** Whether a word is of a job rather than of a person: a common one, or one of the product or the workspace. */
export function isJobWord(word: string, catalog: Catalog, workspaceId: string): boolean {
  const known = wordsByCatalog.get(catalog) ?? wordsOfCatalog(catalog);
  wordsByCatalog.set(catalog, known);
  const place = wordsIn(workspaceId);
  const forms = [word, word.replace(/\d+$/, ''), word.replace(/s$/, ''), `${word}s`];
  return forms.some((form) => commonWords.has(form) || known.has(form) || place.includes(form));
}

function wordsOfCatalog({ permissions, roles }: Catalog): ReadonlySet<string> {
  const words = new Set<string>();
  for (const { id, category } of permissions.values()) for (const word of wordsIn(`${id} ${category}`)) words.add(word);
  for (const id of roles.keys()) for (const word of wordsIn(id)) words.add(word);
  return words;
}

function wordsIn(text: string): string[] {
  return text.toLowerCase().split(/[^\p{L}\p{N}]+/u);
}

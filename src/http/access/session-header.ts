/** The header by which a call says that it is one of our pages: no form and no page of another site can send it. */
export const sessionHeader = 'X-Rolebook-Session';

/**
 * A small SMTP client (RFC 5321): for handing mail to the next hop, and, with {@link
 * org.whosent.msa.client.SubmissionClient}, for the MUA's side of RFC 5068 and RFC 8314.
 */
package org.whosent.msa.client;

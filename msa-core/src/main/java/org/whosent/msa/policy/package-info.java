/**
 * What may an authenticated user do, and what may anybody? Senders, rates, recipients, relaying.
 */
package org.whosent.msa.policy;

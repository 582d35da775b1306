/** Where accepted mail goes: an SMTP server that queues and delivers, or a Maildir. */
package org.whosent.msa.hop;

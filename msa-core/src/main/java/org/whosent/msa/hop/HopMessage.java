package org.whosent.msa.hop;

import java.io.IOException;
import java.io.InputStream;

/**
 * A message ready to be handed on: stamped; with CRLF line endings throughout and one at the end,
 * unless the envelope says that it is {@link Envelope.Body#BINARY}.
 */
public interface HopMessage {
  /** The message from its start; any number of times. */
  InputStream open() throws IOException;

  /** Its octets. */
  long size();

  /** True when it has octets beyond ASCII. */
  boolean eightBit();

  /** Our transaction ID, an atom of letters and digits. */
  String transactionId();
}

package org.whosent.msa.hop;

import java.io.IOException;
import java.io.InputStream;

/** A message ready to be handed on: stamped, CRLF line endings throughout, one at the end. */
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

package org.whosent.msa.hop;

import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.time.Duration;
import org.whosent.msa.client.SmtpClient;
import org.whosent.msa.client.SmtpReply;

/**
 * A message's octets on their way to a hop that waits for them, and the hop's word on them. Used
 * once, by one thread.
 */
final class MessageSending {
  private final SmtpClient client;
  private final HopMessage message;
  private final boolean binary;
  private final SendingGuard guard;
  private boolean mayHaveAll;

  /** For a hop that said 354 to DATA, or takes BDAT for a message that is binary. */
  MessageSending(SmtpClient client, HopMessage message, Envelope.Body body, SendingGuard guard) {
    this.client = client;
    this.message = message;
    this.binary = body == Envelope.Body.BINARY;
    this.guard = guard;
  }

  /** True once the end of the message may have left. */
  boolean mayHaveAll() {
    return mayHaveAll;
  }

  /**
   * Sends all of it and waits for the answer.
   *
   * @param finalDot the most that the answer may take
   * @param untilNanos when all must be over
   * @throws IOException when the connection is of no use any more
   */
  SmtpReply send(Duration finalDot, long untilNanos) throws IOException {
    guard.add(client, untilNanos);
    try (InputStream in = message.open()) {
      if (binary) {
        return sendChunk(in, finalDot, untilNanos);
      }
      client.sendData(in);
      needSilence();
      mayHaveAll = true;
      return client.endData(SmtpHop.within(finalDot, untilNanos));
    } finally {
      guard.remove(client);
    }
  }

  /** What it says now is no word on a message that it has not got: it is out of step. */
  private void needSilence() throws IOException {
    if (!client.isQuiet()) {
      throw new IOException(client.name() + ": an answer before the message has ended");
    }
  }

  /** One chunk, its last octet apart: without it the hop has no message. */
  private SmtpReply sendChunk(InputStream in, Duration finalDot, long untilNanos)
      throws IOException {
    client.startChunk(message.size());
    byte[] octets = new byte[8192];
    long left = message.size() - 1;
    while (left > 0) {
      int count = in.read(octets, 0, (int) Math.min(octets.length, left));
      if (count < 0) {
        throw new EOFException("the message ends before its size");
      }
      client.sendOctets(octets, 0, count);
      left -= count;
    }
    client.flush();
    int last = in.read();
    if (last < 0) {
      throw new EOFException("the message ends before its size");
    }
    needSilence();
    mayHaveAll = true;
    Duration most = SmtpHop.within(finalDot, untilNanos);
    client.sendOctets(new byte[] {(byte) last}, 0, 1);
    client.flush();
    return client.reply(most);
  }
}

package org.whosent.msa.hop;

import java.io.EOFException;
import java.io.FilterInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.time.Duration;
import org.whosent.msa.client.SmtpClient;
import org.whosent.msa.client.SmtpReply;
import org.whosent.record.Outcome;

/**
 * A message's octets on their way to a hop that waits for them, and the hop's word on them. Used
 * once, by one thread.
 */
final class MessageSending {
  private static final String TOO_EARLY = ": an answer before the message has ended: ";

  /** How long is waited for the rest of an answer that has begun. */
  private static final Duration TO_HEAR = Duration.ofSeconds(1);

  /** Octets of a message after which it is looked again whether the hop has said anything. */
  private static final int BETWEEN_LOOKS = 65536;

  private final SmtpClient client;
  private final HopMessage message;
  private final boolean binary;
  private final SendingGuard guard;
  private boolean mayHaveAll;

  /** What the hop said before the end of the message, which it has not got then; or null. */
  private SmtpReply tooEarly;

  /** For a hop that said 354 to DATA, or takes BDAT for a message that is binary. */
  MessageSending(SmtpClient client, HopMessage message, Envelope.Body body, SendingGuard guard) {
    this.client = client;
    this.message = message;
    this.binary = body == Envelope.Body.BINARY;
    this.guard = guard;
  }

  /** How it ended when {@link #send} failed. */
  HandOver lost() {
    // Once the end of the message may have left, only the hop knows.
    Outcome outcome = mayHaveAll ? Outcome.UNKNOWN : Outcome.DEFERRED;
    return HandOver.lost(outcome, client.name(), tooEarly);
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
    try (InputStream in = new Watched(message.open())) {
      if (binary) {
        return sendChunk(in, finalDot, untilNanos);
      }
      client.sendData(in);
      needSilence();
      mayHaveAll = true;
      return client.endData(SmtpHop.within(finalDot, untilNanos));
    } catch (IOException e) {
      if (!mayHaveAll && tooEarly == null) {
        // It may have closed the connection for a reason that it told.
        hearTooEarly();
      }
      throw tooEarly == null ? e : new IOException(client.name() + TOO_EARLY + tooEarly);
    } finally {
      guard.remove(client);
    }
  }

  /** What it says now is no word on a message that it has not got: it is out of step. */
  private void needSilence() throws IOException {
    if (!client.isQuiet()) {
      hearTooEarly();
      throw new IOException(client.name() + TOO_EARLY + "nothing that is one");
    }
  }

  private void hearTooEarly() {
    try {
      tooEarly = client.reply(TO_HEAR);
    } catch (IOException e) {
      // It said nothing, or nothing that is an answer.
    }
  }

  /** A message that goes on only as long as the hop is silent: it may not even read the rest. */
  private final class Watched extends FilterInputStream {
    private int sinceLook;

    Watched(InputStream in) {
      super(in);
    }

    @Override
    public int read(byte[] octets, int offset, int count) throws IOException {
      int read = super.read(octets, offset, count);
      sinceLook += Math.max(read, 0);
      if (sinceLook >= BETWEEN_LOOKS) {
        sinceLook = 0;
        needSilence();
      }
      return read;
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

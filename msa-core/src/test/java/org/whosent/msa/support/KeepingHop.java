package org.whosent.msa.support;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import org.whosent.msa.hop.Envelope;
import org.whosent.msa.hop.Extension;
import org.whosent.msa.hop.ForwardPath;
import org.whosent.msa.hop.HandOver;
import org.whosent.msa.hop.HopMessage;
import org.whosent.msa.hop.HopReply;
import org.whosent.msa.hop.NextHop;
import org.whosent.msa.hop.Offer;
import org.whosent.record.Outcome;

/**
 * A next hop within the process that has every extension, takes everything but recipients whose
 * address begins with "gone", and keeps it. Not thread-safe.
 */
public final class KeepingHop implements NextHop {
  /** One message, its octets as ISO-8859-1. */
  public record Mail(Envelope envelope, int recipients, String content) {}

  private static final HopReply OK = new HopReply(250, "2.0.0", "OK");
  private static final Offer OFFER = new Offer(EnumSet.allOf(Extension.class), 0);

  public final List<Mail> mails = new ArrayList<>();

  @Override
  public Offer offer() {
    return OFFER;
  }

  @Override
  public Transaction begin(Envelope envelope) {
    return new Transaction() {
      private int recipients;

      @Override
      public HopReply opening() {
        return OK;
      }

      @Override
      public boolean has(Extension extension) {
        return true;
      }

      @Override
      public long maxSize() {
        return 0;
      }

      @Override
      public HopReply recipient(ForwardPath path) {
        if (path.address().startsWith("gone")) {
          return new HopReply(550, "5.1.1", "gone");
        }
        recipients++;
        return OK;
      }

      @Override
      public HandOver handOver(HopMessage message) {
        try (InputStream in = message.open()) {
          String content = new String(in.readAllBytes(), StandardCharsets.ISO_8859_1);
          if (content.length() != message.size()) {
            throw new AssertionError("size " + message.size() + " of " + content.length());
          }
          mails.add(new Mail(envelope, recipients, content));
        } catch (IOException e) {
          throw new UncheckedIOException(e);
        }
        return new HandOver(Outcome.DELIVERED, OK, "250 OK", "kept", null);
      }

      @Override
      public void close() {}
    };
  }
}

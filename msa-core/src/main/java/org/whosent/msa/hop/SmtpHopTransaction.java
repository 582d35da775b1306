package org.whosent.msa.hop;

import java.io.IOException;
import java.io.InputStream;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.whosent.msa.client.SmtpClient;
import org.whosent.msa.client.SmtpReply;
import org.whosent.record.Outcome;

/**
 * One message to one of the SMTP hops. When a hop fails before it was sent data, the envelope is
 * told again to the next one; after that there is no other try. Not thread-safe.
 */
final class SmtpHopTransaction implements NextHop.Transaction {
  private static final List<Pattern> QUEUE_IDS =
      List.of(
          // Postfix "Ok: queued as 4X…", ours
          Pattern.compile("queued as ([A-Za-z0-9._-]{3,64})\\b", Pattern.CASE_INSENSITIVE),
          // Exim "OK id=1t…", KumoMTA "OK ids=…"
          Pattern.compile("\\bids?=([A-Za-z0-9._-]{3,64})\\b"),
          // Haraka "Message Queued (…)"
          Pattern.compile("queued \\(([A-Za-z0-9._-]{3,64})\\)", Pattern.CASE_INSENSITIVE),
          // Sendmail, OpenSMTPD "… Message accepted for delivery"
          Pattern.compile("^([A-Za-z0-9._-]{5,64}) Message accepted"));

  private static final Duration RESET = Duration.ofSeconds(5);

  private final SmtpHop hop;
  private final String reversePath;
  private final List<String> recipients = new ArrayList<>();
  private final HopReply opening;
  private int nextAddress;
  private int address;
  private SmtpClient client;

  /** True when the connection is in no transaction, so that another may begin on it. */
  private boolean free;

  private boolean hasPlace;
  private long untilNanos;

  SmtpHopTransaction(SmtpHop hop, String reversePath) {
    this.hop = hop;
    this.reversePath = reversePath;
    this.hasPlace = hop.enter();
    allow(SmtpHop.OPENING_IN_ALL);
    this.opening = hasPlace ? open() : HopReply.BUSY;
  }

  /** All that is done for the client's present command is to be done in that time. */
  private void allow(Duration inAll) {
    untilNanos = System.nanoTime() + inAll.toNanos();
  }

  private SmtpReply command(String line) throws IOException {
    return client.command(line, SmtpHop.within(hop.timeouts().command(), untilNanos));
  }

  @Override
  public HopReply opening() {
    return opening;
  }

  @Override
  public boolean takesEightBit() {
    return client == null || client.offers("8BITMIME");
  }

  @Override
  public long maxSize() {
    return client == null ? 0 : client.maxSize();
  }

  /** Finds the first hop that takes MAIL, or says why none does. */
  private HopReply open() {
    HopReply last = HopReply.UNREACHABLE;
    long noneAfterNanos = System.nanoTime() + SmtpHop.OPENING.toNanos();
    while (nextAddress < hop.count() && System.nanoTime() - noneAfterNanos < 0) {
      address = nextAddress++;
      free = false;
      try {
        SmtpReply reply = mailOnWaiting();
        if (reply == null) {
          client = hop.connect(address, untilNanos);
          reply = mail();
        }
        if (reply.isPositive()) {
          return forClient(reply);
        }
        hop.log("next hop " + client.name() + " refuses MAIL: " + reply);
        last = forClient(reply);
        farewell();
        if (last.isPermanent()) {
          // A verdict on the sender, not on the connection: no other hop is asked for a better one.
          return last;
        }
      } catch (IOException e) {
        hop.log("next hop: " + e.getMessage());
        cut();
      }
    }
    return last;
  }

  private SmtpReply mail() throws IOException {
    // Declared whether the message will have such octets or not: its data come later.
    String body = client.offers("8BITMIME") ? " BODY=8BITMIME" : "";
    return command("MAIL FROM:<" + reversePath + ">" + body);
  }

  /**
   * Says MAIL on a connection that waited; null when there is none or it is of no use any more,
   * which says nothing of the hop: it may have tired of waiting, or of so many messages.
   */
  private SmtpReply mailOnWaiting() {
    client = hop.idle().take(address);
    if (client == null) {
      return null;
    }
    try {
      SmtpReply reply = mail();
      if (reply.isPositive() || reply.isPermanent() && forClient(reply).isPermanent()) {
        return reply;
      }
      farewell();
    } catch (IOException e) {
      cut();
    }
    return null;
  }

  @Override
  public HopReply recipient(String forwardPath) {
    allow(SmtpHop.OPENING_IN_ALL);
    while (client != null) {
      try {
        SmtpReply reply = command("RCPT TO:<" + forwardPath + ">");
        if (reply.code() != 421) {
          if (reply.isPositive()) {
            recipients.add(forwardPath);
          }
          return forClient(reply);
        }
        hop.log("next hop " + client.name() + ": " + reply);
      } catch (IOException e) {
        hop.log("next hop: " + e.getMessage());
      }
      cut();
      reopen();
    }
    return HopReply.LOST;
  }

  /** Tells the envelope so far to another hop; that hop must take all of it. */
  private void reopen() {
    while (nextAddress < hop.count()) {
      if (!open().isPositive()) {
        return;
      }
      try {
        for (String recipient : recipients) {
          SmtpReply reply = command("RCPT TO:<" + recipient + ">");
          if (!reply.isPositive()) {
            throw new IOException(
                client.name() + " refuses a recipient that another hop took: " + reply);
          }
        }
        return;
      } catch (IOException e) {
        hop.log("next hop: " + e.getMessage());
        cut();
      }
    }
  }

  @Override
  public HandOver handOver(HopMessage message) {
    allow(SmtpHop.HANDING_OVER_IN_ALL);
    while (client != null) {
      try {
        SmtpReply reply = command("DATA");
        if (reply.code() == 354) {
          return send(message);
        }
        if (reply.code() != 421) {
          return refused(reply);
        }
        hop.log("next hop " + client.name() + ": " + reply);
      } catch (IOException e) {
        hop.log("next hop: " + e.getMessage());
      }
      String name = client.name();
      cut();
      reopen();
      if (client == null || message.eightBit() && !client.offers("8BITMIME")) {
        return new HandOver(Outcome.DEFERRED, HopReply.LOST, null, name, null);
      }
    }
    return new HandOver(Outcome.DEFERRED, HopReply.LOST, null, null, null);
  }

  private HandOver send(HopMessage message) {
    String name = client.name();
    boolean dotSent = false;
    Thread guard = guard(client);
    try {
      try (InputStream in = message.open()) {
        client.sendData(in);
      }
      dotSent = true;
      SmtpReply reply = client.endData(SmtpHop.within(hop.timeouts().finalDot(), untilNanos));
      free = true;
      if (!reply.isPositive()) {
        return refused(reply);
      }
      HopReply taken = new HopReply(250, "2.0.0", "OK");
      return new HandOver(Outcome.DELIVERED, taken, reply.toString(), name, queueId(reply));
    } catch (IOException e) {
      hop.log("next hop: " + e.getMessage());
      cut();
      // Once any octet of the final dot may have left, only the hop knows.
      Outcome outcome = dotSent ? Outcome.UNKNOWN : Outcome.DEFERRED;
      return new HandOver(outcome, HopReply.LOST, null, name, null);
    } finally {
      guard.interrupt();
    }
  }

  /** Cuts a hop that does not read what we write: no read timeout notices that. */
  private Thread guard(SmtpClient guarded) {
    Duration most = Duration.ofNanos(Math.max(1, untilNanos - System.nanoTime()));
    return Thread.startVirtualThread(
        () -> {
          try {
            Thread.sleep(most);
            guarded.abort();
          } catch (InterruptedException e) {
            // handed over in time
          }
        });
  }

  private HandOver refused(SmtpReply reply) {
    HopReply forClient = forClient(reply);
    return new HandOver(
        forClient.isPermanent() ? Outcome.BOUNCED : Outcome.DEFERRED,
        forClient,
        reply.toString(),
        client.name(),
        null);
  }

  /**
   * What the client may hear of a hop's reply. What the hop has against us or against the
   * connection is temporary for the client: 421 would end a session that is not the hop's, 530
   * would make it ask for a password that is ours, and 500 to 504 speak of commands that it never
   * sent.
   */
  private static HopReply forClient(SmtpReply reply) {
    int code = reply.code();
    if (code == 421) {
      return HopReply.LOST;
    }
    if (code >= 300 && code < 400
        || code >= 500 && code <= 504 && code != 501
        || code == 530
        || code == 534
        || code == 535
        || code == 538
        || code == 454) {
      return HopReply.NOT_FOR_CLIENTS;
    }
    if (code < 300) {
      return new HopReply(250, reply.status() == null ? "2.0.0" : reply.status(), "OK");
    }
    String status = reply.status() == null ? code / 100 + ".0.0" : reply.status();
    String text = reply.text().isEmpty() ? "refused" : reply.text();
    return new HopReply(code, status, "next hop: " + text);
  }

  private static String queueId(SmtpReply reply) {
    for (Pattern pattern : QUEUE_IDS) {
      Matcher matcher = pattern.matcher(reply.text());
      if (matcher.find()) {
        return matcher.group(1);
      }
    }
    return null;
  }

  private void farewell() {
    IdleConnections.goodbye(client);
    client = null;
  }

  private void cut() {
    if (client != null) {
      client.close();
      client = null;
    }
  }

  @Override
  public void close() {
    if (!hasPlace) {
      return;
    }
    hasPlace = false;
    SmtpClient done = client;
    client = null;
    if (done == null) {
      hop.leave();
    } else if (free) {
      hop.idle().giveBack(address, done);
      hop.leave();
    } else {
      // Our client does not wait for the hop's answer.
      Thread.startVirtualThread(() -> abandon(done));
    }
  }

  private void abandon(SmtpClient done) {
    try {
      if (done.command("RSET", RESET).isPositive()) {
        hop.idle().giveBack(address, done);
      } else {
        done.quit();
      }
    } catch (IOException e) {
      done.close();
    } finally {
      hop.leave();
    }
  }
}

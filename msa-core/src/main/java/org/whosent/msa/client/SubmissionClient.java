package org.whosent.msa.client;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.net.UnknownHostException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLException;

/**
 * Hands in a message as RFC 5068 and RFC 8314 want it of a MUA: 465 with TLS from the first octet,
 * else 587 with STARTTLS, else 25 with STARTTLS; never without TLS, whatever the server says.
 * Immutable, thread-safe.
 *
 * <p>The next port is tried only when one cannot be reached or does not greet. A port that answers
 * and whose TLS fails ends the search: whoever breaks TLS at one port must not be able to choose
 * another for us. A refused login is not tried elsewhere, since that would count against the user.
 *
 * @param host to connect to
 * @param doors in the order in which they are tried
 * @param context verifies certificates, or does not
 * @param certificateName what the certificate must name, or null when nobody asks
 * @param ourName for EHLO
 * @param timeout for each step but the answer to a message
 * @param listener hears every line but secrets and message data
 */
public record SubmissionClient(
    String host,
    List<Door> doors,
    SSLContext context,
    String certificateName,
    String ourName,
    Duration timeout,
    SmtpClient.Listener listener) {
  /** RFC 5321 section 4.5.3.2.6: time for the answer to the final dot. */
  private static final Duration AFTER_DATA = Duration.ofMinutes(10);

  /** A service and the port where it is looked for. */
  public record Door(SubmissionService service, int port) {}

  public SubmissionClient {
    doors = List.copyOf(doors);
  }

  /** No port let us in; the message has one line for each. */
  public static final class UnreachableException extends IOException {
    private static final long serialVersionUID = 1L;

    UnreachableException(List<String> tried) {
      super(String.join("; ", tried));
    }
  }

  /**
   * A connection under TLS, after EHLO.
   *
   * @throws UnreachableException when no port can be reached, or one that can has no TLS that holds
   */
  public SmtpClient connect() throws UnreachableException {
    List<String> tried = new ArrayList<>();
    for (Door door : doors) {
      try {
        SmtpClient client = greeted(door);
        if (client != null) {
          return client;
        }
        tried.add(at(door, "does not offer STARTTLS; nothing is sent in clear"));
        break;
      } catch (SSLException e) {
        tried.add(at(door, "TLS: " + reason(e)));
        break;
      } catch (IOException e) {
        tried.add(at(door, reason(e)));
      }
    }
    throw new UnreachableException(tried);
  }

  private String at(Door door, String reason) {
    return host + " port " + door.port + ": " + reason;
  }

  /** What an exception says, in words an operator knows. */
  public static String reason(IOException e) {
    if (e instanceof UnknownHostException) {
      return "no such host";
    }
    Throwable root = e;
    while (root.getCause() != null && root.getCause() != root) {
      root = root.getCause();
    }
    String said = root.getMessage() == null ? root.toString() : root.getMessage();
    return said.contains("unable to find valid certification path")
        ? "the certificate is signed by nobody we trust"
        : said;
  }

  /** Null when STARTTLS is wanted and not offered. */
  private SmtpClient greeted(Door door) throws IOException {
    SmtpClient client = SmtpClient.connect(host, door.port, timeout);
    boolean done = false;
    try {
      client.listen(listener);
      if (door.service.implicitTls()) {
        startTls(client);
        positive(client.reply(timeout));
      } else {
        positive(client.reply(timeout));
        positive(client.hello(ourName, timeout));
        if (!client.offers("STARTTLS")) {
          client.quit();
          return null;
        }
        SmtpReply ready = client.command("STARTTLS", timeout);
        if (ready.code() != 220) {
          throw new SSLException("STARTTLS is refused: " + ready);
        }
        startTls(client);
      }
      positive(client.hello(ourName, timeout));
      done = true;
      return client;
    } finally {
      if (!done) {
        client.close();
      }
    }
  }

  private void startTls(SmtpClient client) throws IOException {
    try {
      client.startTls(
          context,
          certificateName == null ? host : certificateName,
          certificateName != null,
          timeout);
    } catch (SSLException e) {
      throw e;
    } catch (IOException e) {
      throw new SSLException("the handshake fails: " + reason(e), e);
    }
  }

  private static void positive(SmtpReply reply) throws IOException {
    if (!reply.isPositive()) {
      throw new IOException("it says " + reply);
    }
  }

  /**
   * Sends a message over a connection that is logged in where it must be.
   *
   * @return the server's last reply, which is positive
   * @throws RefusedException when it refuses the sender, any of the recipients or the message;
   *     nobody gets it then
   */
  public SmtpReply send(SmtpClient client, OutgoingMessage message)
      throws IOException, RefusedException {
    StringBuilder mail = new StringBuilder("MAIL FROM:<" + message.reversePath() + ">");
    if (client.offers("SIZE")) {
      mail.append(" SIZE=").append(message.content().length);
    }
    if (message.isEightBit()) {
      if (!client.offers("8BITMIME")) {
        // RFC 6152 section 3: not ours to convert, and not to be sent as it is.
        throw new IOException(
            client.name() + ": the message has 8-bit octets and the server no 8BITMIME");
      }
      mail.append(" BODY=8BITMIME");
    }
    need(client, mail.toString(), 250);
    for (String recipient : message.recipients()) {
      need(client, "RCPT TO:<" + recipient + ">", 250, 251);
    }
    need(client, "DATA", 354);
    client.sendData(new ByteArrayInputStream(message.content()));
    SmtpReply reply = client.endData(AFTER_DATA);
    if (!reply.isPositive()) {
      throw new RefusedException("the message", reply);
    }
    return reply;
  }

  private void need(SmtpClient client, String command, int... codes)
      throws IOException, RefusedException {
    SmtpReply reply = client.command(command, timeout);
    for (int code : codes) {
      if (reply.code() == code) {
        return;
      }
    }
    client.quit();
    throw new RefusedException(command, reply);
  }
}

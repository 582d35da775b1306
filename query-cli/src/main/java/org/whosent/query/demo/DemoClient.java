package org.whosent.query.demo;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Base64;
import javax.net.ssl.SSLContext;
import org.whosent.msa.client.SmtpClient;
import org.whosent.msa.client.SmtpReply;

/** Submits one message as a mail program would: STARTTLS, AUTH PLAIN, MAIL, RCPT, DATA. */
final class DemoClient {
  private static final Duration PATIENCE = Duration.ofSeconds(30);

  private final InetSocketAddress server;
  private final String name;
  private final SSLContext tls;

  /** The certificate must be one that {@code tls} trusts, and name the server. */
  DemoClient(InetSocketAddress server, String name, SSLContext tls) {
    this.server = server;
    this.name = name;
    this.tls = tls;
  }

  /** Returns the server's last reply; fails loudly on any refusal. */
  String submit(String user, String password, String from, String to, String message)
      throws IOException {
    String address = server.getAddress().getHostAddress();
    try (SmtpClient client = SmtpClient.connect(address, server.getPort(), PATIENCE)) {
      expect(client.reply(PATIENCE));
      expect(client.hello("laptop.example", PATIENCE));
      expect(client.command("STARTTLS", PATIENCE));
      client.startTls(tls, name, true, PATIENCE);
      expect(client.hello("laptop.example", PATIENCE));
      byte[] secret = ("\0" + user + "\0" + password).getBytes(StandardCharsets.UTF_8);
      expect(client.command("AUTH PLAIN " + Base64.getEncoder().encodeToString(secret), PATIENCE));
      expect(client.command("MAIL FROM:<" + from + ">", PATIENCE));
      expect(client.command("RCPT TO:<" + to + ">", PATIENCE));
      client.command("DATA", PATIENCE);
      client.sendData(new ByteArrayInputStream(message.getBytes(StandardCharsets.UTF_8)));
      SmtpReply reply = client.endData(PATIENCE);
      expect(reply);
      client.quit();
      return reply.toString();
    }
  }

  private static void expect(SmtpReply reply) throws IOException {
    if (!reply.isPositive()) {
      throw new IOException("the submission server refused: " + reply);
    }
  }
}

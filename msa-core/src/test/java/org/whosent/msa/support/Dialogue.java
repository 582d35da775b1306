package org.whosent.msa.support;

import java.io.BufferedInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import javax.net.ssl.SSLSocket;
import org.whosent.msa.tls.TlsMaterial;

/**
 * A client whose every word a test writes down. {@code send} sends a line, {@code expect} reads one
 * reply and compares how it begins. Not thread-safe.
 */
public final class Dialogue implements AutoCloseable {
  private Socket socket;
  private InputStream in;
  private OutputStream out;
  private final StringBuilder transcript = new StringBuilder();

  public Dialogue(InetSocketAddress address) throws IOException {
    socket = new Socket(address.getAddress(), address.getPort());
    socket.setSoTimeout(120_000);
    streams();
  }

  private void streams() throws IOException {
    in = new BufferedInputStream(socket.getInputStream());
    out = socket.getOutputStream();
  }

  /** Puts TLS over it, as client. */
  public Dialogue handshake() throws IOException {
    return handshake(null);
  }

  /** The same with one version of it: TLSv1.2 or TLSv1.3. */
  public Dialogue handshake(String version) throws IOException {
    SSLSocket tls =
        (SSLSocket)
            TlsMaterial.trustingClient()
                .getSocketFactory()
                .createSocket(socket, "localhost", socket.getPort(), true);
    if (version != null) {
      tls.setEnabledProtocols(new String[] {version});
    }
    tls.startHandshake();
    socket = tls;
    streams();
    return this;
  }

  /** Sends octets as they are, one a character. */
  public Dialogue raw(String text) throws IOException {
    transcript.append("C: ").append(visible(text)).append('\n');
    out.write(text.getBytes(StandardCharsets.ISO_8859_1));
    out.flush();
    return this;
  }

  /** Sends lines, each ended with CRLF. */
  public Dialogue send(String... lines) throws IOException {
    return raw(String.join("\r\n", lines) + "\r\n");
  }

  /** Reads one reply, all its lines. */
  public String reply() throws IOException {
    StringBuilder reply = new StringBuilder();
    while (true) {
      StringBuilder line = new StringBuilder();
      int b;
      while ((b = in.read()) >= 0 && b != '\n') {
        line.append((char) b);
      }
      if (b < 0) {
        return line.isEmpty() && reply.isEmpty() ? "(closed)" : reply + "(cut off) " + line;
      }
      if (!line.toString().endsWith("\r")) {
        throw new AssertionError("a reply line that does not end in CRLF: " + line);
      }
      String text = line.substring(0, line.length() - 1);
      transcript.append("S: ").append(visible(text)).append('\n');
      reply.append(text).append('\n');
      if (text.length() < 4 || text.charAt(3) == ' ') {
        return reply.toString().stripTrailing();
      }
    }
  }

  /** Reads one reply and checks how it begins; "(closed)" is the end of the connection. */
  public Dialogue expect(String start) throws IOException {
    String reply = reply();
    if (!reply.startsWith(start)) {
      throw new AssertionError("expected '" + start + "', got '" + reply + "' in\n" + transcript);
    }
    return this;
  }

  /** The greeting, EHLO, and TLS by STARTTLS, EHLO again. */
  public Dialogue startTls() throws IOException {
    return expect("220").startTlsAfterGreeting();
  }

  /** The same when the greeting was read. */
  public Dialogue startTlsAfterGreeting() throws IOException {
    send("EHLO client.example").expect("250").send("STARTTLS").expect("220");
    return handshake().send("EHLO client.example").expect("250");
  }

  /** All that comes before MAIL on a STARTTLS port. */
  public Dialogue login(String user, String password) throws IOException {
    return startTls().send("AUTH PLAIN " + plain("", user, password)).expect("235");
  }

  public static String plain(String authorizationId, String user, String password) {
    return base64(authorizationId + "\0" + user + "\0" + password);
  }

  public static String base64(String text) {
    return Base64.getEncoder().encodeToString(text.getBytes(StandardCharsets.UTF_8));
  }

  /** What was said so far. */
  public String transcript() {
    return transcript.toString();
  }

  public Socket socket() {
    return socket;
  }

  private static String visible(String text) {
    return text.replace("\r", "\\r").replace("\n", "\\n");
  }

  @Override
  public void close() throws IOException {
    socket.close();
  }
}

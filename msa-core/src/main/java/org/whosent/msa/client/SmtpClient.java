package org.whosent.msa.client;

import java.io.BufferedOutputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.SocketTimeoutException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLParameters;
import javax.net.ssl.SSLSession;
import javax.net.ssl.SSLSocket;
import org.whosent.record.Addresses;

/**
 * One connection to an SMTP server. Not thread-safe.
 *
 * <p>Every method waits at most its time and throws an IOException when the connection is of no use
 * any more. The server is no more trusted than a client of ours: its lines are bounded in length
 * and number, and time is kept whatever it sends. Only a server that does not read holds whoever
 * writes; {@link #abort} from another thread ends that.
 */
public final class SmtpClient implements AutoCloseable {
  private static final int MAX_LINE = 4096;
  private static final int MAX_LINES = 128;
  private static final int MAX_ADDRESSES = 4;

  private final TimedSocket raw;
  private final String name;
  private final byte[] buffer = new byte[4096];
  private int next;
  private int end;
  private Socket socket;
  private InputStream in;
  private OutputStream out;
  private Map<String, String> extensions = Map.of();
  private final long bornNanos = System.nanoTime();
  private int messages;
  private Listener listener = (_, _) -> {};

  /** Hears what is said on a connection, message data excepted. */
  @FunctionalInterface
  public interface Listener {
    /** One line, without its end; the server's are untrusted octets, one a character. */
    void line(boolean byClient, String line);
  }

  private SmtpClient(TimedSocket raw, String name) throws IOException {
    this.raw = raw;
    this.name = name;
    use(raw);
  }

  /**
   * Connects to the first of a host's addresses that answers. The greeting is still to be read.
   *
   * @param timeout for each address
   */
  public static SmtpClient connect(String host, int port, Duration timeout) throws IOException {
    IOException failure = null;
    List<InetAddress> addresses = List.of(InetAddress.getAllByName(host));
    for (InetAddress address : addresses.subList(0, Math.min(MAX_ADDRESSES, addresses.size()))) {
      TimedSocket socket = new TimedSocket();
      try {
        socket.setTcpNoDelay(true);
        socket.connect(new InetSocketAddress(address, port), (int) timeout.toMillis());
        return new SmtpClient(socket, "%s[%s]:%d".formatted(host, Addresses.format(address), port));
      } catch (IOException e) {
        socket.close();
        failure = e;
      }
    }
    throw failure == null ? new IOException(host + ": no address") : failure;
  }

  private void use(Socket used) throws IOException {
    socket = used;
    in = used.getInputStream();
    out = new BufferedOutputStream(used.getOutputStream(), 16384);
    next = 0;
    end = 0;
  }

  /** Lets somebody hear what is said from now on; secrets are left out. */
  public void listen(Listener hearing) {
    listener = hearing;
  }

  /** The server as {@code host[address]:port}. */
  public String name() {
    return name;
  }

  /** Counts a message that went over this connection; how many there were. */
  public int countMessage() {
    return ++messages;
  }

  /** Lets no other message go over it: it counts as if very many had. */
  public void wearOut() {
    messages = Integer.MAX_VALUE - 1;
  }

  /** How long ago it was connected. */
  public Duration age() {
    return Duration.ofNanos(System.nanoTime() - bornNanos);
  }

  /**
   * True when there is nothing to read. What can be read before a command was sent is no answer to
   * it: a late reply, or the announcement that the server closes.
   */
  public boolean isQuiet() {
    try {
      return next == end
          && !raw.isClosed()
          && in.available() == 0
          && raw.getInputStream().available() == 0;
    } catch (IOException e) {
      return false;
    }
  }

  /** True under TLS. */
  public boolean isTls() {
    return socket instanceof SSLSocket;
  }

  /** The TLS session with version, cipher and the server's certificates; null in clear. */
  public SSLSession tls() {
    return socket instanceof SSLSocket tls ? tls.getSession() : null;
  }

  /** Puts TLS over the connection. */
  public void startTls(SSLContext context, String host, boolean verifyName, Duration timeout)
      throws IOException {
    raw.allow(timeout);
    SSLSocket tls =
        (SSLSocket) context.getSocketFactory().createSocket(raw, host, raw.getPort(), true);
    if (verifyName) {
      SSLParameters parameters = tls.getSSLParameters();
      parameters.setEndpointIdentificationAlgorithm("HTTPS");
      tls.setSSLParameters(parameters);
    }
    tls.startHandshake();
    // RFC 3207 section 4.2: forget what was said in clear, read-ahead octets included.
    extensions = Map.of();
    use(tls);
  }

  /** Says EHLO, and HELO where that is refused; remembers the extensions. */
  public SmtpReply hello(String ourName, Duration timeout) throws IOException {
    SmtpReply reply = command("EHLO " + ourName, timeout);
    extensions = new HashMap<>();
    if (reply.isPermanent()) {
      return command("HELO " + ourName, timeout);
    }
    if (reply.isPositive()) {
      learn(reply);
    }
    return reply;
  }

  /** Takes a positive answer to EHLO for what the server offers. */
  public void learn(SmtpReply reply) {
    extensions = new HashMap<>();
    for (String line : reply.lines().subList(1, reply.lines().size())) {
      String[] words = line.strip().split(" ", 2);
      extensions.put(words[0].toUpperCase(Locale.ROOT), words.length > 1 ? words[1] : "");
    }
  }

  /** What EHLO listed after the extension's name; empty when it did not list it. */
  public String parameters(String extension) {
    return extensions.getOrDefault(extension, "");
  }

  /** True when it went back to wait for a message before. */
  public boolean isUsed() {
    return messages > 0;
  }

  /** True when EHLO listed the extension. */
  public boolean offers(String extension) {
    return extensions.containsKey(extension);
  }

  /** The extensions that EHLO listed, in upper case, each with what stands behind it or "". */
  public Map<String, String> extensions() {
    return Collections.unmodifiableMap(extensions);
  }

  /** The greatest message the server takes (RFC 1870), or 0 when it does not say. */
  public long maxSize() {
    String size = extensions.getOrDefault("SIZE", "").strip();
    return size.matches("[0-9]{1,18}") ? Long.parseLong(size) : 0;
  }

  /**
   * Sends a command and reads the reply.
   *
   * @param line printable ASCII, and with a server that offers SMTPUTF8 (RFC 6531) beyond it
   */
  public SmtpReply command(String line, Duration timeout) throws IOException {
    if (next < end) {
      throw new IOException(name + ": an answer to nothing");
    }
    sendAhead(List.of(line));
    return reply(timeout);
  }

  /** As {@link #command}; who listens is told {@code shown} instead of the line. */
  public SmtpReply secret(String line, String shown, Duration timeout) throws IOException {
    write(line);
    out.flush();
    listener.line(true, shown);
    return reply(timeout);
  }

  /** Sends commands in one piece, as pipelining does; their replies are still to be read. */
  public void sendAhead(List<String> lines) throws IOException {
    for (String line : lines) {
      say(line);
    }
    out.flush();
  }

  private void say(String line) throws IOException {
    write(line);
    listener.line(true, line);
  }

  private void write(String line) throws IOException {
    for (int i = 0; i < line.length(); i++) {
      char c = line.charAt(i);
      if (c < ' ' || c > '~' && (c < 0xa0 || !offers("SMTPUTF8"))) {
        // Our own bug: nothing that comes here may carry a line end.
        throw new IllegalArgumentException("a command is printable ASCII");
      }
    }
    out.write((line + "\r\n").getBytes(StandardCharsets.UTF_8));
  }

  /** Announces one chunk that is the whole message (RFC 3030); its octets are to follow. */
  public void startChunk(long size) throws IOException {
    say("BDAT " + size + " LAST");
  }

  /** Sends octets of a chunk as they are. */
  public void sendOctets(byte[] octets, int offset, int count) throws IOException {
    out.write(octets, offset, count);
  }

  /** Sends what is buffered. */
  public void flush() throws IOException {
    out.flush();
  }

  /**
   * Sends message data with dots doubled (RFC 5321 section 4.5.2), but not the final dot; the last
   * of it may wait for {@link #endData}, so that a short message is one write.
   *
   * @param message with CRLF line endings throughout
   */
  public void sendData(InputStream message) throws IOException {
    byte[] chunk = new byte[8192];
    boolean lineStart = true;
    int count;
    while ((count = message.read(chunk)) >= 0) {
      int sent = 0;
      for (int i = 0; i < count; i++) {
        if (lineStart && chunk[i] == '.') {
          out.write(chunk, sent, i - sent);
          out.write('.');
          sent = i;
        }
        lineStart = chunk[i] == '\n';
      }
      out.write(chunk, sent, count - sent);
    }
  }

  /** Sends the final dot and waits for what the server makes of the message. */
  public SmtpReply endData(Duration timeout) throws IOException {
    out.write(".\r\n".getBytes(StandardCharsets.US_ASCII));
    out.flush();
    return reply(timeout);
  }

  /**
   * Reads one reply.
   *
   * @throws IOException when there is none in time, or what comes is none
   */
  public SmtpReply reply(Duration timeout) throws IOException {
    raw.allow(timeout);
    List<String> lines = new ArrayList<>();
    while (true) {
      String line = readLine();
      listener.line(false, line);
      if (line.length() < 3
          || line.charAt(0) < '2'
          || line.charAt(0) > '5'
          || !isDigit(line.charAt(1))
          || !isDigit(line.charAt(2))
          || line.length() > 3 && line.charAt(3) != ' ' && line.charAt(3) != '-') {
        throw new IOException(name + ": not an SMTP reply");
      }
      lines.add(line.length() > 4 ? line.substring(4) : "");
      if (line.length() == 3 || line.charAt(3) == ' ') {
        return SmtpReply.of(Integer.parseInt(line.substring(0, 3)), lines);
      }
      if (lines.size() >= MAX_LINES) {
        throw new IOException(name + ": a reply without end");
      }
    }
  }

  private static boolean isDigit(char c) {
    return c >= '0' && c <= '9';
  }

  private String readLine() throws IOException {
    StringBuilder line = new StringBuilder(80);
    while (true) {
      if (next == end) {
        fill();
      }
      char c = (char) (buffer[next++] & 0xff);
      if (c == '\n') {
        return line.toString();
      }
      if (c != '\r') {
        line.append(c);
      }
      if (line.length() > MAX_LINE) {
        throw new IOException(name + ": a reply line too long");
      }
    }
  }

  private void fill() throws IOException {
    next = 0;
    end = 0;
    try {
      end = Math.max(0, in.read(buffer));
    } catch (SocketTimeoutException e) {
      throw new SocketTimeoutException(name + ": no reply in time");
    }
    if (end == 0) {
      throw new EOFException(name + ": connection lost");
    }
  }

  /**
   * The bare connection, for whoever goes on with octets that are no SMTP.
   *
   * @param timeout after which reads of it fail
   */
  public Socket rawSocket(Duration timeout) {
    raw.allow(timeout);
    return raw;
  }

  /** Says goodbye and closes. Never fails. */
  public void quit() {
    try (this) {
      command("QUIT", Duration.ofSeconds(5));
    } catch (IOException e) {
      // the message, if any, is settled; the connection goes either way
    }
  }

  /** Cuts the connection; may be called from any thread. */
  public void abort() {
    try {
      raw.close();
    } catch (IOException e) {
      // nobody is left to be told
    }
  }

  /** Closes without a word: what was sent of a message without its final dot is void. */
  @Override
  public void close() {
    abort();
  }
}

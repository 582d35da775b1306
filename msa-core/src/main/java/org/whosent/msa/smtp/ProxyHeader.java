package org.whosent.msa.smtp;

import java.io.ByteArrayOutputStream;
import java.io.EOFException;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.whosent.record.Addresses;

/**
 * What a load balancer says of its client before the client's first octet: HAProxy's PROXY
 * protocol, version 1 (a line of text) and 2 (binary). Stateless.
 *
 * <p>It is believed, so it is read only from addresses that the operator named, and there it must
 * be. Not one octet more than the header is taken. What version 2 may add about TLS or names is
 * read over.
 */
final class ProxyHeader {
  /** Section 2.1: the longest line of version 1 with its CRLF. */
  private static final int MAX_LINE = 107;

  private static final byte[] SIGNATURE = {
    '\r', '\n', '\r', '\n', 0, '\r', '\n', 'Q', 'U', 'I', 'T', '\n'
  };

  private static final Pattern LINE =
      Pattern.compile(
          "PROXY (?:UNKNOWN(?: .*)?|(TCP[46]) ([0-9A-Fa-f:.]{2,45}) ([0-9A-Fa-f:.]{2,45})"
              + " ([0-9]{1,5}) ([0-9]{1,5}))\r\n");

  private ProxyHeader() {}

  /** Where octets come from, one at a time. */
  interface Source {
    /** The next octet, or -1 at the end. */
    int read() throws IOException;
  }

  /**
   * Reads a header.
   *
   * @return the client; empty when the load balancer speaks for itself or does not know
   * @throws EOFException when the stream ends before the header does
   * @throws IOException when what comes is no header; the message is for the operator's log
   */
  static Optional<InetSocketAddress> read(Source in) throws IOException {
    int first = octet(in);
    if (first == 'P') {
      return text(in);
    }
    if (first == SIGNATURE[0]) {
      return binary(in);
    }
    throw new IOException("no PROXY header");
  }

  private static Optional<InetSocketAddress> text(Source in) throws IOException {
    ByteArrayOutputStream line = new ByteArrayOutputStream(MAX_LINE);
    line.write('P');
    int b = 'P';
    while (b != '\n') {
      if (line.size() == MAX_LINE) {
        throw new IOException("a PROXY line without end");
      }
      b = octet(in);
      line.write(b);
    }
    Matcher matcher = LINE.matcher(line.toString(StandardCharsets.ISO_8859_1));
    if (!matcher.matches()) {
      throw new IOException("a malformed PROXY line");
    }
    if (matcher.group(1) == null) {
      return Optional.empty();
    }
    boolean four = matcher.group(1).equals("TCP4");
    Optional<InetAddress> source = Addresses.parse(matcher.group(2));
    int port = Integer.parseInt(matcher.group(4));
    if (source.isEmpty() || matcher.group(2).indexOf(':') < 0 != four || port > 65535) {
      throw new IOException("a malformed PROXY line");
    }
    return Optional.of(new InetSocketAddress(source.get(), port));
  }

  private static Optional<InetSocketAddress> binary(Source in) throws IOException {
    byte[] head = octets(in, 15);
    if (!Arrays.equals(head, 0, 11, SIGNATURE, 1, 12)) {
      throw new IOException("no PROXY header");
    }
    int versionAndCommand = head[11] & 0xff;
    int family = head[12] & 0xff;
    byte[] rest = octets(in, (head[13] & 0xff) << 8 | head[14] & 0xff);
    return switch (versionAndCommand) {
      case 0x20 -> Optional.empty();
      case 0x21 ->
          switch (family) {
            case 0x00 -> Optional.empty();
            case 0x11 -> address(rest, 4);
            case 0x21 -> address(rest, 16);
            default -> throw new IOException("a PROXY header that is not about TCP");
          };
      default -> throw new IOException("a PROXY header of another version");
    };
  }

  private static Optional<InetSocketAddress> address(byte[] rest, int length) throws IOException {
    if (rest.length < 2 * length + 4) {
      throw new IOException("a PROXY header that is too short");
    }
    InetAddress source = InetAddress.getByAddress(Arrays.copyOf(rest, length));
    int port = ByteBuffer.wrap(rest).getChar(2 * length);
    return Optional.of(new InetSocketAddress(source, port));
  }

  private static byte[] octets(Source in, int count) throws IOException {
    byte[] octets = new byte[count];
    for (int i = 0; i < count; i++) {
      octets[i] = (byte) octet(in);
    }
    return octets;
  }

  private static int octet(Source in) throws IOException {
    int b = in.read();
    if (b < 0) {
      throw new EOFException();
    }
    return b;
  }
}

package org.whosent.query.doctor;

import java.io.ByteArrayOutputStream;
import java.io.DataInputStream;
import java.io.EOFException;
import java.io.IOException;
import java.net.Socket;
import java.net.SocketException;
import java.net.SocketTimeoutException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.security.SecureRandom;
import org.whosent.msa.client.SmtpClient;
import org.whosent.msa.client.SmtpReply;
import org.whosent.msa.client.SubmissionClient;
import org.whosent.msa.client.SubmissionClient.Door;

/**
 * Asks whether a server still takes TLS 1.1 or 1.0, which RFC 8996 and RFC 8997 retire. Our own TLS
 * library cannot speak them, so the ClientHello (RFC 4346 section 7.4.1.2) is put together here and
 * the answer read no further than its first bytes: no handshake is completed. Stateless.
 */
final class OldTlsProbe {
  private static final int HANDSHAKE = 22;
  private static final int ALERT = 21;

  /** What a client of those days offered: CBC and RC4-free RSA, DHE and ECDHE suites. */
  private static final int[] SUITES = {
    0xc014, 0xc013, 0xc00a, 0xc009, 0x0039, 0x0033, 0x0035, 0x002f, 0x000a, 0x00ff
  };

  private OldTlsProbe() {}

  /** Asks at a door that is known to answer. */
  static Finding ask(Examination examination, Door door) {
    Target target = examination.target();
    try (SmtpClient client = SmtpClient.connect(target.host(), door.port(), target.timeout())) {
      if (!door.service().implicitTls()) {
        SmtpReply reply = client.reply(target.timeout());
        if (reply.isPositive()) {
          client.hello(target.ourName(), target.timeout());
          reply = client.command("STARTTLS", target.timeout());
        }
        if (!reply.isPositive()) {
          return Finding.unknown("port " + door.port() + " says " + reply);
        }
      }
      Socket socket = client.rawSocket(target.timeout());
      socket.getOutputStream().write(clientHello(target.tlsName()));
      socket.getOutputStream().flush();
      return answer(new DataInputStream(socket.getInputStream()), door);
    } catch (EOFException | SocketException e) {
      return Finding.pass("port " + door.port() + " hangs up on TLS 1.1");
    } catch (SocketTimeoutException e) {
      return Finding.unknown("port " + door.port() + " does not answer a TLS 1.1 client");
    } catch (IOException e) {
      return Finding.unknown("port " + door.port() + ": " + SubmissionClient.reason(e));
    }
  }

  private static Finding answer(DataInputStream in, Door door) throws IOException {
    int type = in.readUnsignedByte();
    int recordVersion = in.readUnsignedShort();
    in.readUnsignedShort();
    if (type == ALERT) {
      return Finding.pass("port " + door.port() + " refuses TLS 1.1");
    }
    if (type != HANDSHAKE || in.readUnsignedByte() != 2) {
      return Finding.unknown("port " + door.port() + " answers a TLS 1.1 client with no TLS");
    }
    in.skipNBytes(3);
    int version = in.readUnsignedShort();
    return version <= 0x0302
        ? Finding.fail("port " + door.port() + " takes TLS 1." + (version - 0x0301))
        : Finding.unknown(
            "port %d answers with versions %04x and %04x"
                .formatted(door.port(), recordVersion, version));
  }

  private static byte[] clientHello(String name) throws IOException {
    ByteBuffer body = ByteBuffer.allocate(1024);
    body.putShort((short) 0x0302);
    byte[] random = new byte[32];
    new SecureRandom().nextBytes(random);
    body.put(random).put((byte) 0);
    body.putShort((short) (SUITES.length * 2));
    for (int suite : SUITES) {
      body.putShort((short) suite);
    }
    body.put((byte) 1).put((byte) 0);
    ByteBuffer extensions = ByteBuffer.allocate(512);
    if (name.matches("[A-Za-z0-9.-]*[A-Za-z][A-Za-z0-9.-]*")) {
      byte[] host = name.getBytes(StandardCharsets.US_ASCII);
      extensions.putShort((short) 0).putShort((short) (host.length + 5));
      extensions.putShort((short) (host.length + 3)).put((byte) 0);
      extensions.putShort((short) host.length).put(host);
    }
    // supported_groups: secp256r1, secp384r1, secp521r1; ec_point_formats: uncompressed
    extensions.putShort((short) 10).putShort((short) 8).putShort((short) 6);
    extensions.putShort((short) 23).putShort((short) 24).putShort((short) 25);
    extensions.putShort((short) 11).putShort((short) 2).put((byte) 1).put((byte) 0);
    body.putShort((short) extensions.position()).put(extensions.array(), 0, extensions.position());
    int length = body.position();
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    out.write(
        ByteBuffer.allocate(5)
            .put((byte) HANDSHAKE)
            .putShort((short) 0x0301)
            .putShort((short) (length + 4))
            .array());
    out.write(ByteBuffer.allocate(4).putInt(1 << 24 | length).array());
    out.write(body.array(), 0, length);
    return out.toByteArray();
  }
}

package org.whosent.query.dns;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.net.DatagramPacket;
import java.net.DatagramSocket;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.CopyOnWriteArrayList;

/** A name server on loopback that knows some TXT records (RFC 1035 section 4) and may be silent. */
final class FakeDns implements AutoCloseable {
  /** Records of a name; each is a list of its character strings. */
  private final Map<String, List<List<String>>> records;

  private final boolean silent;
  private final DatagramSocket socket;
  final List<String> asked = new CopyOnWriteArrayList<>();

  FakeDns(Map<String, List<List<String>>> records, boolean silent) throws IOException {
    this.records = records;
    this.silent = silent;
    this.socket = new DatagramSocket(new InetSocketAddress(InetAddress.getByName("127.0.0.1"), 0));
    Thread.ofVirtual().start(this::serve);
  }

  String url() {
    return "dns://127.0.0.1:" + socket.getLocalPort();
  }

  private void serve() {
    byte[] buffer = new byte[1500];
    while (!socket.isClosed()) {
      DatagramPacket packet = new DatagramPacket(buffer, buffer.length);
      try {
        socket.receive(packet);
        byte[] question = Arrays.copyOf(packet.getData(), packet.getLength());
        byte[] answer = answer(question);
        if (!silent) {
          socket.send(new DatagramPacket(answer, answer.length, packet.getSocketAddress()));
        }
      } catch (IOException e) {
        return; // closed
      }
    }
  }

  private byte[] answer(byte[] question) {
    StringBuilder name = new StringBuilder();
    int at = 12;
    while (question[at] != 0) {
      name.append(name.isEmpty() ? "" : ".")
          .append(new String(question, at + 1, question[at], StandardCharsets.ISO_8859_1));
      at += question[at] + 1;
    }
    at += 5; // the root, type, class
    String asks = name.toString().toLowerCase(Locale.ROOT);
    asked.add(asks);
    List<List<String>> found = records.getOrDefault(asks, List.of());
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    out.write(question, 0, 2);
    out.write(0x81);
    out.write(found.isEmpty() ? 0x83 : 0x80); // no such name
    out.writeBytes(new byte[] {0, 1, 0, (byte) found.size(), 0, 0, 0, 0});
    out.write(question, 12, at - 12);
    for (List<String> strings : found) {
      ByteArrayOutputStream data = new ByteArrayOutputStream();
      for (String string : strings) {
        byte[] bytes = string.getBytes(StandardCharsets.ISO_8859_1);
        data.write(bytes.length);
        data.writeBytes(bytes);
      }
      out.writeBytes(new byte[] {(byte) 0xc0, 12, 0, 16, 0, 1, 0, 0, 0, 60});
      out.write(data.size() >> 8);
      out.write(data.size());
      out.writeBytes(data.toByteArray());
    }
    return out.toByteArray();
  }

  @Override
  public void close() {
    socket.close();
  }
}

package org.whosent.query.trace;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.Charset;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.apache.poi.poifs.filesystem.DirectoryEntry;
import org.apache.poi.poifs.filesystem.POIFSFileSystem;

/** Writes what Outlook saves (MS-OXMSG) and sends (MS-OXTNEF), as much as the tests need. */
final class OutlookFile {
  static final int SUBJECT = 0x0037;
  static final int HEADERS = 0x007d;
  static final int BODY = 0x1000;
  static final int HTML = 0x1013;
  static final int RTF = 0x1009;
  static final int SUBMITTED = 0x0039;
  static final int SENDER = 0x5d01;
  static final int MESSAGE_ID = 0x1035;
  static final int DATA = 0x3701;
  static final int TAG = 0x370e;

  private static final int INTEGER = 0x03;
  private static final int OBJECT = 0x0d;
  private static final int STRING8 = 0x1e;
  private static final int UNICODE = 0x1f;
  private static final int TIME = 0x40;
  private static final int BINARY = 0x102;

  private final Map<Integer, byte[]> properties = new LinkedHashMap<>();
  private final List<OutlookFile> attachments = new ArrayList<>();
  private final List<OutlookFile> recipients = new ArrayList<>();
  private OutlookFile object;

  private OutlookFile set(int property, int type, byte[] value) {
    properties.put(property << 16 | type, value);
    return this;
  }

  OutlookFile text(int property, String value) {
    return set(property, UNICODE, value.getBytes(StandardCharsets.UTF_16LE));
  }

  OutlookFile text(int property, String value, Charset charset) {
    return set(property, STRING8, value.getBytes(charset));
  }

  OutlookFile octets(int property, byte[] value) {
    return set(property, BINARY, value);
  }

  OutlookFile number(int property, int value) {
    return set(property, INTEGER, little(8).putInt(0, value).array());
  }

  OutlookFile time(int property, Instant value) {
    long ticks = (value.getEpochSecond() + 11_644_473_600L) * 10_000_000;
    return set(property, TIME, little(8).putLong(0, ticks).array());
  }

  OutlookFile recipient(String address) {
    recipients.add(new OutlookFile().text(0x39fe, address).number(0x0c15, 1));
    return this;
  }

  OutlookFile attach(byte[] content, String type) {
    OutlookFile attachment = new OutlookFile().octets(DATA, content).number(0x3705, 1);
    attachments.add(type == null ? attachment : attachment.text(TAG, type));
    return this;
  }

  OutlookFile attach(OutlookFile message) {
    OutlookFile attachment = new OutlookFile().number(0x3705, 5);
    attachment.object = message;
    attachments.add(attachment);
    return this;
  }

  /** A received message: its header, and its body as plain text. */
  static OutlookFile of(String message) {
    int end = message.indexOf("\n\n");
    return new OutlookFile()
        .text(HEADERS, message.substring(0, end).replace("\n", "\r\n") + "\r\n\r\n")
        .text(BODY, message.substring(end + 2).replace("\n", "\r\n"));
  }

  private static ByteBuffer little(int length) {
    return ByteBuffer.allocate(length).order(ByteOrder.LITTLE_ENDIAN);
  }

  /** As a compound file. */
  byte[] msg() throws IOException {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    try (POIFSFileSystem container = new POIFSFileSystem()) {
      write(container.getRoot(), 32);
      container.writeFilesystem(out);
    }
    return out.toByteArray();
  }

  private void write(DirectoryEntry directory, int prefix) throws IOException {
    ByteArrayOutputStream fixed = new ByteArrayOutputStream();
    fixed.writeBytes(new byte[prefix]);
    for (Map.Entry<Integer, byte[]> property : properties.entrySet()) {
      int type = property.getKey() & 0xffff;
      byte[] value = property.getValue();
      boolean isFixed = type == INTEGER || type == TIME;
      ByteBuffer entry = little(16).putInt(property.getKey()).putInt(6);
      fixed.writeBytes((isFixed ? entry.put(value) : entry.putInt(value.length)).array());
      if (!isFixed) {
        stream(directory, "__substg1.0_%08X".formatted(property.getKey()), value);
      }
    }
    if (object != null) {
      DirectoryEntry inner =
          directory.createDirectory("__substg1.0_%04X%04X".formatted(DATA, OBJECT));
      object.write(inner, 24);
    }
    stream(directory, "__properties_version1.0", fixed.toByteArray());
    for (int i = 0; i < recipients.size(); i++) {
      recipients
          .get(i)
          .write(directory.createDirectory("__recip_version1.0_#%08X".formatted(i)), 8);
    }
    for (int i = 0; i < attachments.size(); i++) {
      attachments
          .get(i)
          .write(directory.createDirectory("__attach_version1.0_#%08X".formatted(i)), 8);
    }
  }

  private static void stream(DirectoryEntry directory, String name, byte[] content)
      throws IOException {
    directory.createDocument(name, new ByteArrayInputStream(content));
  }

  /** As {@code winmail.dat}. */
  byte[] tnef() {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    out.writeBytes(little(6).putInt(0x223e9f78).putShort((short) 1).array());
    attribute(out, 1, 0x00089006, little(4).putInt(0x10000).array());
    attribute(out, 1, 0x00069007, little(8).putInt(1252).array());
    attribute(out, 1, 0x00069003, mapi(properties));
    for (OutlookFile attachment : attachments) {
      attribute(out, 2, 0x00069002, new byte[14]);
      Map<Integer, byte[]> further = new LinkedHashMap<>(attachment.properties);
      byte[] content = further.remove(DATA << 16 | BINARY);
      if (content != null) {
        attribute(out, 2, 0x0006800f, content);
      } else if (attachment.object != null) {
        ByteArrayOutputStream object = new ByteArrayOutputStream();
        object.writeBytes(little(16).putInt(0x00020307).array());
        object.writeBytes(attachment.object.tnef());
        further.put(DATA << 16 | OBJECT, object.toByteArray());
      }
      attribute(out, 2, 0x00069005, mapi(further));
    }
    return out.toByteArray();
  }

  private static void attribute(ByteArrayOutputStream out, int level, int id, byte[] value) {
    int sum = 0;
    for (byte b : value) {
      sum += b & 0xff;
    }
    out.write(level);
    out.writeBytes(little(8).putInt(id).putInt(value.length).array());
    out.writeBytes(value);
    out.writeBytes(little(2).putShort((short) sum).array());
  }

  private static byte[] mapi(Map<Integer, byte[]> properties) {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    out.writeBytes(little(4).putInt(properties.size()).array());
    properties.forEach(
        (key, value) -> {
          int type = key & 0xffff;
          out.writeBytes(little(4).putShort((short) type).putShort((short) (key >> 16)).array());
          if (type == INTEGER) {
            out.write(value, 0, 4);
          } else if (type == TIME) {
            out.writeBytes(value);
          } else {
            out.writeBytes(little(8).putInt(1).putInt(value.length).array());
            out.writeBytes(value);
            out.writeBytes(new byte[(4 - value.length % 4) % 4]);
          }
        });
    return out.toByteArray();
  }
}

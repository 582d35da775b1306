package org.whosent.record.outlook;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import org.apache.poi.poifs.filesystem.DirectoryEntry;
import org.apache.poi.poifs.filesystem.DocumentEntry;
import org.apache.poi.poifs.filesystem.DocumentInputStream;
import org.apache.poi.poifs.filesystem.Entry;
import org.apache.poi.poifs.filesystem.POIFSFileSystem;

/**
 * Reads a {@code .msg} (MS-OXMSG): a compound file with a stream for each property of variable
 * length, and one stream for all the others. Stateless.
 *
 * <p>Not by POI's HSMF, which reads every stream into memory before it is asked for one (a file of
 * 2 MB may name the same megabyte ten thousand times), and refuses a message of which any property
 * has another type than expected.
 */
final class MsgReader {
  private static final String PROPERTIES = "__properties_version1.0";
  private static final String STREAM = "__substg1.0_";
  private static final String ATTACHMENT = "__attach_version1.0_";
  private static final String RECIPIENT = "__recip_version1.0_";

  /** Of these the addresses are read. */
  private static final int MAX_RECIPIENTS = 500;

  /** MAPI_TO (MS-OXOMSG section 2.2.3.1). */
  private static final int TO = 1;

  /** MS-OXMSG section 2.4.1: of the message, of one in it, of an attachment or recipient. */
  private static final int TOP_PREFIX = 32;

  private static final int INNER_PREFIX = 24;
  private static final int PART_PREFIX = 8;
  private static final int ENTRY = 16;

  private static final int SECTOR_SHIFT_AT = 30;
  private static final int FAT_SECTORS_AT = 44;
  private static final int HEADER = 512;

  private MsgReader() {}

  static OutlookItem read(byte[] file, Room room) throws IOException {
    checkSize(file);
    try (POIFSFileSystem container = new POIFSFileSystem(new ByteArrayInputStream(file))) {
      DirectoryEntry root = container.getRoot();
      if (!isMessage(root)) {
        throw new IOException("it is another Office file, and no message");
      }
      return message(root, TOP_PREFIX, room, 0);
    }
  }

  /** POI makes room for all that the allocation table could speak of, before it looks further. */
  private static void checkSize(byte[] file) throws IOException {
    if (file.length < HEADER) {
      throw new IOException("it is cut off");
    }
    ByteBuffer header = ByteBuffer.wrap(file).order(ByteOrder.LITTLE_ENDIAN);
    int shift = header.getShort(SECTOR_SHIFT_AT);
    if (shift != 9 && shift != 12) {
      throw new IOException("it is damaged");
    }
    long sector = 1L << shift;
    long spokenOf = (header.getInt(FAT_SECTORS_AT) - 1L) * (sector / 4) * sector;
    if (spokenOf > 4L * file.length + (8 << 20)) {
      throw new IOException("it is cut off, or damaged");
    }
  }

  private static boolean isMessage(DirectoryEntry directory) {
    for (Entry entry : directory) {
      if (entry.getName().equals(PROPERTIES) || entry.getName().startsWith(STREAM)) {
        return true;
      }
    }
    return false;
  }

  private static OutlookItem message(DirectoryEntry directory, int prefix, Room room, int depth)
      throws IOException {
    MapiProperties properties = new Stored(directory, prefix, room);
    List<String> to = new ArrayList<>();
    List<OutlookItem.Attachment> attachments = new ArrayList<>();
    int recipients = 0;
    for (Entry entry : directory) {
      if (!(entry instanceof DirectoryEntry part)) {
        continue;
      }
      if (entry.getName().startsWith(RECIPIENT) && recipients++ < MAX_RECIPIENTS) {
        recipient(part, properties, room, to);
      } else if (entry.getName().startsWith(ATTACHMENT)
          && attachments.size() < OutlookFiles.MAX_ATTACHMENTS) {
        OutlookItem.Attachment attachment = attachment(part, properties, room, depth);
        if (attachment != null) {
          attachments.add(attachment);
        }
      }
    }
    return ItemMaker.item(properties, to, attachments);
  }

  private static void recipient(
      DirectoryEntry directory, MapiProperties message, Room room, List<String> to)
      throws IOException {
    MapiProperties properties = new Stored(directory, PART_PREFIX, room);
    properties.codepage(message.codepage());
    int type = properties.number(MapiProperties.RECIPIENT_TYPE);
    String address = properties.first(MapiProperties.SMTP_ADDRESS, MapiProperties.EMAIL_ADDRESS);
    if ((type == TO || type < 0) && address != null && address.contains("@")) {
      to.add(address);
    }
  }

  /** Null for what is neither a file nor a message: an embedded OLE object, a link. */
  private static OutlookItem.Attachment attachment(
      DirectoryEntry directory, MapiProperties message, Room room, int depth) throws IOException {
    MapiProperties properties = new Stored(directory, PART_PREFIX, room);
    properties.codepage(message.codepage());
    String tag = properties.first(MapiProperties.ATTACH_MIME_TAG);
    String type = tag == null ? null : tag.strip().toLowerCase(Locale.ROOT);
    String object = Stored.name(MapiProperties.ATTACH_DATA, MapiProperties.OBJECT);
    if (directory.hasEntryCaseInsensitive(object)
        && directory.getEntryCaseInsensitive(object) instanceof DirectoryEntry inner) {
      return isMessage(inner) && depth + 1 < OutlookFiles.MAX_DEPTH
          ? new OutlookItem.Attachment(type, null, message(inner, INNER_PREFIX, room, depth + 1))
          : null;
    }
    byte[] content = properties.value(MapiProperties.ATTACH_DATA, MapiProperties.BINARY);
    return content == null ? null : new OutlookItem.Attachment(type, content, null);
  }

  /** The properties of one storage. */
  private static final class Stored extends MapiProperties {
    private final DirectoryEntry directory;
    private final Room room;
    private final int prefix;
    private byte[] fixed;

    Stored(DirectoryEntry directory, int prefix, Room room) {
      this.directory = directory;
      this.prefix = prefix;
      this.room = room;
    }

    static String name(int property, int type) {
      return STREAM + String.format(Locale.ROOT, "%04X%04X", property, type);
    }

    @Override
    byte[] value(int property, int type) throws IOException {
      return type == INTEGER || type == TIME ? fixed(property, type) : stream(name(property, type));
    }

    private byte[] fixed(int property, int type) throws IOException {
      if (fixed == null) {
        byte[] all = stream(PROPERTIES);
        fixed = all == null ? new byte[0] : all;
      }
      ByteBuffer entries = ByteBuffer.wrap(fixed).order(ByteOrder.LITTLE_ENDIAN);
      for (int at = prefix; at + ENTRY <= fixed.length; at += ENTRY) {
        if (entries.getInt(at) == (property << 16 | type)) {
          return Arrays.copyOfRange(fixed, at + 8, at + ENTRY);
        }
      }
      return null;
    }

    private byte[] stream(String name) throws IOException {
      if (!directory.hasEntryCaseInsensitive(name)
          || !(directory.getEntryCaseInsensitive(name) instanceof DocumentEntry document)) {
        return null;
      }
      room.take(document.getSize());
      try (DocumentInputStream in = new DocumentInputStream(document)) {
        return in.readNBytes(document.getSize());
      }
    }
  }
}

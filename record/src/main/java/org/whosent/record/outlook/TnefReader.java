package org.whosent.record.outlook;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import org.apache.poi.hmef.Attachment;
import org.apache.poi.hmef.HMEFMessage;
import org.apache.poi.hmef.attribute.MAPIAttribute;
import org.apache.poi.hmef.attribute.MAPIRtfAttribute;
import org.apache.poi.hmef.attribute.TNEFAttribute;
import org.apache.poi.hmef.attribute.TNEFProperty;

/** Reads a {@code winmail.dat} (MS-OXTNEF) by POI's HMEF. Stateless. */
final class TnefReader {
  /**
   * An object begins with what kind it is (MS-OXCMSG section 2.2.2.9); IMessage is followed by
   * TNEF.
   */
  private static final int INTERFACE = 16;

  private TnefReader() {}

  /**
   * One at a time: how long an attribute may be is a setting of POI's for all. It makes room for
   * what one says before it reads on; so none may say that it is longer than the file.
   */
  static synchronized OutlookItem read(byte[] file, Room room) throws IOException {
    TNEFAttribute.setMaxRecordLength(file.length);
    MAPIAttribute.setMaxRecordLength(file.length);
    return read(file, room, 0);
  }

  private static OutlookItem read(byte[] file, Room room, int depth) throws IOException {
    room.take(file.length);
    HMEFMessage message = new HMEFMessage(new ByteArrayInputStream(file));
    Listed properties = new Listed(message.getMessageMAPIAttributes());
    TNEFAttribute codepage = message.getMessageAttribute(TNEFProperty.ID_OEMCODEPAGE);
    if (codepage != null && codepage.getData().length >= 4) {
      properties.codepage(MapiProperties.charset(number(codepage.getData())));
    }
    properties.body = octets(message, TNEFProperty.ID_BODY);
    properties.subject = octets(message, TNEFProperty.ID_SUBJECT);
    List<OutlookItem.Attachment> attachments = new ArrayList<>();
    for (Attachment attachment : message.getAttachments()) {
      if (attachments.size() < OutlookFiles.MAX_ATTACHMENTS) {
        OutlookItem.Attachment one = attachment(attachment, properties, room, depth);
        if (one != null) {
          attachments.add(one);
        }
      }
    }
    return ItemMaker.item(properties, List.of(), attachments);
  }

  private static byte[] octets(HMEFMessage message, TNEFProperty property) {
    TNEFAttribute attribute = message.getMessageAttribute(property);
    return attribute == null ? null : attribute.getData();
  }

  private static int number(byte[] data) {
    return ByteBuffer.wrap(data).order(ByteOrder.LITTLE_ENDIAN).getInt();
  }

  private static OutlookItem.Attachment attachment(
      Attachment attachment, MapiProperties message, Room room, int depth) throws IOException {
    MapiProperties properties = new Listed(attachment.getMAPIAttributes());
    properties.codepage(message.codepage());
    String tag = properties.first(MapiProperties.ATTACH_MIME_TAG);
    String type = tag == null ? null : tag.strip().toLowerCase(Locale.ROOT);
    byte[] object = properties.value(MapiProperties.ATTACH_DATA, MapiProperties.OBJECT);
    if (object != null && object.length > INTERFACE) {
      byte[] inner = Arrays.copyOfRange(object, INTERFACE, object.length);
      return OutlookFiles.isTnef(inner) && depth + 1 < OutlookFiles.MAX_DEPTH
          ? new OutlookItem.Attachment(type, null, read(inner, room, depth + 1))
          : null;
    }
    TNEFAttribute data = attachment.getAttribute(TNEFProperty.ID_ATTACHDATA);
    byte[] content =
        data != null
            ? data.getData()
            : properties.value(MapiProperties.ATTACH_DATA, MapiProperties.BINARY);
    return content == null ? null : new OutlookItem.Attachment(type, content, null);
  }

  /** The properties of a message or attachment; the first of a kind counts. */
  private static final class Listed extends MapiProperties {
    private final List<MAPIAttribute> all;
    private byte[] body;
    private byte[] subject;

    Listed(List<MAPIAttribute> all) {
      this.all = all;
    }

    @Override
    byte[] value(int property, int type) {
      for (MAPIAttribute one : all) {
        if (one.getProperty().id == property && one.getType() == type) {
          return one instanceof MAPIRtfAttribute rtf ? rtf.getRawData() : one.getData();
        }
      }
      if (type == STRING8) {
        return property == BODY ? body : property == SUBJECT ? subject : null;
      }
      return null;
    }
  }
}

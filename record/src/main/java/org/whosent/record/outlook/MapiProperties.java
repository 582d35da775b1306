package org.whosent.record.outlook;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.Charset;
import java.nio.charset.StandardCharsets;
import java.time.DateTimeException;
import java.time.Instant;
import org.apache.poi.util.CodePageUtil;

/**
 * The properties of a message, a recipient or an attachment (MS-OXPROPS), by their identifier and
 * type. Belongs to one thread.
 */
abstract class MapiProperties {
  static final int SUBJECT = 0x0037;
  static final int CLIENT_SUBMIT_TIME = 0x0039;
  static final int SENT_REPRESENTING_EMAIL = 0x0065;
  static final int TRANSPORT_MESSAGE_HEADERS = 0x007d;
  static final int RECIPIENT_TYPE = 0x0c15;
  static final int SENDER_EMAIL = 0x0c1f;
  static final int DISPLAY_TO = 0x0e04;
  static final int BODY = 0x1000;
  static final int RTF_COMPRESSED = 0x1009;
  static final int HTML = 0x1013;
  static final int INTERNET_MESSAGE_ID = 0x1035;
  static final int EMAIL_ADDRESS = 0x3003;
  static final int ATTACH_DATA = 0x3701;
  static final int ATTACH_MIME_TAG = 0x370e;
  static final int SMTP_ADDRESS = 0x39fe;
  static final int INTERNET_CODEPAGE = 0x3fde;
  static final int MESSAGE_CODEPAGE = 0x3ffd;
  static final int SENDER_SMTP_ADDRESS = 0x5d01;
  static final int SENT_REPRESENTING_SMTP_ADDRESS = 0x5d02;

  static final int INTEGER = 0x0003;
  static final int OBJECT = 0x000d;
  static final int STRING8 = 0x001e;
  static final int UNICODE = 0x001f;
  static final int TIME = 0x0040;
  static final int BINARY = 0x0102;

  /** 1601-01-01 in seconds of Unix (MS-DTYP section 2.3.3). */
  private static final long FILETIME_EPOCH = -11_644_473_600L;

  /** Null until it is asked for. */
  private Charset codepage;

  /**
   * The octets of a property; null where there is none of that type.
   *
   * @throws IOException when they cannot be read
   */
  abstract byte[] value(int property, int type) throws IOException;

  /** What the strings of attachments and recipients are written in. */
  void codepage(Charset outer) {
    codepage = outer;
  }

  /** What strings of one octet a character are written in. */
  Charset codepage() throws IOException {
    if (codepage == null) {
      Charset said = charset(number(MESSAGE_CODEPAGE));
      codepage = said == null ? StandardCharsets.UTF_8 : said;
    }
    return codepage;
  }

  /** A string without its final zeros; null where there is none. */
  String text(int property) throws IOException {
    byte[] unicode = value(property, UNICODE);
    if (unicode != null) {
      return withoutZeros(new String(unicode, StandardCharsets.UTF_16LE));
    }
    byte[] octets = value(property, STRING8);
    return octets == null ? null : withoutZeros(new String(octets, codepage()));
  }

  /** The first of these strings that has something in it; null where none has. */
  String first(int... properties) throws IOException {
    for (int property : properties) {
      String text = text(property);
      if (text != null && !text.isBlank()) {
        return text;
      }
    }
    return null;
  }

  private static String withoutZeros(String text) {
    int end = text.length();
    while (end > 0 && text.charAt(end - 1) == 0) {
      end--;
    }
    return text.substring(0, end);
  }

  /** A number; -1 where there is none. */
  int number(int property) throws IOException {
    byte[] value = value(property, INTEGER);
    return value == null || value.length < 4
        ? -1
        : ByteBuffer.wrap(value).order(ByteOrder.LITTLE_ENDIAN).getInt();
  }

  /** A time; null where there is none, or none that can be. */
  Instant time(int property) throws IOException {
    byte[] value = value(property, TIME);
    if (value == null || value.length < 8) {
      return null;
    }
    long ticks = ByteBuffer.wrap(value).order(ByteOrder.LITTLE_ENDIAN).getLong();
    try {
      return ticks <= 0 ? null : Instant.ofEpochSecond(FILETIME_EPOCH + ticks / 10_000_000);
    } catch (DateTimeException e) {
      return null;
    }
  }

  /** The charset of a Windows code page; null for one that is not known. */
  static Charset charset(int codepage) {
    if (codepage <= 0) {
      return null;
    }
    try {
      return Charset.forName(CodePageUtil.codepageToEncoding(codepage, true));
    } catch (IOException | IllegalArgumentException e) {
      return null;
    }
  }
}

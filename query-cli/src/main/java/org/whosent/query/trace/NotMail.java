package org.whosent.query.trace;

import java.nio.charset.StandardCharsets;
import java.util.HexFormat;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.Function;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.whosent.record.message.AttachedArchive;
import org.whosent.record.message.OpenedMessage;

/**
 * Files that people send for messages and that are none, told by their first octets, with the way
 * to get the message out. Read as text they would be nobody's, which is no honest answer.
 * Stateless.
 *
 * <p>What could stand at the beginning of a text is asked for whole, since strangers write texts: a
 * complaint must not be passed over for a word in it.
 */
final class NotMail {
  private static final String OUTLOOK =
      "an Outlook message (.msg) or another Office file that cannot be opened: save the message as"
          + " .eml, or paste its internet headers (File, Properties)";
  private static final String TNEF =
      "a winmail.dat (TNEF) that cannot be opened: ask for the message itself as .eml";
  private static final String PICTURE =
      "a picture: nothing is read from it; type the ID or the Received lines that it shows, or ask"
          + " for the message itself as .eml";
  private static final String PACKED =
      "a compressed file or an archive of a kind that is not opened, or inside another: unpack it,"
          + " and trace the file or directory";

  private static final String ENCRYPTED =
      "an encrypted archive: unpack it with its password, and trace the file or directory";
  private static final String BROKEN =
      "an archive or a compressed file that is damaged, or packed in another way: unpack it, and"
          + " trace the file or directory";
  static final String BROKEN_TAR =
      "a tar archive that is damaged or cut off: unpack it, and trace the directory";
  private static final String TOO_LARGE =
      "an archive with more in it than is unpacked: unpack it, and trace the file or directory";

  private static final String STORE = "an Outlook store (.pst, .ost): save its messages as .eml";

  /** Its files are XML of Outlook's own, of which it is not known what they say of a message. */
  static final String MAC_ARCHIVE =
      "an archive of Outlook for Mac (.olm): drag the message out of Outlook, which saves it as"
          + " .eml";

  private static final String SECRET =
      "encrypted mail: decrypt it, and save the message in it as .eml";

  private static final String IN_THE_TEXT =
      "a file written into the text (uuencode, yEnc): save it with a mail program, and trace the"
          + " file";

  private static final String ELSEWHERE =
      "a message sent in several parts, or only pointed to (message/partial,"
          + " message/external-body): ask for the message itself as .eml";

  /** What a complaint may have the message in; pictures are a matter of its sender's signature. */
  private static final Set<String> HOLDS_MAIL =
      Set.of(
          OUTLOOK,
          TNEF,
          STORE,
          MAC_ARCHIVE,
          PACKED,
          ENCRYPTED,
          BROKEN,
          TOO_LARGE,
          SECRET,
          IN_THE_TEXT,
          ELSEWHERE);

  /** Octets at the beginning; those with a zero in the mask may be any. */
  private record Form(byte[] magic, byte[] mask, String advice) {
    boolean fits(byte[] content) {
      if (content.length < magic.length) {
        return false;
      }
      for (int i = 0; i < magic.length; i++) {
        if ((content[i] & mask[i]) != magic[i]) {
          return false;
        }
      }
      return true;
    }
  }

  /** In hexadecimal; {@code ..} is any octet. */
  private static Form form(String hex, String advice) {
    byte[] mask = HexFormat.of().parseHex(hex.replaceAll("[0-9a-f]", "f").replace('.', '0'));
    return new Form(HexFormat.of().parseHex(hex.replace('.', '0')), mask, advice);
  }

  /** What a Mac puts beside files: their icons and the like, and how a window looked. */
  private static final List<Form> MAC_LEFTOVERS =
      List.of(
          form("00051607", "a Mac's notes on a file: trace the file itself"), // ._complaint.eml
          form(
              "0000000142756431",
              "a Mac's notes on a directory: trace the directory")); // .DS_Store

  /** One file, compressed. */
  private static final List<Form> PACKED_ALONE =
      List.of(
          form("425a68..314159265359", PACKED), // bzip2
          form("fd377a585a00", PACKED), // xz
          form("28b52ffd", PACKED)); // Zstandard

  private static final List<Form> FORMS =
      List.of(
          form("d0cf11e0a1b11ae1", OUTLOOK),
          form("789f3e22", TNEF),
          form("2142444e", STORE),
          form(
              "25504446",
              "a PDF: its pages show no whole header; ask for the message itself as .eml"),
          form(
              "7b5c727466",
              "a text with formatting (.rtf): save it as plain text, or ask for the message itself"
                  + " as .eml"),
          form("89504e470d0a1a0a", PICTURE), // PNG
          form("ffd8ff", PICTURE), // JPEG
          form("474946383761", PICTURE), // GIF87a
          form("474946383961", PICTURE), // GIF89a
          form("52494646........57454250", PICTURE), // WebP
          form("000000..66747970", PICTURE), // HEIC and AVIF, and films
          form("49492a00", PICTURE), // TIFF
          form("4d4d002a", PICTURE),
          PACKED_ALONE.get(0),
          PACKED_ALONE.get(1),
          PACKED_ALONE.get(2),
          form("1f9d", PACKED), // compress
          form("1f8b", PACKED), // gzip inside another
          form("504b0304", PACKED), // ZIP inside another
          form("504b0506", "an archive that has no file in it"),
          form("377abcaf271c", PACKED), // 7z
          form("526172211a07", PACKED), // RAR
          MAC_LEFTOVERS.get(0),
          MAC_LEFTOVERS.get(1));

  /** RFC 9580 section 6.2.1; in a text too, where nothing stands above it. */
  private static final String ARMOUR = "-----BEGIN PGP MESSAGE-----";

  /** The first line of a file in a text, with its name: POSIX's uuencode, and yEnc's. */
  private static final Pattern WRITTEN_IN =
      Pattern.compile("(?m)^(?:begin(?:-base64)? [0-7]{3,4} \\S|=ybegin [^\\r\\n]{0,200}name=)");

  /** RFC 2046 sections 5.2.2 and 5.2.3. */
  private static final Set<String> NOT_HERE = Set.of("message/partial", "message/external-body");

  /** EnvelopedData and AuthEnvelopedData (RFC 5652, 5083); a signature alone is another type. */
  private static final List<String> ENVELOPED =
      List.of("06092a864886f70d010703", "060b2a864886f70d0109100117");

  /** What is looked for in attachments only: somebody's text may begin so. */
  private static final List<Form> SECRETS =
      Stream.concat(
              Stream.of(form("2d2d2d2d2d424547494e20504750204d455353414745", SECRET)), // RFC 9580
              ENVELOPED.stream()
                  .flatMap(
                      type ->
                          Stream.of("3080", "3081..", "3082....", "3083......", "3084........")
                              .map(length -> form(length + type, SECRET))))
          .toList();

  private NotMail() {}

  /** What it is and what to do, in one line; empty for what may be mail or text. */
  static Optional<String> advice(byte[] content) {
    if (AttachedArchive.isTar(content)) {
      return Optional.of(PACKED);
    }
    return isOfMacArchive(content) ? Optional.of(MAC_ARCHIVE) : advice(FORMS, content);
  }

  private static Optional<String> advice(List<Form> forms, byte[] content) {
    return forms.stream().filter(form -> form.fits(content)).map(Form::advice).findFirst();
  }

  /** What to do about an archive that could not be unpacked to its end. */
  static String archiveAdvice(Exception refusal) {
    return AttachedArchive.isForPassword(refusal) ? ENCRYPTED : BROKEN;
  }

  /**
   * Of such files attached to a complaint, in archives too, those in which mail may be, a line for
   * each kind.
   */
  static List<String> attachedTo(OpenedMessage message) {
    Stream<String> files =
        message.beginningsOfFiles(AttachedArchive.HEAD).stream()
            .filter(file -> !AttachedArchive.isOne(file))
            .flatMap(NotMail::ofAttached);
    Stream<String> packed = AttachedArchive.of(message).stream().flatMap(NotMail::passedOver);
    String text = message.text();
    Stream<String> inText =
        text.stripLeading().startsWith(ARMOUR) ? Stream.of(SECRET) : Stream.of();
    Stream<String> written = WRITTEN_IN.matcher(text).find() ? Stream.of(IN_THE_TEXT) : Stream.of();
    Stream<String> elsewhere =
        message.parts().stream()
            .filter(part -> NOT_HERE.contains(part.type()))
            .map(part -> ELSEWHERE);
    return Stream.of(files, packed, inText, written, elsewhere)
        .flatMap(Function.identity())
        .filter(HOLDS_MAIL::contains)
        .distinct()
        .map("attached, and not opened: "::concat)
        .toList();
  }

  private static Stream<String> ofAttached(byte[] file) {
    return advice(file).or(() -> advice(SECRETS, file)).stream();
  }

  private static Stream<String> passedOver(AttachedArchive archive) {
    Stream<String> files = archive.beginnings().stream().flatMap(NotMail::ofAttached);
    return switch (archive.end()) {
      case WHOLE -> files;
      case ENCRYPTED -> Stream.concat(files, Stream.of(ENCRYPTED));
      case BROKEN -> Stream.concat(files, Stream.of(BROKEN));
      case TOO_LARGE -> Stream.concat(files, Stream.of(TOO_LARGE));
    };
  }

  /** Whether it is a message, or a list of addresses, as an {@code .olm} has them. */
  static boolean isOfMacArchive(byte[] content) {
    String head =
        new String(
            content, 0, Math.min(content.length, AttachedArchive.HEAD), StandardCharsets.US_ASCII);
    return head.startsWith("<?xml") && head.contains("<OPF");
  }

  /** Whether it is one file that was compressed, other than by gzip. */
  static boolean isPackedAlone(byte[] content) {
    return PACKED_ALONE.stream().anyMatch(form -> form.fits(content));
  }

  /** Whether nobody meant it, where it lies in a directory or an archive with others. */
  static boolean isMacLeftover(byte[] content) {
    return MAC_LEFTOVERS.stream().anyMatch(form -> form.fits(content));
  }
}

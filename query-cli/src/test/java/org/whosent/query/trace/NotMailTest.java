package org.whosent.query.trace;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.github.luben.zstd.Zstd;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import java.util.Random;
import java.util.zip.GZIPOutputStream;
import java.util.zip.ZipEntry;
import java.util.zip.ZipOutputStream;
import org.apache.commons.compress.archivers.tar.TarArchiveEntry;
import org.apache.commons.compress.archivers.tar.TarArchiveOutputStream;
import org.apache.commons.compress.compressors.bzip2.BZip2CompressorOutputStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.tukaani.xz.LZMA2Options;
import org.tukaani.xz.XZOutputStream;

class NotMailTest {
  private static final byte[] MAIL = "Subject: spam\n\nBuy!\n".getBytes(ISO_8859_1);

  @TempDir Path directory;
  private final List<String> read = new ArrayList<>();
  private final List<String> refused = new ArrayList<>();

  private void read(byte[] content) throws IOException {
    trace(Files.write(directory.resolve("complaint"), content));
  }

  private void trace(Path file) throws IOException {
    read.clear();
    refused.clear();
    new InputReader(InputStream.nullInputStream())
        .read(
            file.toString(),
            new InputReader.Sink() {
              @Override
              public void input(TraceInput input) {
                read.add(input.name());
              }

              @Override
              public void unreadable(String name, String reason) {
                refused.add(reason);
              }
            });
  }

  @Test
  void whatOutlookWritesIsNamedWithTheWayToTheMessage() throws IOException {
    for (String magic : List.of("2142444e", "25504446")) {
      read(HexFormat.of().parseHex(magic + "0000000a0d0a466f6f3a2062617200"));
      assertEquals(List.of(), read, magic);
      assertEquals(1, refused.size(), magic);
      assertTrue(refused.getFirst().contains(".eml"), magic);
    }
  }

  /** What a screenshot shows is not "nothing in it is ours". */
  @Test
  void picturesAreNamed() throws IOException {
    for (String magic :
        List.of(
            "89504e470d0a1a0a",
            "ffd8ffe0",
            "474946383961",
            "524946461a2b0000574542505650",
            "00000018667479706865696300",
            "49492a00",
            "4d4d002a")) {
      read(HexFormat.of().parseHex(magic + "0000000a0d0a466f6f3a2062617200"));
      assertEquals(List.of(), read, magic);
      assertTrue(refused.getFirst().startsWith("a picture"), magic);
    }
  }

  @Test
  void whatIsPackedOtherwiseIsNamed() throws IOException {
    for (String magic : List.of("1f9d90", "377abcaf271c", "526172211a0700")) {
      read(HexFormat.of().parseHex(magic + "0000000a0d0a466f6f3a2062617200"));
      assertEquals(List.of(), read, magic);
      assertTrue(refused.getFirst().contains("unpack it"), magic);
    }
    for (String magic : List.of("425a6839314159265359", "fd377a585a00", "28b52ffd", "1f8b08")) {
      read(HexFormat.of().parseHex(magic + "0000000a0d0a466f6f3a2062617200"));
      assertEquals(List.of(), read, magic);
      assertEquals(1, refused.size(), magic);
    }
    read(HexFormat.of().parseHex("504b0506" + "00".repeat(18)));
    assertEquals(List.of(), read);
    assertEquals(List.of("an archive that has no file in it"), refused);
  }

  /** Else its messages would be taken for one, and the first one's user for that of all. */
  @Test
  void theFilesOfATarArchiveAreRead() throws IOException {
    byte[] tar = tar("complaints/1.eml", MAIL);
    String inside = directory.resolve("complaint") + "!complaints/1.eml";
    for (byte[] form :
        List.of(tar, gzip(tar), packed("bzip2", tar), packed("xz", tar), zstd(tar))) {
      read(form);
      assertEquals(List.of(inside), read);
      assertEquals(List.of(), refused);
    }
    for (byte[] form : List.of(gzip(MAIL), packed("bzip2", MAIL), packed("xz", MAIL), zstd(MAIL))) {
      read(form);
      assertEquals(List.of(directory.resolve("complaint").toString()), read);
    }
    for (byte[] nested : List.of(gzip(gzip(tar)), tar("a.tar", tar), zip("a.tar", tar))) {
      read(nested);
      assertEquals(List.of(), read);
      assertTrue(refused.getFirst().contains("inside another: unpack it"), refused.getFirst());
    }

    tar[0] = 'C'; // so its sum is wrong
    read(tar);
    assertEquals(1, read.size());
    byte[] mail = ("X: " + "x".repeat(254) + "ustar\n" + "y".repeat(300)).getBytes(ISO_8859_1);
    read(mail);
    assertEquals(1, read.size());
  }

  /** Links lead out of an archive, and directories hold no mail. */
  @Test
  void ofATarArchiveOnlyFilesAreRead() throws IOException {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    try (TarArchiveOutputStream tar = new TarArchiveOutputStream(out)) {
      for (byte type : new byte[] {'1', '2', '3', '5', '6'}) {
        TarArchiveEntry entry = new TarArchiveEntry("x" + (char) type, type);
        entry.setLinkName("/etc/passwd");
        tar.putArchiveEntry(entry);
        tar.closeArchiveEntry();
      }
      for (String name : List.of("../../" + "d".repeat(150) + "/1.eml", "._1.eml")) {
        byte[] content =
            name.startsWith(".") && name.endsWith("._1.eml")
                ? HexFormat.of().parseHex("0005160700020000")
                : MAIL;
        TarArchiveEntry entry = new TarArchiveEntry(name, true);
        entry.setSize(content.length);
        tar.setLongFileMode(TarArchiveOutputStream.LONGFILE_POSIX);
        tar.putArchiveEntry(entry);
        tar.write(content);
        tar.closeArchiveEntry();
      }
    }
    read(out.toByteArray());
    assertEquals(1, read.size());
    assertEquals(List.of(), refused);
  }

  @Test
  void aTarArchiveThatIsDamagedIsReadSoFarOrNamed() throws IOException {
    byte[] tar = tar("1.eml", ("Subject: s\n\n" + "x\n".repeat(2000)).getBytes(ISO_8859_1));
    for (int length = 512; length < tar.length; length += 100) {
      read(Arrays.copyOf(tar, length));
      read(gzip(Arrays.copyOf(tar, length)));
    }
    read(Arrays.copyOf(tar, 1000));
    assertEquals(List.of(), read);
    assertEquals(1, refused.size());
    assertTrue(refused.getFirst().startsWith("a tar archive"), refused.getFirst());
    Random random = new Random(3);
    for (int round = 0; round < 500; round++) {
      byte[] changed = tar.clone();
      for (int i = 0; i < 4; i++) {
        changed[random.nextInt(512)] = (byte) random.nextInt();
      }
      put(changed, 257, "ustar");
      put(changed, 148, "        ");
      int sum = 0;
      for (int i = 0; i < 512; i++) {
        sum += changed[i] & 0xff;
      }
      put(changed, 148, "%06o\0 ".formatted(sum));
      read(changed);
      assertTrue(read.size() + refused.size() > 0);
    }
    byte[] cut = packed("xz", tar);
    read(Arrays.copyOf(cut, cut.length - 30));
    assertTrue(refused.size() == 1);
  }

  @Test
  void archivesInArchivesAreNamed() throws IOException {
    byte[] zip = zip("complaint.eml", MAIL);
    for (byte[] packed : List.of(gzip(gzip(MAIL)), gzip(zip), zip("c.zip", zip))) {
      read(packed);
      assertEquals(List.of(), read);
      assertTrue(refused.getFirst().contains("inside another: unpack it"), refused.getFirst());
    }
  }

  /** Its other parts are nobody's, and would each be an answer. */
  @Test
  void ofAnOfficeDocumentTheTextIsRead() throws IOException {
    read(zip("[Content_Types].xml", MAIL, "word/document.xml", MAIL, "word/styles.xml", MAIL));
    assertEquals(List.of(directory.resolve("complaint") + "!word/document.xml"), read);
    read(zip("mimetype", MAIL, "content.xml", MAIL));
    assertEquals(1, read.size());
    assertEquals(List.of(), refused);
    read(zip("complaint.eml", MAIL, "mimetype", MAIL));
    assertEquals(2, read.size());
  }

  /** Its markup would stand in the fields, and speak against the right user. */
  @Test
  void rtfIsNamed() throws IOException {
    read("{\\rtf1\\ansi Message-ID: <1@x>\\par\n}".getBytes(ISO_8859_1));
    assertEquals(List.of(), read);
    assertTrue(refused.getFirst().contains("plain text"), refused.getFirst());
  }

  /** What lies beside a complaint unmeant must not make an identified one a failure. */
  @Test
  void aMacsLeftoversArePassedOverAmongOthers() throws IOException {
    byte[] notes = HexFormat.of().parseHex("0005160700020000" + "00".repeat(90));
    byte[] view = HexFormat.of().parseHex("0000000142756431" + "00".repeat(90));
    read(zip("c.eml", MAIL, "__MACOSX/._c.eml", notes, ".DS_Store", view));
    assertEquals(1, read.size());
    assertEquals(List.of(), refused);

    read(notes); // named, so meant
    assertEquals(1, refused.size());

    Path complaints = Files.createDirectory(directory.resolve("complaints"));
    Files.write(complaints.resolve("c.eml"), MAIL);
    Files.write(complaints.resolve("._c.eml"), notes);
    Files.write(complaints.resolve(".DS_Store"), view);
    trace(complaints);
    assertEquals(List.of(complaints.resolve("c.eml").toString()), read);
    assertEquals(List.of(), refused);
  }

  /** Hundreds of files of XML, none of which is a message to be read: said once. */
  @Test
  void anArchiveOfOutlookForMacIsNamedOnce() throws IOException {
    byte[] xml = "<?xml version=\"1.0\"?><emails/>".getBytes(ISO_8859_1);
    String messages = "Accounts/a@example.com/com.microsoft.__Messages/Inbox/message_0000%d.xml";
    read(zip(messages.formatted(1), xml, messages.formatted(2), xml, "notes", MAIL));
    assertEquals(List.of(), read);
    assertEquals(1, refused.size());
    assertTrue(refused.getFirst().startsWith("an archive of Outlook for Mac"), refused.getFirst());
    read(
        ("<?xml version=\"1.0\" encoding=\"UTF-8\"?><emails elementCount=\"1\"><email>"
                + "<OPFMessageCopySubject>spam</OPFMessageCopySubject></email></emails>")
            .getBytes(ISO_8859_1));
    assertEquals(1, refused.size());
    read(zip("report.xml", xml));
    assertEquals(List.of(), refused);
  }

  @Test
  void mailAndTextGoOn() throws IOException {
    for (String text :
        List.of(
            "Subject: x\n\n%PDF\n",
            "x%PDF",
            "!",
            "\n%PDF",
            "!BD\n",
            "GIF89 is a format",
            "RIFF and WEBP",
            "RIFF....WEBM",
            "BZh9 is bzip2",
            "Subject:ftyp",
            "PK",
            "II*")) {
      read(text.getBytes(ISO_8859_1));
      assertEquals(1, read.size(), text);
      assertEquals(List.of(), refused);
    }
  }

  private static byte[] gzip(byte[] content) throws IOException {
    ByteArrayOutputStream packed = new ByteArrayOutputStream();
    try (GZIPOutputStream gzip = new GZIPOutputStream(packed)) {
      gzip.write(content);
    }
    return packed.toByteArray();
  }

  private static byte[] packed(String how, byte[] content) throws IOException {
    ByteArrayOutputStream packed = new ByteArrayOutputStream();
    try (OutputStream out =
        how.equals("xz")
            ? new XZOutputStream(packed, new LZMA2Options(1))
            : new BZip2CompressorOutputStream(packed)) {
      out.write(content);
    }
    return packed.toByteArray();
  }

  private static byte[] zstd(byte[] content) {
    return Zstd.compress(content);
  }

  /** An archive of files: name, content, name, content … */
  private static byte[] zip(Object... files) throws IOException {
    ByteArrayOutputStream packed = new ByteArrayOutputStream();
    try (ZipOutputStream zip = new ZipOutputStream(packed)) {
      for (int i = 0; i < files.length; i += 2) {
        zip.putNextEntry(new ZipEntry((String) files[i]));
        zip.write((byte[]) files[i + 1]);
      }
    }
    return packed.toByteArray();
  }

  /** An archive of one file, as POSIX has it. */
  private static byte[] tar(String name, byte[] content) {
    byte[] tar = new byte[512 + 512 * (content.length / 512 + 1) + 1024];
    put(tar, 0, name);
    put(tar, 100, "0000644\0" + "0000000\0" + "0000000\0");
    put(tar, 124, "%011o\0%011o\0".formatted(content.length, 1_700_000_000));
    put(tar, 148, "        0");
    put(tar, 257, "ustar\00000root");
    int sum = 0;
    for (int i = 0; i < 512; i++) {
      sum += tar[i];
    }
    put(tar, 148, "%06o\0 ".formatted(sum));
    System.arraycopy(content, 0, tar, 512, content.length);
    return tar;
  }

  private static void put(byte[] into, int at, String text) {
    byte[] bytes = text.getBytes(ISO_8859_1);
    System.arraycopy(bytes, 0, into, at, bytes.length);
  }
}

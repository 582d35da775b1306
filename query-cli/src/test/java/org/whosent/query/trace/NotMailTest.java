package org.whosent.query.trace;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.zip.GZIPOutputStream;
import java.util.zip.ZipEntry;
import java.util.zip.ZipOutputStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

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
    for (String magic :
        List.of("425a6839314159265359", "fd377a585a00", "28b52ffd", "1f9d90", "377abcaf271c")) {
      read(HexFormat.of().parseHex(magic + "0000000a0d0a466f6f3a2062617200"));
      assertEquals(List.of(), read, magic);
      assertTrue(refused.getFirst().contains("unpack it"), magic);
    }
    read(HexFormat.of().parseHex("504b0506" + "00".repeat(18)));
    assertEquals(List.of(), read);
    assertEquals(List.of("an archive that has no file in it"), refused);
  }

  /** Its messages would be taken for one, and the first one's user for that of all. */
  @Test
  void aTarArchiveIsNamedAndWhatOnlyHasItsWordIsMail() throws IOException {
    byte[] tar = tar("complaints/1.eml", MAIL);
    read(tar);
    assertEquals(List.of(), read);
    assertTrue(refused.getFirst().contains("unpack it"));
    read(gzip(tar));
    assertEquals(List.of(), read);
    assertTrue(refused.getFirst().contains("unpack it"));

    tar[0] = 'C'; // so its sum is wrong
    read(tar);
    assertEquals(1, read.size());
    byte[] mail = ("X: " + "x".repeat(254) + "ustar\n" + "y".repeat(300)).getBytes(ISO_8859_1);
    read(mail);
    assertEquals(1, read.size());
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

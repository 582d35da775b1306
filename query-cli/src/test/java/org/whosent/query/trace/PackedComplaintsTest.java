package org.whosent.query.trace;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.github.luben.zstd.Zstd;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.util.Arrays;
import java.util.Base64;
import java.util.List;
import java.util.Random;
import java.util.zip.GZIPOutputStream;
import org.apache.commons.compress.archivers.sevenz.SevenZArchiveEntry;
import org.apache.commons.compress.archivers.sevenz.SevenZMethod;
import org.apache.commons.compress.archivers.sevenz.SevenZOutputFile;
import org.apache.commons.compress.archivers.tar.TarArchiveEntry;
import org.apache.commons.compress.archivers.tar.TarArchiveOutputStream;
import org.apache.commons.compress.compressors.bzip2.BZip2CompressorOutputStream;
import org.apache.commons.compress.utils.SeekableInMemoryByteChannel;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.tukaani.xz.LZMA2Options;
import org.tukaani.xz.XZOutputStream;

/** Complaints that have the message attached in an archive, or compressed. */
class PackedComplaintsTest extends MadeUpMail {
  private static final String USER = "a@example.com";
  private static final String ID = "4jY9Sb6Dptzbyx3";
  private final byte[] copy =
      (hop("AAAA1111") + received(ID, "198.51.100.7") + mail(USER, "<1@x>", TEXT))
          .getBytes(ISO_8859_1);

  @BeforeEach
  void submitted() throws IOException {
    submit(USER, ID, "AAAA1111", mail(USER, "<1@x>", TEXT), true);
  }

  private static String complaint(byte[] file) {
    return "From: r@far.example\nTo: abuse@example.com\nSubject: spam\nContent-Type:"
        + " multipart/mixed; boundary=b\n\n--b\n\nSee the attachment.\n--b\n"
        + "Content-Type: application/octet-stream\nContent-Transfer-Encoding: base64\n\n"
        + Base64.getMimeEncoder().encodeToString(file)
        + "\n--b--\n";
  }

  private static String note(TraceResult result) {
    return result.evidence().stream()
        .filter(e -> e.check() == Check.UNOPENED)
        .map(Evidence::detail)
        .findFirst()
        .orElse("");
  }

  private static byte[] packed(String how, byte[] content) throws IOException {
    ByteArrayOutputStream packed = new ByteArrayOutputStream();
    try (OutputStream out =
        switch (how) {
          case "gzip" -> new GZIPOutputStream(packed);
          case "xz" -> new XZOutputStream(packed, new LZMA2Options(1));
          default -> new BZip2CompressorOutputStream(packed);
        }) {
      out.write(content);
    }
    return packed.toByteArray();
  }

  private static byte[] tar(byte[]... files) throws IOException {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    try (TarArchiveOutputStream tar = new TarArchiveOutputStream(out)) {
      tar.putArchiveEntry(new TarArchiveEntry("complaints/"));
      tar.closeArchiveEntry();
      TarArchiveEntry link = new TarArchiveEntry("complaints/0.eml", (byte) '2');
      link.setLinkName("/etc/passwd");
      tar.putArchiveEntry(link);
      tar.closeArchiveEntry();
      for (int i = 0; i < files.length; i++) {
        TarArchiveEntry entry = new TarArchiveEntry("complaints/" + i + ".eml");
        entry.setSize(files[i].length);
        tar.putArchiveEntry(entry);
        tar.write(files[i]);
        tar.closeArchiveEntry();
      }
    }
    return out.toByteArray();
  }

  private static byte[] sevenZ(SevenZMethod method, char[] password, byte[]... files)
      throws IOException {
    SeekableInMemoryByteChannel channel = new SeekableInMemoryByteChannel();
    try (SevenZOutputFile out = new SevenZOutputFile(channel, password)) {
      out.setContentCompression(method);
      SevenZArchiveEntry directory = new SevenZArchiveEntry();
      directory.setName("complaints");
      directory.setDirectory(true);
      out.putArchiveEntry(directory);
      out.closeArchiveEntry();
      for (int i = 0; i < files.length; i++) {
        SevenZArchiveEntry entry = new SevenZArchiveEntry();
        entry.setName("complaints/" + i + ".eml");
        out.putArchiveEntry(entry);
        out.write(files[i]);
        out.closeArchiveEntry();
      }
    }
    return Arrays.copyOf(channel.array(), (int) channel.size());
  }

  private static byte[] sevenZ(byte[]... files) throws IOException {
    return sevenZ(SevenZMethod.LZMA2, null, files);
  }

  @Test
  void archivesOfAllKindsAreOpened() throws IOException {
    byte[] notes = "notes".getBytes(ISO_8859_1);
    for (byte[] file :
        List.of(
            tar(copy),
            tar(notes, copy),
            sevenZ(copy),
            sevenZ(notes, copy),
            sevenZ(SevenZMethod.BZIP2, null, copy),
            sevenZ(SevenZMethod.COPY, null, copy),
            sevenZ(SevenZMethod.DEFLATE, null, copy),
            packed("gzip", copy),
            packed("bzip2", copy),
            packed("xz", copy),
            packed("gzip", tar(notes, copy)),
            packed("bzip2", tar(notes, copy)),
            packed("xz", tar(notes, copy)),
            new OutlookFile().attach(sevenZ(copy), null).tnef())) {
      TraceResult result = trace(complaint(file));
      named(result, USER, Confidence.CERTAIN);
      assertEquals("", note(result));
    }
  }

  @Test
  void whatIsNotUnpackedIsSaid() throws IOException {
    String inside = "attached, and not opened: a compressed file or an archive of a kind";
    for (byte[] file :
        List.of(
            packed("gzip", packed("gzip", copy)),
            packed("xz", sevenZ(copy)),
            tar(tar(copy)),
            tar(packed("gzip", copy)),
            sevenZ(sevenZ(copy)),
            Zstd.compress(copy),
            "Rar!\032\007\0...........".getBytes(ISO_8859_1))) {
      TraceResult result = trace(complaint(file));
      nobody(result, Verdict.FOREIGN);
      assertTrue(note(result).startsWith(inside), note(result));
    }
    TraceResult secret =
        trace(complaint(sevenZ(SevenZMethod.LZMA2, "password".toCharArray(), copy)));
    nobody(secret, Verdict.FOREIGN);
    assertTrue(note(secret).contains("an encrypted archive"), note(secret));
    for (byte[] file : List.of(tar(copy), sevenZ(copy), packed("gzip", copy), packed("xz", copy))) {
      TraceResult result = trace(complaint(Arrays.copyOf(file, file.length / 3 + 200)));
      assertTrue(result.user() != null || note(result).contains("damaged"), note(result));
    }
  }

  /** Two megabytes of zeros in each of the many files, or a gigabyte in one. */
  @Test
  void bombsAreStopped() throws IOException {
    byte[] zeros = new byte[70 << 20];
    for (byte[] bomb :
        List.of(
            packed("gzip", zeros),
            packed("xz", zeros),
            packed("bzip2", zeros),
            sevenZ(zeros, copy))) {
      assertTrue(bomb.length < 1 << 20);
      TraceResult result = trace(complaint(bomb));
      nobody(result, Verdict.FOREIGN);
      assertTrue(note(result).contains("an archive with more in it than is unpacked"));
    }
    byte[] some = new byte[8 << 20];
    byte[][] many = new byte[20][];
    Arrays.fill(many, some);
    for (byte[] bomb : List.of(sevenZ(many), packed("gzip", tar(Arrays.copyOf(many, 7))))) {
      TraceResult result = trace(complaint(bomb));
      nobody(result, Verdict.FOREIGN);
    }
    assertTrue(note(trace(complaint(sevenZ(many)))).contains("more in it than is unpacked"));
  }

  @Test
  void whatWasChangedAtRandomIsAnAnswer() throws IOException {
    Random random = new Random(9);
    for (byte[] file :
        List.of(tar(copy), sevenZ(copy), packed("xz", copy), packed("bzip2", copy))) {
      for (int round = 0; round < 300; round++) {
        byte[] changed = file.clone();
        for (int i = random.nextInt(4); i >= 0; i--) {
          changed[6 + random.nextInt(changed.length - 6)] = (byte) random.nextInt();
        }
        trace(complaint(changed));
      }
      for (int length = 1; length < file.length; length += 41) {
        trace(complaint(Arrays.copyOf(file, length)));
      }
    }
    byte[] sevenZ = sevenZ(copy);
    int headers = sevenZ.length - 120;
    for (int round = 0; round < 2000; round++) {
      byte[] changed = sevenZ.clone();
      changed[headers + random.nextInt(120)] = (byte) random.nextInt();
      java.util.zip.CRC32 sum = new java.util.zip.CRC32();
      java.nio.ByteBuffer start =
          java.nio.ByteBuffer.wrap(changed).order(java.nio.ByteOrder.LITTLE_ENDIAN);
      int at = (int) start.getLong(12) + 32;
      sum.update(changed, at, (int) start.getLong(20));
      start.putInt(28, (int) sum.getValue());
      sum.reset();
      sum.update(changed, 12, 20);
      start.putInt(8, (int) sum.getValue());
      trace(complaint(changed));
    }
  }

  /** As programs hand out a message: all of a file is base64, in lines or in one, for links too. */
  @Test
  void aMessageThatIsBase64AsAWhole() throws IOException {
    for (String encoded :
        List.of(
            Base64.getEncoder().encodeToString(copy),
            Base64.getMimeEncoder().encodeToString(copy) + "\r\n",
            Base64.getUrlEncoder().withoutPadding().encodeToString(copy) + "\n",
            Base64.getMimeEncoder(60, new byte[] {'\n'}).encodeToString(copy))) {
      named(trace(encoded), USER, Confidence.CERTAIN);
      named(trace(complaint(encoded.getBytes(ISO_8859_1))), USER, Confidence.CERTAIN);
      // What is beside it is somebody's text.
      assertEquals(Verdict.FOREIGN, trace("Hello:\n" + encoded).verdict());
    }
    byte[] page = ("no field\n" + TEXT + new String(copy, ISO_8859_1)).getBytes(ISO_8859_1);
    for (byte[] other : List.of(page, new byte[300], "x".repeat(300).getBytes(ISO_8859_1))) {
      assertEquals(Verdict.FOREIGN, trace(Base64.getEncoder().encodeToString(other)).verdict());
    }
    for (String text : List.of("AAAA".repeat(99) + "B", "=".repeat(200), "A=".repeat(200))) {
      assertEquals(Verdict.FOREIGN, trace(text).verdict());
    }
  }
}

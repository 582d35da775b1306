package org.whosent.query.trace;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class NotMailTest {
  @TempDir Path directory;
  private final List<String> read = new ArrayList<>();
  private final List<String> refused = new ArrayList<>();

  private void read(byte[] content) throws IOException {
    read.clear();
    refused.clear();
    Path file = Files.write(directory.resolve("complaint"), content);
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
    for (String magic : List.of("d0cf11e0a1b11ae1", "789f3e22", "2142444e", "25504446")) {
      read(HexFormat.of().parseHex(magic + "0000000a0d0a466f6f3a2062617200"));
      assertEquals(List.of(), read, magic);
      assertEquals(1, refused.size(), magic);
      assertTrue(refused.getFirst().contains(".eml"), magic);
    }
  }

  @Test
  void mailAndTextGoOn() throws IOException {
    for (String text : List.of("Subject: x\n\n%PDF\n", "x%PDF", "!", "\n%PDF", "!BD\n")) {
      read(text.getBytes(StandardCharsets.ISO_8859_1));
      assertEquals(1, read.size(), text);
      assertEquals(List.of(), refused);
    }
  }
}

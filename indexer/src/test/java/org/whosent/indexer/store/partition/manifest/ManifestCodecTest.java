package org.whosent.indexer.store.partition.manifest;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.Map;
import java.util.zip.CRC32C;
import org.junit.jupiter.api.Test;

/** What manifests of older formats said is still true. */
class ManifestCodecTest {
  /** The tombstones of erased users named no time: it was for ever. */
  @Test
  void erasedUsersOfFormatSevenStayErasedForEver() throws IOException {
    Manifest manifest = ManifestCodec.decode(ofFormatSeven("\"tombstones\":[\"aa\",\"bb\"]"));
    assertEquals(Map.of("aa", Instant.MAX, "bb", Instant.MAX), manifest.tombstones());
    Manifest again = ManifestCodec.decode(ManifestCodec.encode(manifest));
    assertEquals(manifest.tombstones(), again.tombstones());
  }

  private static byte[] ofFormatSeven(String field) {
    String json =
        "{\"format\":7,\"sequence\":3,\"hashKey\":\"%s\",%s}".formatted("0".repeat(32), field);
    CRC32C crc = new CRC32C();
    crc.update(json.getBytes(StandardCharsets.UTF_8));
    return (json + "\ncrc32c:%08x\n".formatted(crc.getValue())).getBytes(StandardCharsets.UTF_8);
  }
}

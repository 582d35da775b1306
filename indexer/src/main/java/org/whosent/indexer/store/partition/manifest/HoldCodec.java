package org.whosent.indexer.store.partition.manifest;

import java.io.IOException;
import java.time.Instant;
import java.util.EnumMap;
import java.util.Map;
import org.whosent.indexer.store.Hold;
import org.whosent.indexer.store.RecordQuery;
import org.whosent.record.BadLineException;
import org.whosent.record.ClueType;
import org.whosent.record.JsonOut;
import org.whosent.record.Network;

/** What a manifest says of a hold. Stateless. */
final class HoldCodec {
  private HoldCodec() {}

  /** Writes a hold. */
  static void write(Hold hold, JsonOut out) throws IOException {
    RecordQuery query = hold.query();
    out.text("name", hold.name());
    ManifestCodec.instant(out, "since", hold.since());
    out.objects(
        "clues",
        query.clues().entrySet().stream()
            .map(
                clue ->
                    (JsonOut.Fields)
                        each -> {
                          each.text("clue", clue.getKey().code());
                          each.text("value", clue.getValue());
                        })
            .toList());
    out.text("client", query.client() == null ? null : query.client().toString());
    ManifestCodec.instant(out, "from", query.since());
    ManifestCodec.instant(out, "until", query.until());
  }

  /**
   * Reads a hold.
   *
   * @throws BadLineException when it has a condition that is not known, or no name
   */
  static Hold read(ManifestIn in) throws IOException {
    Map<ClueType, String> clues = new EnumMap<>(ClueType.class);
    var hold =
        new Object() {
          String name;
          String client;
          Instant since;
          Instant from;
          Instant until;
        };
    in.nested(
        (name, value) -> {
          switch (name) {
            case "name" -> hold.name = value.text();
            case "since" -> hold.since = ManifestCodec.instant(value);
            case "clues" -> value.objects(each -> clue(each, clues));
            case "client" -> hold.client = value.text();
            case "from" -> hold.from = ManifestCodec.instant(value);
            case "until" -> hold.until = ManifestCodec.instant(value);
            // A condition that is not understood would make the hold keep too much: refuse.
            default -> throw new BadLineException("unknown '" + name + "' in a hold");
          }
        });
    Network client = null;
    if (hold.client != null) {
      client =
          Network.parse(hold.client)
              .orElseThrow(() -> new BadLineException("no network: " + hold.client));
    }
    if (hold.name == null) {
      throw new BadLineException("a hold without a name");
    }
    RecordQuery query = new RecordQuery(clues, client, hold.from, hold.until);
    return new Hold(hold.name, query, hold.since);
  }

  private static void clue(ManifestIn in, Map<ClueType, String> clues) throws IOException {
    var clue =
        new Object() {
          ClueType type;
          String value;
        };
    in.nested(
        (name, value) -> {
          switch (name) {
            case "clue" -> clue.type = value.word(HoldCodec::clueType);
            case "value" -> clue.value = value.text();
            default -> value.skip();
          }
        });
    if (clue.type == null || clue.value == null) {
      throw new BadLineException("an incomplete clue");
    }
    clues.put(clue.type, clue.value);
  }

  private static ClueType clueType(String code) {
    for (ClueType type : ClueType.values()) {
      if (type.code().equals(code)) {
        return type;
      }
    }
    throw new IllegalArgumentException("no clue '" + code + "'");
  }
}

package org.whosent.benchmarks.store;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import java.io.BufferedReader;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import java.util.TreeSet;
import java.util.concurrent.CompletableFuture;
import org.whosent.record.JournalCodec;
import org.whosent.record.SubmissionRecord;

/**
 * One node of OpenSearch in a JVM of its own, asked over HTTP: an index a day, one shard, no
 * replica, the record's JSON as source with its best built-in compression, and only the fields that
 * the questions need indexed, without norms or column values. Who asks by ID names the day. Not
 * thread-safe.
 */
final class OpenSearch implements Peer {
  private static final int BULK = 5 << 20;
  private static final int PAGE = 5000;

  /** Bulk requests that are sent before the first is answered: one for each of two processors. */
  private static final int IN_FLIGHT = 2;

  private static final String MAPPING =
      """
      {"settings": {"number_of_shards": 1, "number_of_replicas": 0, "codec": "best_compression",
        "refresh_interval": "-1", "translog.durability": "async"},
       "mappings": {"dynamic": false, "properties": {
        "messageId": {"type": "keyword", "doc_values": false},
        "bodyDigest": {"type": "keyword", "doc_values": false},
        "user": {"type": "keyword", "doc_values": false},
        "time": {"type": "date_nanos"},
        "recipients": {"properties": {"address": {"type": "keyword", "doc_values": false}}}}}}\
      """;

  private final Path directory;
  private final String classPath;
  private final HttpClient http = HttpClient.newHttpClient();
  private final JsonFactory json = new JsonFactory();
  private final ArrayDeque<CompletableFuture<HttpResponse<String>>> inFlight = new ArrayDeque<>();
  private final TreeSet<String> made = new TreeSet<>();
  private Process node;
  private String base;

  OpenSearch(Path directory, String classPath) {
    this.directory = directory;
    this.classPath = classPath;
  }

  @Override
  public String name() {
    return "OpenSearch";
  }

  @Override
  public String missing() {
    return classPath == null ? "OpenSearch's jars could not be had from Maven Central" : null;
  }

  @Override
  public void start() throws IOException {
    node =
        new ProcessBuilder(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-Xmx2g",
                "--enable-native-access=ALL-UNNAMED",
                "-cp",
                classPath,
                "benchmarks/opensearch/OpenSearchNode.java",
                directory.toString())
            .redirectError(ProcessBuilder.Redirect.DISCARD)
            .start();
    BufferedReader out = node.inputReader();
    for (String line = out.readLine(); line != null; line = out.readLine()) {
      if (line.startsWith("port ")) {
        base = "http://127.0.0.1:" + line.substring(5) + "/";
        return;
      }
    }
    throw new IOException("OpenSearch did not start");
  }

  private static String index(Instant time) {
    return "day-" + time.atOffset(ZoneOffset.UTC).toLocalDate();
  }

  private HttpRequest request(String method, String path, byte[] body) {
    return HttpRequest.newBuilder(URI.create(base + path))
        .header("content-type", "application/json")
        .method(method, HttpRequest.BodyPublishers.ofByteArray(body))
        .build();
  }

  private byte[] call(String method, String path, byte[] body)
      throws IOException, InterruptedException {
    HttpResponse<byte[]> answer =
        http.send(request(method, path, body), HttpResponse.BodyHandlers.ofByteArray());
    if (answer.statusCode() >= 300 && answer.statusCode() != 404) {
      throw new IOException(path + ": " + new String(answer.body(), StandardCharsets.UTF_8));
    }
    return answer.body();
  }

  private byte[] call(String method, String path, String body)
      throws IOException, InterruptedException {
    return call(method, path, body.getBytes(StandardCharsets.UTF_8));
  }

  @Override
  public boolean ingest(Journals journals) throws Exception {
    ByteArrayOutputStream bulk = new ByteArrayOutputStream(BULK + (64 << 10));
    journals.read(
        record -> {
          String index = index(record.time());
          if (made.add(index)) {
            call("PUT", index, MAPPING);
          }
          String action =
              "{\"create\":{\"_index\":\"%s\",\"_id\":\"%s\"}}%n"
                  .formatted(index, record.transactionId());
          bulk.writeBytes(action.getBytes(StandardCharsets.UTF_8));
          bulk.writeBytes(JournalCodec.encodeRecord(record));
          bulk.write('\n');
          if (bulk.size() >= BULK) {
            send(bulk);
          }
        });
    send(bulk);
    await(0);
    call("POST", "_all/_forcemerge?max_num_segments=1&flush=true", "");
    call("POST", "_all/_refresh", "");
    return true;
  }

  /** While the node indexes one request, the next is made and sent. */
  private void send(ByteArrayOutputStream bulk) throws Exception {
    if (bulk.size() > 0) {
      await(IN_FLIGHT - 1);
      inFlight.add(
          http.sendAsync(
              request("POST", "_bulk?filter_path=errors", bulk.toByteArray()),
              HttpResponse.BodyHandlers.ofString()));
      bulk.reset();
    }
  }

  /** Waits until at most as many bulk requests are unanswered. */
  private void await(int unanswered) throws Exception {
    while (inFlight.size() > unanswered) {
      String answer = inFlight.remove().get().body();
      if (!answer.contains("\"errors\":false")) {
        throw new IOException("_bulk: " + answer);
      }
    }
  }

  @Override
  public long serverCpu() throws IOException {
    return Usage.cpu(node.toHandle());
  }

  @Override
  public Path files() {
    return directory;
  }

  @Override
  public long bytes() throws Exception {
    byte[] answer = call("GET", "_stats/store?filter_path=_all.total.store.size_in_bytes", "");
    return Long.parseLong(new String(answer, StandardCharsets.UTF_8).replaceAll("\\D", ""));
  }

  @Override
  public List<String> find(Question question, SubmissionRecord asked) throws Exception {
    if (question == Question.ID) {
      String id = asked.transactionId();
      return ids(call("GET", index(asked.time()) + "/_doc/" + id, ""));
    }
    String field =
        switch (question) {
          case MESSAGE_ID -> "messageId";
          case BODY -> "bodyDigest";
          case RECIPIENT -> "recipients.address";
          default -> "user";
        };
    return ids(
        call(
            "POST",
            "_all/_search",
            """
            {"size": 20, "track_total_hits": false, "sort": [{"time": "desc"}],
             "query": {"constant_score": {"filter": {"term": {"%s": "%s"}}}}}\
            """
                .formatted(field, question.value(asked))));
  }

  /** Reads the whole answer; the IDs stand in the sources. */
  private List<String> ids(byte[] answer) throws IOException {
    List<String> ids = new ArrayList<>();
    try (JsonParser parser = json.createParser(answer)) {
      for (JsonToken token = parser.nextToken(); token != null; token = parser.nextToken()) {
        if (token == JsonToken.FIELD_NAME && parser.currentName().equals("transactionId")) {
          ids.add(parser.nextTextValue());
        }
      }
    }
    return ids;
  }

  /**
   * Page by page after the last time; the sources are read as records and written as others' are.
   */
  @Override
  public long export(String user, Export to) throws Exception {
    long rows = 0;
    String after = "";
    for (int page = PAGE; page == PAGE; rows += page) {
      byte[] answer =
          call(
              "POST",
              "_all/_search?filter_path=hits.hits._source",
              """
              {"size": %d, "track_total_hits": false, %s "sort": [{"time": "desc"}],
               "query": {"constant_score": {"filter": {"term": {"user": "%s"}}}}}\
              """
                  .formatted(PAGE, after, user));
      SubmissionRecord last = null;
      page = 0;
      try (JsonParser parser = json.createParser(answer)) {
        for (JsonToken token = parser.nextToken(); token != null; token = parser.nextToken()) {
          if (token == JsonToken.FIELD_NAME && parser.currentName().equals("_source")) {
            parser.nextToken();
            int from = (int) parser.currentTokenLocation().getByteOffset();
            parser.skipChildren();
            int end = (int) parser.currentLocation().getByteOffset();
            last = JournalCodec.record(answer, from, end - from);
            to.csv.row(last);
            page++;
          }
        }
      }
      after = page == 0 ? "" : "\"search_after\": [" + Field.micros(last.time()) * 1000 + "],";
    }
    return rows;
  }

  /** Deleting by a question is a plugin of its own; a day is an index. */
  @Override
  public boolean purge(Instant before) {
    return false;
  }

  @Override
  public boolean drop(Instant before) throws Exception {
    for (String index : List.copyOf(made.headSet(index(before)))) {
      call("DELETE", index, "");
      made.remove(index);
    }
    return true;
  }

  @Override
  public void close() throws Exception {
    if (node != null) {
      node.getOutputStream().close();
      node.waitFor();
    }
  }
}

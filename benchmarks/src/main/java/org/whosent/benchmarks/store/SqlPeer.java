package org.whosent.benchmarks.store;

import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import org.whosent.record.SubmissionRecord;
import org.whosent.record.Times;

/**
 * A database with two tables: records {@code r}, recipients {@code p} (of record {@code n}, at
 * {@code i}, with its time {@code t}); {@link #start} opens the connection. Only what the five
 * questions need is indexed; our store answers by client, sender, domain, text and sketch besides.
 * Not thread-safe.
 */
abstract class SqlPeer implements Peer {
  /** The columns of an export; the recipients come as one text. */
  private static final String EXPORTED =
      """
      select r."time", r."transactionId", r."host", r."user", r."client", r."mailFrom", (%s),
        r."messageId", r."headerFrom", r."subject", r."size"
      from r where r."user" = ? order by r."time" desc\
      """;

  Connection connection;
  private final Map<Question, PreparedStatement> statements = new EnumMap<>(Question.class);

  /** What a type is called here. */
  abstract String type(Field.Type type);

  /** The recipients of {@code r} in their order, joined by blanks: a subquery. */
  abstract String recipients();

  /** A condition that joins {@code p} to {@code r}. */
  String join() {
    return "p.n = r.n";
  }

  /** A further condition on {@code r} for a question by ID. */
  String idsPart() {
    return "";
  }

  final String recordColumns() {
    return columns(Field.RECORD);
  }

  final String recipientColumns() {
    return columns(Field.RECIPIENT);
  }

  private String columns(List<? extends Field<?>> fields) {
    return fields.stream()
        .map(field -> '"' + field.name() + "\" " + type(field.type()))
        .collect(Collectors.joining(", "));
  }

  final void execute(String... all) throws SQLException {
    try (Statement statement = connection.createStatement()) {
      for (String sql : all) {
        statement.execute(sql);
      }
    }
  }

  private String sql(Question question) {
    String whole = "select r.*, p.* from r join p on " + join() + " where ";
    String newest =
        "select k.*, p.* from (select r.* from r %s order by r.\"time\" desc limit 20) k"
            + " join p on "
            + join().replace("r.", "k.")
            + " order by k.\"time\" desc, p.i";
    return switch (question) {
      case ID -> whole + "r.\"transactionId\" = ?" + idsPart();
      case MESSAGE_ID -> whole + "r.\"messageId\" = ?";
      case BODY -> whole + "r.\"bodyDigest\" = ?";
      case USER -> newest.formatted("where r.\"user\" = ?");
      case RECIPIENT ->
          newest.formatted(
              "join (select distinct p.n, p.t from p where p.\"address\" = ?"
                  + " order by p.t desc limit 20) p on "
                  + join());
    };
  }

  @Override
  public List<String> find(Question question, SubmissionRecord asked) throws SQLException {
    PreparedStatement statement = statements.get(question);
    if (statement == null) {
      statement = connection.prepareStatement(sql(question));
      statements.put(question, statement);
    }
    if (question == Question.BODY) {
      statement.setBytes(1, Field.hex(asked.bodyDigest()));
    } else {
      statement.setString(1, question.value(asked));
    }
    if (question == Question.ID) {
      setIdsPart(statement, asked);
    }
    List<String> ids = new ArrayList<>();
    try (ResultSet rows = statement.executeQuery()) {
      int columns = rows.getMetaData().getColumnCount();
      int idColumn = rows.findColumn("transactionId");
      while (rows.next()) {
        for (int i = 1; i <= columns; i++) {
          rows.getObject(i);
        }
        String id = rows.getString(idColumn);
        if (ids.isEmpty() || !ids.getLast().equals(id)) {
          ids.add(id);
        }
      }
    }
    return ids;
  }

  /** Sets what {@link #idsPart} asks for. */
  void setIdsPart(PreparedStatement statement, SubmissionRecord asked) throws SQLException {}

  @Override
  public long export(String user, Export to) throws SQLException {
    long rows = 0;
    try (PreparedStatement statement =
        connection.prepareStatement(EXPORTED.formatted(recipients()))) {
      statement.setFetchSize(1000); // PostgreSQL's driver would have all in memory
      statement.setString(1, user);
      try (ResultSet found = statement.executeQuery()) {
        String[] cells = new String[12];
        for (; found.next(); rows++) {
          cells[0] = Times.format(Instant.EPOCH.plus(found.getLong(1), ChronoUnit.MICROS));
          for (int i = 1; i < 11; i++) {
            cells[i] = found.getString(i + 1);
          }
          to.csv.row(Arrays.asList(cells));
        }
      }
    }
    return rows;
  }

  @Override
  public boolean purge(Instant before) throws SQLException {
    try (PreparedStatement recipients = connection.prepareStatement("delete from p where t < ?");
        PreparedStatement records =
            connection.prepareStatement("delete from r where \"time\" < ?")) {
      for (PreparedStatement statement : List.of(recipients, records)) {
        statement.setLong(1, Field.micros(before));
        statement.executeUpdate();
      }
    }
    if (!connection.getAutoCommit()) {
      connection.commit();
    }
    return true;
  }

  @Override
  public void close() throws Exception {
    for (PreparedStatement statement : statements.values()) {
      statement.close();
    }
    if (connection != null) {
      connection.close();
    }
  }
}

package org.whosent.indexer.store.segment.column;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import org.whosent.indexer.store.bytes.Bytes;
import org.whosent.indexer.store.bytes.Cursor;
import org.whosent.record.ClueType;
import org.whosent.record.Outcome;
import org.whosent.record.Recipient;

/**
 * The recipients of a block's records, one row each. An address is its left and its right side; a
 * reply that names the queue ID has a mark in its place. Not thread-safe.
 */
final class RecipientColumns implements Column {
  private static final Outcome[] OUTCOMES = Outcome.values();

  private final IntColumn count = new IntColumn();
  private final TextColumn left = new TextColumn();
  private final TextColumn right = new TextColumn();
  private final TextColumn finalAddress = new TextColumn();
  private final IntColumn local = new IntColumn();
  private final IntColumn outcome = new IntColumn();
  private final TextColumn status = new TextColumn();
  private final TextColumn reply = new TextColumn();
  private final TextColumn nextHop = new TextColumn();
  private final TextColumn nextHopId = new TextColumn();
  private final IntColumn time = new IntColumn();

  /** The last reply, with its mark: a server says the same of each message, but for the ID. */
  private String marked;

  void add(List<Recipient> recipients, long since) {
    count.add(recipients.size());
    String idBefore = null;
    for (int i = 0; i < recipients.size(); i++) {
      Recipient r = recipients.get(i);
      address(r.address());
      finalAddress.add(Echo.mark(r.finalAddress(), r.address()));
      local.addOrNull(r.local() == null ? null : r.local() ? 1 : 0);
      outcome.addOrNull(r.outcome() == null ? null : r.outcome().ordinal());
      status.add(r.status());
      if (i == 0 || !sameReply(r, recipients.get(i - 1))) {
        marked = Echo.mark(r.reply(), r.nextHopId(), marked);
      }
      reply.add(marked);
      nextHop.add(r.nextHop());
      // All recipients of one hand-over have its ID.
      nextHopId.add(Echo.mark(r.nextHopId(), idBefore));
      idBefore = r.nextHopId() == null ? idBefore : r.nextHopId();
      time.addSince(r.time(), since);
    }
  }

  private void address(String address) {
    int at = address.lastIndexOf('@');
    left.add(at < 0 ? address : address.substring(0, at));
    right.add(at < 0 ? null : address.substring(at + 1));
  }

  private static boolean sameReply(Recipient one, Recipient two) {
    return Objects.equals(one.reply(), two.reply())
        && Objects.equals(one.nextHopId(), two.nextHopId());
  }

  @Override
  public void drainTo(Bytes out, Bytes raw, boolean small) {
    for (Column column :
        new Column[] {
          count, left, right, finalAddress, local, outcome, status, reply, nextHop, nextHopId, time
        }) {
      column.drainTo(out, raw, small);
    }
  }

  /** The columns as they are read. Not thread-safe. */
  static final class Reader {
    private final Lists lists;
    private final TextColumn.Reader left;
    private final TextColumn.Reader right;
    private final TextColumn.Reader finalAddress;
    private final IntColumn.Reader local;
    private final IntColumn.Reader outcome;
    private final TextColumn.Reader status;
    private final TextColumn.Reader reply;
    private final TextColumn.Reader nextHop;
    private final TextColumn.Reader nextHopId;
    private final IntColumn.Reader time;

    Reader(Cursor in, byte[] raw, int rows) throws IOException {
      lists = new Lists(in, raw, rows);
      int total = lists.total();
      left = new TextColumn.Reader(in, raw, total);
      right = new TextColumn.Reader(in, raw, total);
      finalAddress = new TextColumn.Reader(in, raw, total);
      local = new IntColumn.Reader(in, raw, total);
      outcome = new IntColumn.Reader(in, raw, total);
      status = new TextColumn.Reader(in, raw, total);
      reply = new TextColumn.Reader(in, raw, total);
      nextHop = new TextColumn.Reader(in, raw, total);
      nextHopId = new TextColumn.Reader(in, raw, total);
      time = new IntColumn.Reader(in, raw, total);
    }

    /** The recipients with nothing but their addresses. */
    List<Recipient> addresses(int row) throws IOException {
      int from = lists.from(row);
      int to = lists.to(row);
      if (from == to) {
        return List.of();
      }
      List<Recipient> list = new ArrayList<>(to - from);
      for (int i = from; i < to; i++) {
        list.add(new Recipient(address(i), null, null, null, null, null, null, null, null));
      }
      return list;
    }

    /** Whether a row has a recipient, or a recipient with the next hop's ID, that is asked for. */
    boolean has(int row, Asked asked) throws IOException {
      boolean any = false;
      String idBefore = null;
      for (int i = lists.from(row); i < lists.to(row) && !any; i++) {
        if (asked.type == ClueType.RECIPIENT) {
          String last = finalAddress.get(i);
          if (last != null || asked.mayBeLeft(left, i)) {
            String address = address(i);
            any = asked.is(address) || asked.is(Echo.unmark(last, address));
          }
        } else {
          String id = Echo.unmark(nextHopId.get(i), idBefore);
          idBefore = id == null ? idBefore : id;
          any = asked.is(id);
        }
      }
      return any;
    }

    private String address(int i) throws IOException {
      String domain = right.get(i);
      return domain == null ? left.get(i) : left.get(i) + '@' + domain;
    }

    List<Recipient> read(int row, long since) throws IOException {
      int from = lists.from(row);
      int to = lists.to(row);
      if (from == to) {
        return List.of();
      }
      List<Recipient> list = new ArrayList<>(to - from);
      String idBefore = null;
      for (int i = from; i < to; i++) {
        String address = address(i);
        String id = Echo.unmark(nextHopId.get(i), idBefore);
        idBefore = id == null ? idBefore : id;
        list.add(
            new Recipient(
                address,
                Echo.unmark(finalAddress.get(i), address),
                local.isNull(i) ? null : local.get(i) != 0,
                outcome.isNull(i) ? null : OUTCOMES[outcome.index(i, OUTCOMES.length - 1)],
                status.get(i),
                Echo.unmark(reply.get(i), id),
                nextHop.get(i),
                id,
                time.time(i, since)));
      }
      return list;
    }
  }
}

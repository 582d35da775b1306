package org.whosent.msa.hop;

/** Where accepted mail goes. Thread-safe; its transactions are not. */
public interface NextHop extends AutoCloseable {
  /** Gives up what is kept between transactions; those that are open go on. */
  @Override
  default void close() {}

  /**
   * What may go to whichever hop a message gets. May ask the hops, and takes a few seconds at most.
   */
  Offer offer();

  /**
   * Opens a transaction.
   *
   * @return the transaction; when it was refused, its {@link Transaction#opening} says so and it
   *     needs only be closed
   */
  Transaction begin(Envelope envelope);

  /** One message on its way. Closing it without {@link #handOver} leaves nothing behind. */
  interface Transaction extends AutoCloseable {
    /**
     * The answer to MAIL. A hop that is known to answer may not have been heard yet: a refusal is
     * then the answer to each recipient.
     */
    HopReply opening();

    /**
     * Whether this hop has the extension. True while there is no connection to ask: what is wrong
     * then will pass.
     */
    boolean has(Extension extension);

    /** The greatest message it takes, or 0 when it does not say. */
    long maxSize();

    /** Names a recipient; the answer to RCPT. */
    HopReply recipient(ForwardPath path);

    /**
     * Tells the hop, without waiting, that {@link #handOver} is about to come: all but the message
     * itself may go there. Closing it instead still leaves nothing behind.
     */
    default void announce() {}

    /**
     * Hands the message to all recipients that were answered positively. Called at most once, after
     * the record is on disk. Never throws: an unknown end is an outcome too.
     */
    HandOver handOver(HopMessage message);

    /** Ends it, without waiting for anybody. */
    @Override
    void close();
  }
}

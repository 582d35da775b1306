/**
 * Tracing: from a complaint, a bounce, a header or an ID to the account that submitted the message.
 *
 * <p>{@link org.whosent.query.trace.InputReader} turns arguments into inputs, {@link
 * org.whosent.query.trace.Tracer} unwraps them and finds candidate records, {@link
 * org.whosent.query.trace.Checks} compares each with all that the message says (the rules are in
 * one table, {@link org.whosent.query.trace.Check}), {@link org.whosent.query.trace.Judge} reaches
 * the verdict, and {@link org.whosent.query.trace.TraceJson}, {@link
 * org.whosent.query.trace.TraceText} and {@link org.whosent.query.trace.TraceCsv} write it.
 */
package org.whosent.query.trace;

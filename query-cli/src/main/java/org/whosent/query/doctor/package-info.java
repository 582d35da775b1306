/**
 * Checks a live submission server from outside, clause by clause ({@link
 * org.whosent.query.doctor.Clauses}). The only message it submits is the probe, if credentials were
 * given: every other transaction ends with RSET before DATA.
 */
package org.whosent.query.doctor;

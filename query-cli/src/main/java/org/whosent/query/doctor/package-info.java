/**
 * Checks a live submission server from outside, clause by clause ({@link
 * org.whosent.query.doctor.Clauses}). It never hands in a message but the one probe for which
 * credentials were given: every other transaction ends with RSET before DATA.
 */
package org.whosent.query.doctor;

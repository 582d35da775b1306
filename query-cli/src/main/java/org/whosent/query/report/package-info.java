/** What one account did, summed up from its records. */
package org.whosent.query.report;

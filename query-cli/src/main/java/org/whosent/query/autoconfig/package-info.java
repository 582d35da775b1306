/** What leads mail programs to a submission server: DNS records and configuration files. */
package org.whosent.query.autoconfig;

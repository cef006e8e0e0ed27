/** Copies of an audit log where its keeper can't write: S3-compatible buckets with object lock. */
@NullMarked
package io.pulsewarden.logexport;

import org.jspecify.annotations.NullMarked;

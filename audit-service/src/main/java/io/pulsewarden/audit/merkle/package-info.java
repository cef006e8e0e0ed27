/** Merkle trees (RFC 6962) in tiles (C2SP tlog-tiles): hashes, appends, proofs. */
@NullMarked
package io.pulsewarden.audit.merkle;

import org.jspecify.annotations.NullMarked;

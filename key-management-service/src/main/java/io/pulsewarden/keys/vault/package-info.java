/** KEKs in Vault's (or OpenBao's) Transit engine, which they never leave; docs/vault.md. */
@NullMarked
package io.pulsewarden.keys.vault;

import org.jspecify.annotations.NullMarked;

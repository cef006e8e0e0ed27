/** Being logged in to Vault (or OpenBao): docs/vault.md. Nothing that Vault answers is logged. */
@NullMarked
package io.pulsewarden.vault;

import org.jspecify.annotations.NullMarked;

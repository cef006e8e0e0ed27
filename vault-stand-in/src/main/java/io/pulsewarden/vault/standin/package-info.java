/**
 * A server that answers as Vault 1.x does, as far as Pulsewarden asks: Transit and PKI by their own
 * cryptography, logins, tokens that end, policies, a seal; and bad days on demand. For tests, where
 * no Vault is at hand; nothing in it is meant to be safe.
 */
@NullMarked
package io.pulsewarden.vault.standin;

import org.jspecify.annotations.NullMarked;
